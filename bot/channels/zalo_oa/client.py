"""Call an Official Account's API: its documented methods and no others. Errors come with HTTP 200, in the body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from msgspec import Struct

from bot.channels.zalo.http import Connection, Unavailable, named, whole

CALL, UPLOAD = 20.0, 60.0
"""Seconds."""
LIFETIME = 90_000
"""Seconds that an access token is good, where the answer does not say."""
A_YEAR = 366 * 86_400
LAST_INSTANT = 253_402_300_799_000
"""The end of the year 9999 in milliseconds since 1970: beyond it there is no calendar."""


class Refused(Exception):
    """The platform says no, with its code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Given(Struct, frozen=True):
    """A pair of tokens, fresh from the platform."""

    access: str
    refresh: str
    seconds: int


class ZaloOaClient:
    """One app's connection. Raises Refused, NotSent, InDoubt, Unavailable."""

    def __init__(self, api_url: str, oauth_url: str, app_id: str, secret: str) -> None:
        self.api_url, self.oauth_url, self.app_id, self._secret = api_url, oauth_url, app_id, secret
        self.within = CALL
        self._connection = Connection()

    async def exchange(self, code: str, verifier: str) -> Given:
        """The first pair, for the code of a consent."""
        asked = {"grant_type": "authorization_code", "code": code} | ({"code_verifier": verifier} if verifier else {})
        return await self._tokens(asked)

    async def refresh(self, token: str) -> Given:
        """The next pair; both tokens of the one before are worth nothing from then on."""
        return await self._tokens({"grant_type": "refresh_token", "refresh_token": token})

    async def say(self, access: str, user_id: str, message: Mapping[str, Any]) -> str:
        """Send a consultation message; returns its id."""
        asked = {"recipient": {"user_id": user_id}, "message": message}
        return _text((await self._post(access, "/v3.0/oa/message/cs", asked)).get("message_id"))

    async def say_by_template(self, access: str, user_id: str, template: str, data: Mapping[str, str]) -> str:
        """Send an approved template; returns the message's id."""
        asked = {"user_id": user_id, "template_id": template, "template_data": data}
        return _text((await self._post(access, "/v3.0/oa/message/template", asked)).get("message_id"))

    async def last_interaction(self, access: str, user_id: str) -> int:
        """When somebody last did something here, in milliseconds since 1970; 0 if never."""
        found = await self._post(access, "/v3.0/oa/quota/message", {"user_id": user_id})
        at = _text(found.get("last_interaction"))
        return _figure(at, LAST_INSTANT)

    async def upload_picture(self, access: str, content: bytes) -> str:
        """Up to 1 MB; returns the id by which it is sent, for seven days."""
        return _text((await self._upload(access, "image", "anh.jpg", content)).get("attachment_id"))

    async def upload_file(self, access: str, name: str, content: bytes) -> str:
        """A PDF up to 5 MB; returns the token by which it is sent."""
        return _text((await self._upload(access, "file", name, content)).get("token"))

    async def download(self, url: str, most: int) -> bytes:
        """A file that somebody sent."""
        return await self._connection.download(url, most)

    async def close(self) -> None:
        """Give the connections back."""
        await self._connection.close()

    async def _tokens(self, asked: Mapping[str, str]) -> Given:
        said = await self._call(
            f"{self.oauth_url}/v4/oa/access_token",
            headers={"secret_key": self._secret}, data={"app_id": self.app_id, **asked},
        )  # fmt: skip
        access, refresh = _text(said.get("access_token")), _text(said.get("refresh_token"))
        if not access or not refresh:
            raise Refused(_code(said) or -1, _reason(said) or "no tokens in the answer")
        seconds = _text(said.get("expires_in"))
        return Given(access, refresh, _figure(seconds, A_YEAR) or LIFETIME)

    async def _post(self, access: str, path: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        said = await self._call(self.api_url + path, headers={"access_token": access}, json=asked)
        return _data(said)

    async def _upload(self, access: str, kind: str, name: str, content: bytes) -> Mapping[str, Any]:
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name)
        url = f"{self.api_url}/v2.0/oa/upload/{kind}"
        return _data(await self._call(url, headers={"access_token": access}, data=form, within=UPLOAD))

    async def _call(self, url: str, *, within: float = 0, **how: Any) -> Mapping[str, Any]:
        timeout = aiohttp.ClientTimeout(total=within or self.within, sock_connect=10)
        with named():
            async with self._connection.open().post(url, timeout=timeout, allow_redirects=False, **how) as response:
                body = await whole(response.content)
        try:
            said = json.loads(body)  # numbers of any length stay exact: they may be ids
        except (ValueError, RecursionError):
            raise Unavailable(response.status) from None
        if not isinstance(said, dict):
            raise Unavailable(response.status)
        return said


def _data(said: Mapping[str, Any]) -> Mapping[str, Any]:
    if said.get("error") != 0:
        raise Refused(_code(said), _reason(said))
    data = said.get("data")
    return data if isinstance(data, dict) else {}


def _code(said: Mapping[str, Any]) -> int:
    code = said.get("error")
    return code if isinstance(code, int) else 0


def _reason(said: Mapping[str, Any]) -> str:
    return str(said.get("message") or said.get("error_name") or "")[:200]


def _figure(text: str, most: int) -> int:
    """The number that an answer says; 0 if it says none, or one beyond ``most``."""
    return figure if text.isdecimal() and len(text) < 16 and (figure := int(text)) <= most else 0


def _text(value: Any) -> str:
    """A string, or a number that stands for one."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
