"""What somebody asks about her own data that a human must look at: correct it, erase it, use it no more."""

from __future__ import annotations

from bot.dialog.fields import Story
from bot.dialog.forms import Form
from bot.message import Option, Reply, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import MENU, MY
from handlers.requests import Kind, named, open_request, state_of, tell_proof
from storage.rights import requests
from storage.rights.requests import RightsRequest

router = Router("request")

BY_HAND = ("correct", "erase", "restrict", "object", "complain")
"""What she cannot do by herself, or would rather have done: a copy and what she agreed to need nobody."""
MOST_OPEN = 3
"""Requests of one person that wait at a time."""
FORGET = Option("/forgetme", Text("command.forgetme.title"))


class DataRequest(Form, name="datarequest", review=False):
    """Which right it is, and what is to be done."""

    kind = Kind(BY_HAND)
    said = Story(least=3, most=1000).in_full()


@router.command("datarequest", opens=True)
async def ask(turn: Turn) -> None:
    """Ask which right it is; what was said in a sentence need not be said again."""
    if await _may_ask(turn):
        turn.begin(DataRequest, **({"said": turn.words} if turn.words else {}))


@router.command("datarequest erase", opens=True, listed=False)
async def ask_to_erase(turn: Turn) -> None:
    """She wants it done by somebody; or she said in a sentence that her data is to be erased: that is her request."""
    if not await _may_ask(turn):
        return
    if turn.words:
        return await _enter(turn, "erase", turn.words)
    turn.begin(DataRequest, kind="erase")


@router.done(DataRequest)
async def send(turn: Turn, form: DataRequest) -> None:
    if await _may_ask(turn):
        await _enter(turn, form.kind, form.said)


@router.command("datarequest drop", listed=False)
async def drop(turn: Turn) -> None:
    """Take the request with this number back."""
    hers = await _find(turn)
    if hers is None or not await requests.close(turn.tx, hers, "withdrawn", "", turn.now, by=None):
        return turn.reply("datarequest.nothing", [MY, MENU])
    turn.tell_admins("request.dropped", [open_request(hers)], **named(hers))
    turn.reply("datarequest.dropped", [MY, MENU], **named(hers))


async def _enter(turn: Turn, kind: str, said: str) -> None:
    """Keep it, and tell the admins; of one that waits already it is only said where it stands."""
    known = await requests.open_of(turn.tx, turn.person.id, kind)
    ways = [FORGET] if kind == "erase" else []
    if known is not None:
        return turn.reply(
            "datarequest.already", [*ways, _take_back(known), MY, MENU], state=state_of(known), **named(known)
        )
    asker = await requests.asker_of(turn.tx, turn.person.id)
    key = f"words:{turn.key}"
    number = await requests.enter(turn.tx, kind, "words", asker, turn.now, turn.speech.zone, key=key, said=said)
    made = await requests.find(turn.tx, number)
    assert made is not None
    turn.tell_admins("request.told", [open_request(made)], until=made.answer_due_at, **named(made))
    now = Text("datarequest.yourself") if kind == "erase" else None
    turn.reply(
        "datarequest.sent", [*ways, _take_back(made), MY, MENU], until=made.answer_due_at, now=now, **named(made)
    )


async def _may_ask(turn: Turn) -> bool:
    hers = await requests.of_person(turn.tx, turn.person.id)
    waiting = [one for one in hers if one.state == "open" and one.source != "self"]
    if len(waiting) < MOST_OPEN:
        return True
    turn.reply("datarequest.enough", [*(show(one) for one in waiting), MENU], n=MOST_OPEN)
    return False


@router.command("datarequest show", listed=False)
async def show_one(turn: Turn) -> None:
    """Where the request stands, in full: that is its proof, too."""
    hers = await _find(turn)
    if hers is None:
        return turn.reply("datarequest.nothing", [MY, MENU])
    ways = [_take_back(hers)] if hers.state == "open" and hers.source != "self" else []
    turn.reply(Reply(await tell_proof(turn, hers), (*ways, MY, MENU)))


async def _find(turn: Turn) -> RightsRequest | None:
    number = turn.rest.strip("# ")
    found = await requests.find(turn.tx, int(number[:15])) if number.isdecimal() else None
    return found if found is not None and found.person_id == turn.person.id else None


def show(request: RightsRequest) -> Option:
    """What shows her where it stands."""
    return Option(f"/datarequest show {request.id}", Text("datarequest.show", named(request)))


def _take_back(request: RightsRequest) -> Option:
    return Option(f"/datarequest drop {request.id}", Text("datarequest.drop", named(request)), sense="danger")
