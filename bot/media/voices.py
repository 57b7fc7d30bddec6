"""Tell by its bytes whether a file is a voice message, and which format; nothing is decoded here, nor made anew."""

from __future__ import annotations

from bot.channels import VOICE_MOST
from bot.channels.kind import BadFile

EBML = b"\x1a\x45\xdf\xa3"
HEAD = 64
"""Bytes in which a file says what it is."""
ADTS = (b"\xff\xf1", b"\xff\xf9")


class BadVoice(BadFile):
    """Nobody could listen to these bytes; ``code`` is `voice_too_big` or `not_a_voice`."""


def format_of(raw: bytes) -> str:
    """How the file's name is to end: ogg (Telegram), webm or m4a (browsers), aac (Zalo) or mp3. Raises BadVoice."""
    if len(raw) > VOICE_MOST:
        raise BadVoice("voice_too_big")
    head = raw[:HEAD]
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(EBML) and b"webm" in head:
        return "webm"
    if head[4:8] == b"ftyp":
        return "m4a"
    if head.startswith(ADTS):
        return "aac"
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "mp3"
    raise BadVoice("not_a_voice")
