"""Ready answers to what people ask most: said to everybody, written by admins."""

from __future__ import annotations

from handlers.answers import lessons, say, write

ROUTERS = (say.router, write.router, lessons.router)
