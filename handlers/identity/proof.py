"""A proof that somebody of the staff is at her browser: a code that another account of hers is sent, or her passphrase."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.dialog.fields import Known, Line, Secret
from bot.dialog.forms import Form
from bot.dialog.lead import Place
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Notice, Turn
from handlers.buttons import MENU
from handlers.names import channel_names
from storage.campaign.codes import long_code
from storage.rights import proofs
from storage.talk import people, sessions
from storage.talk.people import Account

router = Router("proof")

CODE_LIVES = timedelta(minutes=10)
LEAST = 12
"""Characters of a passphrase (NIST SP 800-63B asks for eight at least, and for no mixture)."""
MOST = 200
AGAIN = Option("/confirm", Text("confirm.again"))


class ByCode(Form, name="bycode", review=False):
    """The code that another account was sent."""

    known = Known()
    code = Line(least=1, most=40)


class ByPassphrase(Form, name="bypassphrase", review=False):
    """The passphrase that she has set."""

    known = Known()
    passphrase = Secret(least=1, most=MOST)


class NewPassphrase(Form, name="newpassphrase", review=False):
    """A passphrase, for who works on a browser alone."""

    known = Known()
    passphrase = Secret(least=LEAST, most=MOST)


@router.command("confirm", unproved=True, listed=False)
async def confirm(turn: Turn) -> None:
    """Ask for a fresh proof; what follows is carried out afterwards, and a form that was open is opened again."""
    if not turn.is_on_browser:
        return turn.reply("confirm.not_needed", [MENU])
    known = {"line": turn.rest, "place": _kept_place(turn)}
    sent = _code_sent(turn)
    if sent and sent["until"] > turn.now.timestamp():
        return turn.begin(ByCode, known={**sent, "line": turn.rest})
    others = await other_accounts(turn)
    has_passphrase = await proofs.has_passphrase(turn.tx, turn.person.id)
    if not others and not has_passphrase:
        return await _ask_for_first(turn, known)
    if not others:
        return turn.begin(ByPassphrase, known=known)
    if not await proofs.may_try(turn.tx, turn.person.id, turn.now):
        return turn.reply("confirm.wait", [AGAIN], minutes=proofs.WINDOW.seconds // 60)
    code = long_code(groups=2, letters=4)
    for account in others:
        said = Text("confirm.code", {"code": code, "minutes": CODE_LIVES.seconds // 60})
        turn.notices.append(Notice(said, person_id=turn.person.id, account_id=account.id))
    turn.reply("confirm.sent", channels=channel_names(dict.fromkeys(account.channel for account in others)))
    turn.begin(ByCode, known={**known, "code": code, "until": (turn.now + CODE_LIVES).timestamp()})


async def _ask_for_first(turn: Turn, known: dict[str, Any]) -> None:
    """There is nothing yet by which she could prove who she is."""
    if len(await people.accounts_of(turn.tx, turn.person.id)) > 1:
        return turn.reply("confirm.no_way", [AGAIN])  # she has others, which cannot be reached now
    turn.begin(NewPassphrase, known=known)


def _code_sent(turn: Turn) -> dict[str, Any]:
    """What is known of the code for which she is being asked already; nothing if she is not."""
    place = turn.place
    return (place.answers or {}).get("known", {}) if place is not None and place.form == ByCode.name else {}


def _kept_place(turn: Turn) -> list[Any] | None:
    """The form that was open, if it is none of these and she did not ask for something else."""
    place = turn.place
    if turn.rest or place is None or place.form in ("", ByCode.name, ByPassphrase.name, NewPassphrase.name):
        return None
    return [place.form, place.answers, place.asking]


async def left_unproved(turn: Turn, answers: Mapping[str, Any]) -> None:
    """She cancelled the question for a proof: say what waits for it; a form that was open stays as it is."""
    known = answers["known"]
    locked = turn.proof_older_than(sessions.CONFIRMED_FOR)
    if locked:
        turn.reply("confirm.left.locked", [Option("/confirm", Text("logout.back"))])
    elif known["line"]:
        turn.reply("confirm.left", [Option(known["line"], Text("confirm.again")), MENU])
    elif not known["place"]:
        turn.reply("passphrase.left", [MENU])
    if known["place"]:
        name, given, asking = known["place"]
        if locked:
            turn.place = Place(name, given, asking)  # not said again before she has proved who she is
        else:
            turn.begin(turn.routes.dialogs[name].form, asking, **given)


@router.done(ByCode, unproved=True, left=left_unproved)
async def check_code(turn: Turn, form: ByCode) -> None:
    known = form.known
    if turn.now.timestamp() > known["until"]:
        turn.reply("confirm.over")
        turn.rest = known["line"]
        return await confirm(turn)
    if hmac.compare_digest(_letters(form.code), _letters(known["code"])):
        return await _proved(turn, known)
    await _refuse(turn, form, "code")


@router.done(ByPassphrase, unproved=True, left=left_unproved)
async def check_passphrase(turn: Turn, form: ByPassphrase) -> None:
    if not await proofs.may_try(turn.tx, turn.person.id, turn.now):
        return turn.reply("confirm.wait", [AGAIN], minutes=proofs.WINDOW.seconds // 60)
    if await proofs.is_passphrase(turn.tx, turn.person.id, form.passphrase):
        return await _proved(turn, form.known)
    await turn.note("confirm.wrong", f"account:{turn.account.id}")
    turn.reply("confirm.wrong")
    turn.reopen(form, "passphrase")


async def _refuse(turn: Turn, form: ByCode, asking: str) -> None:
    await turn.note("confirm.wrong", f"account:{turn.account.id}")
    if not await proofs.may_try(turn.tx, turn.person.id, turn.now):
        return turn.reply("confirm.wait", [AGAIN], minutes=proofs.WINDOW.seconds // 60)
    turn.reply("confirm.wrong")
    turn.reopen(form, asking)


@router.command("passphrase", role="officer", dangerous=True, opens=True, listed=False)
async def passphrase(turn: Turn) -> None:
    """Set a passphrase, or another one."""
    if not turn.is_on_browser:
        return turn.reply("passphrase.only_here", [MENU])
    turn.begin(NewPassphrase, known={"line": "", "place": None})


@router.done(NewPassphrase, unproved=True, left=left_unproved)
async def keep_passphrase(turn: Turn, form: NewPassphrase) -> None:
    if not turn.is_on_browser or await _may_not_set(turn):
        return turn.reply("confirm.no_way", [AGAIN])
    await proofs.set_passphrase(turn.tx, turn.person.id, form.passphrase, turn.now)
    turn.reply("passphrase.set")
    wanted = turn.routes.named(form.known["line"].removeprefix("/"), turn.person.has_role)
    done = wanted is not None and wanted.handler is passphrase
    await _proved(turn, {**form.known, "line": "" if done else form.known["line"]})


async def _may_not_set(turn: Turn) -> bool:
    """Whether there is another way to prove who she is, and she has not done so lately."""
    if not turn.proof_older_than(turn.FRESH):
        return False
    return await proofs.has_passphrase(turn.tx, turn.person.id) or bool(await other_accounts(turn))


async def _proved(turn: Turn, known: dict[str, Any]) -> None:
    """She is who she says: go on where she was."""
    await sessions.confirm(turn.tx, turn.account.id, turn.now)
    await proofs.proved(turn.tx, turn.person.id)
    await turn.note("proved", f"account:{turn.account.id}")
    turn.account.confirmed_at = turn.now
    turn.next = known["line"]
    if known["place"]:
        name, answers, asking = known["place"]
        turn.reply("confirm.done")
        return turn.begin(turn.routes.dialogs[name].form, asking, **answers)
    turn.reply("confirm.done", [] if turn.next else [MENU])


async def other_accounts(turn: Turn) -> list[Account]:
    """Her accounts on channels where having a browser is not enough, and that can be written to."""
    found = await people.accounts_of(turn.tx, turn.person.id)
    return [one for one in found if one.state == "open" and turn.is_safe(one.channel)]


def _letters(code: str) -> bytes:
    return re.sub("[^A-Z0-9]", "", code.upper()).encode()
