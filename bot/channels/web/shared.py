"""The page of a household's public card, behind a link that can be taken back: to be read and printed, and not to be found."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.kind import Surroundings
from bot.channels.web.front import guards, preferred
from bot.web.page import page
from storage.files import NoSuchFile

PAGES = Path(__file__).parent / "pages"
HEADERS = {"x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer", "cache-control": "private, no-store"}
"""No search engine lists it, no other site learns its address, and nothing keeps it once it was taken back."""


def shared_cards(surroundings: Surroundings) -> list[BaseRoute]:
    """The page and its photo. What never was, is over, or was taken back is answered alike."""

    async def card(request: Request) -> Response:
        language = preferred(request.headers.get("accept-language", ""))
        speech = surroundings.speeches.get(language, surroundings.speech)
        code = request.path_params["code"]
        said = dict(await surroundings.page(f"/card/{code}", speech))
        if not said:
            gone = page(PAGES / "card_gone.html", lang=speech.language, gone=speech.say("share.gone"))
            gone.status_code = 404
            gone.headers.update(HEADERS)
            return gone
        shown = "" if said.pop("picture") else " hidden"
        photo = f"/card/{code}/photo" if not shown else "/static/heart.svg"
        found = page(PAGES / "card.html", {}, lang=speech.language, photo=photo, hidden=shown, **said)
        found.headers.update(HEADERS)
        return found

    async def photo(request: Request) -> Response:
        said = await surroundings.page(f"/card/{request.path_params['code']}", surroundings.speech)
        try:
            content = await surroundings.picture(said["picture"]) if said.get("picture") else None
        except NoSuchFile:
            content = None
        if content is None:
            return Response(status_code=404, headers=HEADERS)
        return Response(content, media_type="image/jpeg", headers=HEADERS)

    behind = guards(surroundings)
    return [
        Route("/card/{code}", card, middleware=behind),
        Route("/card/{code}/photo", photo, middleware=behind),
    ]
