"""Say a message on Zalo: texts, pictures and documents by their public addresses, and what of it is described in words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels import Capabilities, SendFailed
from bot.channels.fit import tail_of
from bot.channels.zalo_bot.client import InDoubt, NotSent, Refused, Unavailable, ZaloBotClient
from bot.channels.zalo_bot.files import Files
from bot.channels.zalo_bot.ledger import Ledger
from bot.channels.zalo_bot.parts import MOST, parts_of
from bot.message import Message, width

FAULTS = 3
"""The documentation calls 403 an internal error; so many in a row to one chat are taken for a refusal."""
NEVER_CARRIED_OUT = (502, 503)
"""What a gateway answers that has nobody to pass a request on to."""
LONGEST_PAUSE = 60.0


class Sending:
    """The sending side of one bot; without ``files`` nothing of ours can be fetched."""

    def __init__(self, client: ZaloBotClient, capabilities: Capabilities, ledger: Ledger, files: Files | None) -> None:
        self.client, self.capabilities, self.ledger, self.files = client, capabilities, ledger, files
        self._faults: dict[str, int] = {}
        self._outages = 0

    async def send(self, chat: str, message: Message, key: str) -> str:
        """Send a message; returns the platform's id of its last part. Raises SendFailed.

        What was said of a message before it failed counts as said: it is then in doubt, and not begun anew.
        """
        sent_as = ""
        for said, part in enumerate(self._parts(chat, message, key)):
            try:
                sent_as = await self._say(chat, part)
            except SendFailed as failed:
                if said and failed.outcome == "retry":
                    raise SendFailed("unknown", f"only {said} parts: {failed.reason}") from None
                raise
        return sent_as

    def _parts(self, chat: str, message: Message, key: str) -> list[Part]:
        text, picture = message.text, ""
        if message.document and self.files:
            text = f"{text}\n{message.document_hint}\n{self.files.document(key, chat)}"
        if message.picture and self.files:
            picture = self.files.picture(message.picture, chat)
        elif message.picture:
            text = f"{text}\n{message.picture_hint}".strip()
        tail = tail_of(message, self.capabilities)
        texts = parts_of(text, tail) if text or tail else []
        if not picture:
            return [Part(text) for text in texts]
        if len(texts) <= 1:
            return [Part("".join(texts), picture, message.picture_hint)]
        return [Part("", picture, message.picture_hint), *map(Part, texts)]

    async def _say(self, chat: str, part: Part) -> str:
        """One message of the platform, which counts unless it was certainly not taken."""
        if self.ledger.stopped:
            raise SendFailed("retry", "the token is no longer valid", after=LONGEST_PAUSE)
        if not await self.ledger.count(sent=1):
            raise SendFailed("retry", "the database is out of reach")
        try:
            sent_as = await self._call(chat, part)
        except SendFailed as failed:
            if failed.outcome in ("retry", "refused"):
                await self.ledger.count(sent=-1)
            raise
        self._faults.pop(chat, None)
        self._outages = 0
        return sent_as

    async def _call(self, chat: str, part: Part) -> str:
        try:
            if part.picture:
                return await self._show(chat, part)
            return await self.client.send_message(chat, part.text)
        except Refused as refused:
            raise await self._refused(chat, refused) from None
        except NotSent as failed:
            raise SendFailed("retry", str(failed), after=self._pause()) from None
        except Unavailable as failed:
            if failed.status in NEVER_CARRIED_OUT:
                raise SendFailed("retry", str(failed), after=self._pause()) from None
            raise SendFailed("unknown", str(failed)) from None
        except InDoubt as failed:
            raise SendFailed("unknown", str(failed)) from None

    async def _show(self, chat: str, part: Part) -> str:
        """A picture that the platform cannot fetch is told of in words."""
        try:
            return await self.client.send_photo(chat, part.picture, part.text)
        except Refused as refused:
            if refused.code != 400:
                raise
            await self.ledger.note("picture", str(refused))
        text = f"{part.text}\n{part.hint}".strip()
        return await self.client.send_message(chat, text if width(text) <= MOST else part.text)

    async def _refused(self, chat: str, refused: Refused) -> SendFailed:
        """What a refusal means, by the platform's codes; others count as HTTP has them."""
        said = str(refused)
        match refused.code:
            case 401:
                await self.ledger.stop(said)
                return SendFailed("retry", said, after=LONGEST_PAUSE)
            case 429:
                await self.ledger.exhaust(said)
                return SendFailed("refused", said)
            case 403:
                self._faults[chat] = self._faults.get(chat, 0) + 1
                await self.ledger.note("send", said)
                return SendFailed("refused" if self._faults[chat] >= FAULTS else "retry", said)
        await self.ledger.note("send", said)
        return SendFailed("unknown" if refused.code == 408 or refused.code >= 500 else "refused", said)

    def _pause(self) -> float:
        """Seconds until the next attempt: from one to sixty, while nothing gets through."""
        self._outages += 1
        return float(min(2 ** (self._outages - 1), LONGEST_PAUSE))


@dataclass(frozen=True)
class Part:
    """One message of the platform: a text, or a picture with its caption and what is said where it cannot be shown."""

    text: str
    picture: str = ""
    hint: str = ""
