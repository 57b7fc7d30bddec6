"""The front page: one chat for everybody, or in the demo three side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson
from babel import negotiate_locale
from msgspec import Struct
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.kind import Imitated, Surroundings
from bot.channels.web.install import installable
from bot.web.here import OnlyHere
from bot.web.page import fill, page
from locales import LANGUAGES, Speech, catalogue
from storage.demo.demo import STAFF

PAGES = Path(__file__).parent / "pages"
MOST_LANGUAGES = 20
"""Of an Accept-Language header; what follows is not read."""


class Pane(Struct, frozen=True):
    """One chat under a path of its own. ``address`` fixes whose it is; only the demo's staff panes have one."""

    base: str = ""
    address: str = ""

    def cookie(self, *, secure: bool) -> str:
        """The name of its cookie. Behind TLS a browser takes one of this name from nobody but this host, over TLS
        (RFC 6265bis, 4.1.3.2): no neighbour can plant a session."""
        return ("__Host-" if secure else "") + "nhandao" + self.base.replace("/", "-")


DEMO = {
    "resident": Pane("/resident"),
    "officer": Pane("/officer", STAFF["officer"]),
    "admin": Pane("/admin", STAFF["admin"]),
}
"""Its staff panes let anybody play anybody, so the demo is served on loopback only."""
SUBTITLES = {"resident": "resident_subtitle", "officer": "officer_subtitle", "admin": "admin_subtitle"}


def front(surroundings: Surroundings) -> tuple[Sequence[BaseRoute], Sequence[Pane]]:
    """The front page's routes, and the panes that are on it."""
    if surroundings.demo:
        demo = Route("/", lambda request: _demo_page(surroundings), middleware=guards(surroundings))
        return [demo], tuple(DEMO.values())

    async def index(request: Request) -> Response:
        language = preferred(request.headers.get("accept-language", ""))
        speech = surroundings.speeches.get(language, surroundings.speech)
        return _chat_page(speech, await surroundings.page("/", speech))

    small = [Middleware(GZipMiddleware)]  # it holds no secret whose length could tell something
    return [Route("/", index, middleware=small), *installable(surroundings)], (Pane(),)


def guards(surroundings: Surroundings) -> Sequence[Middleware]:
    """What stands before every page and pane: in the demo, in which anybody may play anybody, only this machine gets in."""
    return [Middleware(OnlyHere, said=surroundings.speech.say("demo.only_here"))] if surroundings.demo else []


def _chat_page(speech: Speech, said: Mapping[str, str]) -> Response:
    return page(
        PAGES / "chat.html",
        {},
        lang=speech.language,
        base="",
        static="/static",
        icon="/static/heart.svg",
        emblem="",
        opening=speech.say("web.opening"),
        noscript=speech.say("web.noscript"),
        words=orjson.dumps(_words(speech)).decode(),
        **said,
    )


def _demo_page(surroundings: Surroundings) -> Response:
    speech = surroundings.speech
    words = _words(speech)
    titles = {name: (pane, words[f"demo.{name}"], words[f"demo.{SUBTITLES[name]}"]) for name, pane in DEMO.items()}
    if (imitated := surroundings.imitated) is not None:
        title = speech.say(f"channel.{imitated.name}")
        titles["imitated"] = (pane_of(imitated), title, words["demo.imitated_subtitle"])
    tabs, panes = "", ""
    for id, (pane, title, subtitle) in titles.items():
        tone = id if id in DEMO else "resident"
        tabs += fill(PAGES / "demo_tab.html", id=id, tone=tone, title=title)
        panes += fill(
            PAGES / "demo_pane.html",
            id=id,
            base=pane.base,
            title=title,
            subtitle=subtitle,
            tone=tone,
            words=orjson.dumps(words).decode(),
        )
    return page(
        PAGES / "demo.html",
        {"tabs_of_panes": tabs, "panes": panes},
        lang=speech.language,
        static="/static",
        icon="/static/heart.svg",
        noscript=words["noscript"],
        **{name: words[f"demo.{name}"] for name in ("title", "subtitle", "tabs")},
    )


def pane_of(imitated: Imitated) -> Pane:
    """The pane in which another channel is shown."""
    return Pane(f"/{imitated.name}")


def _words(speech: Speech) -> dict[str, str]:
    """The sentences that the page's script says itself, by their keys without «web.»."""
    said = catalogue(speech.language)
    return {key.removeprefix("web."): str(words) for key, words in said.items() if key.startswith("web.")}


def preferred(accepted: str) -> str:
    """The language of ours that an Accept-Language header likes best (RFC 9110, 12.5.4), or nothing."""
    found = [part.partition(";q=")[::2] for part in accepted.replace(" ", "").split(",")[:MOST_LANGUAGES]]
    by_weight = sorted(found, key=lambda one: one[1] or "1", reverse=True)
    return negotiate_locale([name for name, _ in by_weight], LANGUAGES, sep="-") or ""
