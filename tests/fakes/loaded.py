"""All that a running program loads sooner or later, for the process that others are forked from."""

from __future__ import annotations

import gc
from importlib import import_module

from locales import LANGUAGES, catalogue

for name in (
    "bot.__main__", "bot.cli.run", "bot.process.running", "bot.web.server", "apscheduler.schedulers.asyncio", "httpx",
    *(f"bot.channels.{channel}.channel" for channel in ("telegram", "zalo_bot", "zalo_oa", "web")),
):  # fmt: skip
    import_module(name)
for language in LANGUAGES:
    catalogue(language)
gc.collect()
gc.freeze()  # so that looking for rubbish copies none of it
