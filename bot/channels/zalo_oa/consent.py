"""The pages by which an administrator of the Official Account lets us in: the link to Zalo, and where Zalo sends her back."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from urllib.parse import urlencode

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.channels.kind import Surroundings
from bot.channels.zalo.http import InDoubt, NotSent, Unavailable
from bot.channels.zalo_oa.client import Refused
from bot.channels.zalo_oa.settings import ZaloOaSettings
from bot.channels.zalo_oa.tokens import Tokens
from bot.message import Text
from bot.web.signed import Signed

log = structlog.get_logger()

LINK, CALLBACK = "/zalo_oa/consent/{signed}", "/zalo_oa/callback"
LINK_LIVES, STATE_LIVES = timedelta(days=30), timedelta(minutes=30)
WHOSE = "admin"
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class Consent:
    """Its links are signed: whoever could make one could put her own Official Account in the place of ours."""

    def __init__(self, surroundings: Surroundings, settings: ZaloOaSettings) -> None:
        self.settings, self.now, self.speech = settings, surroundings.now, surroundings.speech
        self.signed = Signed(surroundings.database.vault, surroundings.now, "zalo_oa")
        self.callback = f"{settings.webhook_url}{CALLBACK}"
        secret = settings.zalo_oa_code_verifier
        self.verifier = secret.get_secret_value() if secret else ""

    def link(self) -> str:
        """What an admin clicks."""
        return f"{self.settings.webhook_url}{LINK.replace('{signed}', self._write('link', LINK_LIVES))}"

    def routes(self, tokens: Tokens) -> list[Route]:
        async def begin(request: Request) -> Response:
            if self.signed.read("link", request.path_params["signed"]) is None:
                return self._say("stale", 404)
            return RedirectResponse(self._at_zalo(), headers=HEADERS)

        async def back(request: Request) -> Response:
            asked = request.query_params
            if self.signed.read("state", asked.get("state", "")) is None:
                return self._say("stale", 403)
            if not asked.get("code"):
                return self._say("refused", 400)
            try:
                given = await tokens.client.exchange(asked["code"], self.verifier)
                await tokens.keep(asked.get("oa_id", ""), given)
            except Refused as refused:
                log.warning("a consent was refused", reason=str(refused))
                return self._say("refused", 400)
            except (NotSent, InDoubt, Unavailable) as failed:
                log.warning("a consent brought no tokens", reason=str(failed))
                return self._say("again", 502)
            return self._say("done", 200)

        return [Route(LINK, begin), Route(CALLBACK, back)]

    def _at_zalo(self) -> str:
        asked = {"app_id": self.settings.zalo_oa_app_id, "redirect_uri": self.callback}
        if self.verifier:
            asked["code_challenge"] = challenge_of(self.verifier)
        asked["state"] = self._write("state", STATE_LIVES)
        return f"{self.settings.zalo_oa_oauth_url}/v4/oa/permission?{urlencode(asked)}"

    def _write(self, kind: str, lives: timedelta) -> str:
        return self.signed.write(kind, WHOSE, "", int((self.now() + lives).timestamp()))

    def _say(self, what: str, status: int) -> Response:
        said = self.speech(Text(f"oa.consent.{what}"))
        return PlainTextResponse(said, status_code=status, headers=HEADERS)


def challenge_of(verifier: str) -> str:
    """RFC 7636, S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
