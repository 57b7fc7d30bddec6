"""What holds before anything is read into a message: a secret is for who asked for it, and locked staff must prove who they
are."""

from __future__ import annotations

import re
from typing import Any

from bot.dialog.forms import Field
from bot.message import Heard
from bot.turn.routes import Dialog
from bot.turn.turn import Turn
from bot.vietnamese.fold import INVISIBLE
from storage.talk.sessions import CONFIRMED_FOR
from storage.web import webchat

PRIVATE_KEY = re.compile(r"AGE-SECRET-KEY-", re.IGNORECASE)
"""How a private key in the age format begins."""


def holds_private_key(heard: Heard) -> bool:
    """Whether somebody sends the key that opens her backups, instead of the one that they are sealed to."""
    return PRIVATE_KEY.search(INVISIBLE.sub("", heard.text)) is not None


def is_command(heard: Heard) -> bool:
    """Whether a command line was typed, or stands behind the button that was pressed."""
    said = heard.pressed or ("" if heard.picture else heard.text)
    return said.startswith("/") and len(said) > 1 and said[1].isalpha() and "\n" not in said[:40]


def line_of(turn: Turn) -> str:
    """The command line that was said, or that plain words out of the blue stand for; empty if it is an answer or neither."""
    heard = turn.heard
    if is_command(heard):
        return heard.pressed or heard.text
    is_answer = turn.place is not None and bool(turn.place.form)
    return "" if is_answer or heard.picture else turn.routes.line(heard.text, turn.person.has_role)


def asked(turn: Turn) -> Field[Any] | None:
    """The question that is open, if one is."""
    led = _open_dialog(turn)
    return led.form.fields.get(turn.place.asking) if led is not None and turn.place is not None else None


def asks_secret(turn: Turn) -> bool:
    """Whether what was typed is the answer to a question for a secret, so that nobody else may read anything into it."""
    field = asked(turn)
    return field is not None and field.secret and bool(turn.heard.text) and not turn.heard.pressed


async def hide(turn: Turn) -> None:
    """What was typed is kept nowhere, whatever becomes of it."""
    turn.secret = True
    await webchat.hide(turn.tx, turn.account.address, turn.heard.text)


def is_locked(turn: Turn) -> bool:
    """Whether staff on a browser must prove who they are before this is heard; the proof itself, and leaving, are heard."""
    if not turn.proof_older_than(CONFIRMED_FOR):
        return False
    if line := line_of(turn):
        found = turn.routes.named(line.removeprefix("/").partition(" ")[0].partition("@")[0], turn.person.has_role)
        return found is None or not found.unproved
    led = _open_dialog(turn)
    return led is None or not led.unproved


def _open_dialog(turn: Turn) -> Dialog | None:
    return turn.routes.dialogs.get(turn.place.form) if turn.place is not None else None
