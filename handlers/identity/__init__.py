"""Who somebody is: staff on a browser prove it now and then, and end their sessions.

Others use: proof.
"""

from __future__ import annotations

from handlers.identity import proof, sessions

ROUTERS = (proof.router, sessions.router)
