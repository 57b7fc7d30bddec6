"""Say a message by an Official Account: within the hours in which it may, else by a template, else not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from bot.channels import Capabilities, SendFailed
from bot.channels.kind import Surroundings
from bot.channels.zalo.files import Files
from bot.channels.zalo.http import InDoubt, NotSent, Unavailable
from bot.channels.zalo.parts import ADDRESS, SPOKEN
from bot.channels.zalo_oa import parts
from bot.channels.zalo_oa.books import AGAIN, Books
from bot.channels.zalo_oa.client import Refused, ZaloOaClient
from bot.channels.zalo_oa.meaning import ASK_A_HUMAN, EXPIRED, LATER, OUT_OF_WINDOW, UNSUPPORTED, USED_UP, outcome_of
from bot.channels.zalo_oa.settings import ZaloOaSettings
from bot.channels.zalo_oa.tokens import NoTokens, Tokens
from bot.channels.zalo_oa.uploads import Uploads
from bot.channels.zalo_oa.windows import Windows
from bot.message import Document, Message, Text, width
from bot.quiet import QuietHours
from storage.files import documents

NIGHT = QuietHours(time(22), time(6))
"""Zalo lets nothing promotional go out then, and a template may be taken for that; its time zone is ours."""
NEVER_CARRIED_OUT = (502, 503)
NUMBER, CONTINUED = re.compile(r"^\(\d+/\d+\) "), re.compile(r"\((?!1/)\d+/\d+\) ")
"""How a part of a long message begins, and each one after the first."""
UNSENT = "-"
"""Stands for the id of a part that the template before it has told already."""


class Sending:
    """The sending side of one Official Account."""

    def __init__(
        self, surroundings: Surroundings, settings: ZaloOaSettings, can: Capabilities, client: ZaloOaClient,
        tokens: Tokens, books: Books,
    ) -> None:  # fmt: skip
        assert can.window is not None
        name = "zalo_oa"
        self.surroundings, self.settings, self.capabilities = surroundings, settings, can
        self.client, self.tokens, self.books = client, tokens, books
        minutes = settings.zalo_oa_document_minutes
        self.files = Files(name, surroundings, settings.webhook_url, picture_minutes=minutes, document_minutes=minutes)
        self.uploads = Uploads(client, tokens, surroundings.picture, surroundings.now)
        self.windows = Windows(name, surroundings.database, surroundings.now, can.window)

    def parts(self, message: Message) -> Sequence[Message]:
        """The messages of the platform that it takes. Pure."""
        return parts.parts(message, self.capabilities)

    async def send(self, user: str, message: Message, key: str) -> str:
        """Send a message, whose parts come one at a time; returns the platform's ids of them. Raises SendFailed."""
        if self.books.stopped:
            raise SendFailed("retry", "the platform waits for a human", after=AGAIN)
        try:
            price = await self.windows.price(user, lambda: self._asked(user))
            if price == "closed":
                raise SendFailed("closed", "window_closed")
            if price == "template":
                return await self._by_template(user, message)
            try:
                sent = [await self._say(user, part, key) for part in self.parts(message)]
            except Refused as refused:  # Zalo counts otherwise than we do
                if refused.code not in OUT_OF_WINDOW or self.windows.window.template_dong is None:
                    raise
                return await self._by_template(user, message)
        except NoTokens as none:
            raise SendFailed("retry", f"no tokens: {none}", after=AGAIN) from None
        except Refused as refused:
            raise await self._refused(refused) from None
        except NotSent as failed:
            raise SendFailed("retry", str(failed)) from None
        except Unavailable as failed:
            known = failed.status in NEVER_CARRIED_OUT
            raise SendFailed("retry" if known else "unknown", str(failed)) from None
        except InDoubt as failed:
            raise SendFailed("unknown", str(failed)) from None
        await self.books.count(price)
        for over in ("human", "quota") if price == "paid" else ("human",):
            await self.books.mend(over)
        return " ".join(sent)

    async def _asked(self, user: str) -> datetime | None:
        """When the platform says that somebody last did something; None if it does not say."""
        try:
            at = await self.tokens.use(lambda access: self.client.last_interaction(access, user))
        except Refused:
            return None
        return datetime.fromtimestamp(at / 1000, UTC) if at else None

    async def _say(self, user: str, message: Message, key: str) -> str:
        """One message of the platform."""
        if message.contact and not message.text:
            return await self._cs(user, {"attachment": _template(self._question(message.contact))})
        if message.document and not message.text:
            return await self._paper(user, message.document)
        text = self._filled(user, message, key)
        if message.picture:
            return await self._picture(user, text, message.picture)
        if buttons := parts.buttons_of(message, self.capabilities):
            return await self._with_buttons(user, message, text, buttons)
        return await self._cs(user, {"text": text})

    def _filled(self, user: str, message: Message, key: str) -> str:
        """The text with the addresses of what is fetched."""
        text = message.text
        if ADDRESS in text:
            text = text.replace(ADDRESS, self.files.document(key, user))
        return text.replace(SPOKEN, self.files.voice(message.voice, user)) if SPOKEN in text else text

    async def _cs(self, user: str, said: dict[str, Any]) -> str:
        return await self.tokens.use(lambda access: self.client.say(access, user, said))

    async def _picture(self, user: str, text: str, name: str) -> str:
        async def send(id: str) -> str:
            shown = _template({"template_type": "media", "elements": [{"media_type": "image", "attachment_id": id}]})
            return await self._cs(user, ({"text": text} if text else {}) | {"attachment": shown})

        return await self.uploads.with_picture(name, send)

    async def _paper(self, user: str, document: Document) -> str:
        content = document.content
        if document.kept:
            async with self.surroundings.database.read() as tx:
                content = await documents.load(tx, document.kept) or b""
        if not content:
            raise SendFailed("refused", "its document is kept no more")

        async def send(token: str) -> str:
            return await self._cs(user, {"attachment": {"type": "file", "payload": {"token": token}}})

        return await self.uploads.with_paper(document.name, content, send)

    async def _with_buttons(self, user: str, message: Message, text: str, buttons: list[dict[str, Any]]) -> str:
        """Buttons, in the wrapper that is set; where it was refused, numbers from then on."""
        way = self.settings.zalo_oa_buttons
        if self.books.noted.get("buttons") != f"{way} refused":
            try:
                sent = await self._cs(user, _with(way, text, buttons))
            except Refused as refused:
                if refused.code not in UNSUPPORTED:
                    raise
                await self.books.find("buttons", f"{way} refused")
            else:
                await self.books.find("buttons", f"{way} taken")
                return sent
        return " ".join([await self._cs(user, {"text": one}) for one in parts.numbered(message, self.capabilities)])

    def _question(self, label: str) -> dict[str, Any]:
        asks = self.surroundings.speech(Text("oa.contact"))
        element = {"title": label[:100], "subtitle": asks[:500], "image_url": self.settings.zalo_oa_contact_image}
        return {"template_type": "request_user_info", "elements": [element]}

    async def _by_template(self, user: str, message: Message) -> str:
        """The first words of a message, in the platform's frame; what does not fit is read once she writes again."""
        if self.surroundings.now().astimezone(self.surroundings.speech.zone) in NIGHT:
            raise SendFailed("closed", "night")
        words = " ".join(message.text.replace(ADDRESS, "").replace(SPOKEN, "").split())
        if not words or CONTINUED.match(words):
            return UNSENT
        most = self.settings.zalo_oa_template_most
        words = NUMBER.sub("", words)
        if width(words) > most:
            words = words.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore").rstrip() + "…"
        data = {self.settings.zalo_oa_template_field: words}
        sent = await self.tokens.use(
            lambda access: self.client.say_by_template(access, user, self.settings.zalo_oa_template, data)
        )
        await self.books.count("template")
        return sent

    async def _refused(self, refused: Refused) -> SendFailed:
        """What a refusal means for the message, and what is to be done about it."""
        outcome, reason = outcome_of(refused.code)
        asks = refused.code in (*ASK_A_HUMAN, *EXPIRED)
        if asks:
            await self.books.trouble("human", str(refused))
        elif refused.code == USED_UP:
            await self.books.trouble("quota", str(refused))
        elif outcome == "refused":
            await self.books.trouble("send", str(refused))
        after = AGAIN if asks or refused.code in LATER else 0.0
        return SendFailed(outcome, reason or str(refused), after=after)


def _with(way: str, text: str, buttons: list[dict[str, Any]]) -> dict[str, Any]:
    if way == "template":
        return {"attachment": _template({"template_type": "button", "text": text, "buttons": buttons})}
    return {"text": text, "attachment": _template({"buttons": buttons})}


def _template(payload: dict[str, Any]) -> dict[str, Any]:
    return {"type": "template", "payload": payload}
