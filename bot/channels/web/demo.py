"""The demo's page: three chats side by side. Its staff panes exist only here, and the demo only on loopback."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web.chat import Chat, Pane, page
from locales import Speech, catalogue
from storage.demo.demo import STAFF

PANES = {
    "resident": Pane("/resident"),
    "officer": Pane("/officer", STAFF["officer"]),
    "admin": Pane("/admin", STAFF["admin"]),
}


def demo_routes(speech: Speech, chat: Chat) -> list[BaseRoute]:
    """The page and the three chats on it."""
    said = {key: str(words) for key, words in catalogue(speech.language).items() if key.startswith("web.")}

    async def index(request: Request) -> Response:
        return page(
            "demo",
            lang=speech.language,
            static="/static",
            icon="/static/heart.svg",
            emblem="",
            noscript=said["web.noscript"],
            words=orjson.dumps({key.removeprefix("web."): words for key, words in said.items()}).decode(),
            **{f"{name}_base": pane.base for name, pane in PANES.items()},
            **{key.removeprefix("web.demo."): words for key, words in said.items() if key.startswith("web.demo.")},
        )

    panes = [route for pane in PANES.values() for route in chat.routes(pane)]
    return [Route("/", index), *panes]
