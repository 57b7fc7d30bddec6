"""Say a message on Zalo: texts, pictures and documents by their public addresses, and what of it is described in words."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bot.channels import Capabilities, SendFailed
from bot.channels.zalo.files import Files
from bot.channels.zalo.http import InDoubt, NotSent, Unavailable
from bot.channels.zalo.parts import ADDRESS, MOST, SPOKEN, messages_of
from bot.channels.zalo_bot.client import Refused, ZaloBotClient
from bot.channels.zalo_bot.ledger import Ledger
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
        """Send a message, whose parts come one at a time; returns the platform's ids of them. Raises SendFailed."""
        return " ".join([await self._say(chat, self._part(chat, part, key)) for part in self.parts(message)])

    def parts(self, message: Message) -> Sequence[Message]:
        """The messages of the platform that it takes. Pure."""
        return messages_of(message, self.capabilities)

    def _part(self, chat: str, message: Message, key: str) -> Part:
        """What is said, with the addresses of what it shows."""
        text = message.text
        if message.document and self.files:
            text = text.replace(ADDRESS, self.files.document(key, chat))
        voice = self.files.voice(message.voice, chat) if message.voice and self.files else ""
        if SPOKEN in text:
            text, voice = text.replace(SPOKEN, voice), ""
        picture = self.files.picture(message.picture, chat) if message.picture and self.files else ""
        return Part(text, picture, message.picture_hint, voice)

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
        await self.ledger.taken()
        return sent_as

    async def _call(self, chat: str, part: Part) -> str:
        try:
            if part.voice:
                return await self.client.send_voice(chat, part.voice)
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


class Part(Struct, frozen=True):
    """One message of the platform: a text, a voice message, or a picture with its caption and what is said in its place."""

    text: str
    picture: str = ""
    hint: str = ""
    voice: str = ""
