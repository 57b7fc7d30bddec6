"""What is approved changes only by two officers: one asks, another sees old and new side by side and decides."""

from __future__ import annotations

from typing import Any

from bot.dialog.fields import Hidden, Known
from bot.dialog.forms import Form
from bot.message import Option, Reply, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.phone import show_phone
from handlers.arguments import read_code
from handlers.buttons import DESK
from handlers.names import amount_of, short
from handlers.officers.access import tell_who, yours
from handlers.officers.addresses.dossiers import not_now, open_address, open_change, take_step
from handlers.officers.addresses.ending import tell_paused
from handlers.officers.addresses.public import find_disclosed_by
from handlers.officers.colleagues.takings import show_holder
from handlers.officers.reasons import Reason
from handlers.officers.reveal import reveal
from handlers.threads import who_hears
from storage.aid import addresses, changes, dossiers
from storage.aid.addresses import Need
from storage.aid.changes import AddressChange
from storage.aid.dossiers import KeptAddress
from storage.aid.sealing import Dossier
from storage.campaign import staff

router = Router("changes", role="officer")

NEXT = Option("/desk changes", Text("desk.next"))


class RefuseChange(Form, name="refusechange", review=False):
    """Why everything stays as it is; the officer who asked is told."""

    code = Hidden()
    ready = Known()
    reason = Reason()


async def ask_second(
    turn: Turn,
    kept: KeptAddress,
    what: str,
    becomes: Any,
    *,
    was: Any = None,
    need: Need | None = None,
    then: Dossier | None = None,
) -> None:
    """Keep a change of an approved address for a second officer; ``then``: what would lie sealed. What everybody reads stays
    meanwhile, unless it tells who the household is: then the address is paused at once."""
    need_id = need.id if need else 0
    number = await changes.ask(turn.tx, kept.id, what, becomes, turn.person.id, turn.now, was=was, need_id=need_id)
    if number is None:
        return await _cannot(turn, kept.code)
    await turn.note("correct", f"address:{kept.code}", what=what, change=number)
    words = await _hide(turn, kept) or (await _hide(turn, kept, then) if then else [])
    options = [open_change(number), open_address(kept.code), DESK]
    said = {"code": kept.code, "words": words or None}
    asked = Text("address.change.asked_sealed", said) if then else Text("address.change.asked", said)
    turn.reply(Reply(asked, tuple(options)))
    turn.tell_officers(
        "address.notice.change",
        [open_change(number)],
        unit_id=kept.unit_id,
        about=f"change:{number}",
        sparing=turn.person.id,
        code=kept.code,
        what=_called(what, need.what if need else ""),
    )


@router.command("desk change", listed=False)
async def card(turn: Turn) -> None:
    """Old and new, side by side."""
    change = await _find(turn)
    if change is None:
        return
    need = await _need(turn, change)
    hers = change.state != "waiting" or change.asked_by == turn.person.id
    holds = [] if hers else await show_holder(turn, "change", str(change.id))
    asked = await tell_who(turn, change.asked_by, change.asked_at) if change.asked_by else None
    said: dict[str, Any] = {
        "code": change.code,
        "commune": change.unit_name,
        "what": _called(change.what, need.what if need else ""),
        "asked": asked,
        "state": await _state(turn, change),
    }
    if change.sealed:
        options = (_compare(change), *_refusals(turn, change), *holds, open_address(change.code), DESK)
        turn.replies.append(Reply(Text("address.change.card_sealed", said), options, about=f"change:{change.id}"))
        return
    said |= {"was": _shown(change, change.was, need), "becomes": _shown(change, change.becomes, need)}
    picture = change.becomes if change.what == "picture" and change.state in ("waiting", "accepted") else ""
    options = (*_acts(turn, change), *holds, open_address(change.code), DESK)
    turn.replies.append(Reply(Text("address.change.card", said), options, picture=picture, about=f"change:{change.id}"))


@router.command("desk compare", listed=False)
async def compare(turn: Turn) -> None:
    """Old and new of what is sealed, after it was written down who looks."""
    change = await _find(turn)
    if change is None:
        return
    if not change.sealed:
        return await card(turn)
    if not await reveal(turn, f"address:{change.code}", why="correct"):
        return
    was, becomes = changes.opened(turn.tx, change)
    said: dict[str, Any] = {"code": change.code, "what": _called(change.what, "")}
    options = [*_acts(turn, change), open_address(change.code), DESK]
    shown: dict[str, Any] = {"was": _shown(change, was, None), "becomes": _shown(change, becomes, None)}
    turn.reply("address.change.opened", options, private=True, **said, **shown)


@router.command("desk apply", listed=False)
async def apply(turn: Turn) -> None:
    """«/desk apply NUMBER [KEY]»: let the change take effect; of what is sealed only who opened it knows the key."""
    key = turn.rest.partition(" ")[2].strip().lower()
    change = await _find(turn, read_code(turn.rest) if key else "")
    if change is None or not await _may_decide(turn, change):
        return
    if key != change.key:
        if change.sealed:
            return turn.reply("address.change.look_first", [_compare(change), DESK], code=change.code)
        return turn.reply("desk.not_read", [DESK], rest=short(key))
    if not await changes.accept(turn.tx, change, turn.person.id, turn.now):
        now = await changes.find(turn.tx, str(change.id), None)
        return await (_cannot(turn, change.code) if now and now.state == "waiting" else _too_late(turn, change))
    what = await _name(turn, change)
    await turn.note("change.accepted", f"address:{change.code}", what=change.what, change=change.id)
    _redraw(turn, change, "accepted", what)
    kept = await dossiers.find(turn.tx, change.code, None)
    assert kept is not None
    words = await _hide(
        turn, kept
    )  # of a public text, too: what is sealed may have been corrected since it was asked for
    hint = Text("address.change.still_paused") if kept.state == "paused" else None
    shown: dict[str, Any] = {"code": change.code, "what": what}
    turn.reply(
        "address.change.accepted", [open_address(change.code), NEXT, DESK], **shown, hint=hint, words=words or None
    )
    by, options = change.asked_by, [open_address(change.code)]
    if by is not None and change.sealed:
        turn.tell(by, "address.change.told.sealed", options, **shown)
    elif by is not None:
        turn.tell(by, "address.change.told.accepted", options, **shown)


@router.command("desk reject", opens=True, listed=False)
async def reject(turn: Turn) -> None:
    change = await _find(turn)
    if change is not None and await _may_decide(turn, change):
        turn.begin(RefuseChange, code=str(change.id))


@router.done(RefuseChange)
async def save_refusal(turn: Turn, form: RefuseChange) -> None:
    change = await _find(turn, form.code)
    if change is None or not await _may_decide(turn, change):
        return
    if not await changes.refuse(turn.tx, change, turn.person.id, turn.now, form.reason):
        return await _too_late(turn, change)
    what = await _name(turn, change)
    await turn.note("change.refused", f"address:{change.code}", what=change.what, change=change.id)
    _redraw(turn, change, "refused", what)
    told = await who_hears(turn, change.asked_by, "changer")
    turn.reply(
        "address.change.refused", [open_address(change.code), NEXT, DESK], code=change.code, what=what, told=told
    )
    if change.asked_by is not None:
        why = {"code": change.code, "what": what, "reason": form.reason}
        turn.tell(change.asked_by, "address.change.told.refused", [open_change(change.id)], **why)


@router.command("desk withdraw", listed=False)
async def withdraw(turn: Turn) -> None:
    """The officer who asked thinks better of it."""
    change = await _find(turn)
    if change is None:
        return
    if not await changes.withdraw(turn.tx, change, turn.person.id):
        return await _too_late(turn, change)
    what = await _name(turn, change)
    await turn.note("change.withdrawn", f"address:{change.code}", what=change.what, change=change.id)
    _redraw(turn, change, "withdrawn", what)
    turn.reply("address.change.withdrawn", [open_address(change.code), DESK], code=change.code, what=what)


async def _hide(turn: Turn, kept: KeptAddress, then: Dossier | None = None) -> list[str]:
    """Pause an address whose public texts tell who or where it is; returns the words that do."""
    words = await find_disclosed_by(turn, kept, then) if kept.state == "approved" else []
    why = turn.say(Text("address.change.hides"))
    if words and await take_step(turn, kept, "paused", reason=why):
        await tell_paused(turn, kept, why)
    return words


async def _find(turn: Turn, code: str = "") -> AddressChange | None:
    return await yours(turn, "change", changes.find, code)


async def _need(turn: Turn, change: AddressChange) -> Need | None:
    return await addresses.need(turn.tx, change.need_id) if change.need_id else None


async def _name(turn: Turn, change: AddressChange) -> Text:
    """What a change is about, in a few words."""
    need = await _need(turn, change)
    return _called(change.what, need.what if need else "")


async def _may_decide(turn: Turn, change: AddressChange) -> bool:
    """Whether she may be the second officer; if not, she is told why."""
    if change.state == "waiting" and change.asked_by == turn.person.id:
        turn.reply("address.change.own", [open_change(change.id), DESK], code=change.code)
        return False
    if not await staff.served_before(turn.tx, turn.person.id, change.asked_at):
        turn.reply("address.officer_too_new", [DESK], code=change.code)
        return False
    if change.state != "waiting":
        await _too_late(turn, change)
    return change.state == "waiting"


async def _too_late(turn: Turn, change: AddressChange) -> None:
    """How it stands, for who wants to do what is not to be done any more."""
    now = await changes.find(turn.tx, str(change.id), None) or change
    state = Text(f"address.change.state.{now.state}")
    turn.reply(
        "address.change.settled", [open_change(now.id), open_address(now.code), DESK], code=now.code, state=state
    )


async def _cannot(turn: Turn, code: str) -> None:
    """The address is not approved any more; or this is the last thing that it needs."""
    kept = await dossiers.find(turn.tx, code, None)
    assert kept is not None
    if kept.state not in changes.CHANGEABLE:
        return not_now(turn, kept)
    turn.reply("address.change.last_need", [open_address(code), DESK], code=code)


async def _state(turn: Turn, change: AddressChange) -> Text:
    """How it stands; who decided, when and why."""
    state = Text(f"address.change.state.{change.state}")
    if change.decided_by is None or change.decided_at is None:
        return state
    what = Text("decided.why", {"what": state, "why": change.reason}) if change.reason else state
    return Text("decided", {"what": what, "who": await tell_who(turn, change.decided_by, change.decided_at)})


def _acts(turn: Turn, change: AddressChange) -> list[Option]:
    """Whoever has seen old and new decides; who asked for it takes it back."""
    refusals = _refusals(turn, change)
    if change.state != "waiting" or change.asked_by == turn.person.id:
        return refusals
    line = f"/desk apply {change.id} {change.key}".strip()
    return [Option(line, Text("command.desk.apply.title"), sense="goes"), *refusals]


def _refusals(turn: Turn, change: AddressChange) -> list[Option]:
    if change.state != "waiting":
        return []
    if change.asked_by == turn.person.id:
        return [Option(f"/desk withdraw {change.id}", Text("command.desk.withdraw.title"))]
    return [Option(f"/desk reject {change.id}", Text("command.desk.reject.title"), sense="danger")]


def _compare(change: AddressChange) -> Option:
    return Option(f"/desk compare {change.id}", Text("command.desk.compare.title"))


def _redraw(turn: Turn, change: AddressChange, state: str, what: Words) -> None:
    said = {"code": change.code, "what": what, "state": Text(f"address.change.state.{state}")}
    turn.redraw(f"change:{change.id}", Text("address.change.redraw", said))


def _called(what: str, need: str) -> Text:
    return Text(f"address.change.what.{what}", {"need": need})


def _shown(change: AddressChange, value: Any, need: Need | None) -> Words:
    """The old or the new, as people read it."""
    match change.what:
        case "category":
            return Text(f"address.category.{value}")
        case "people_count":
            return Text("count", {"n": value})
        case "need" if value:
            amount = amount_of(value["amount"], value["kind"], value["measure"])
            return Text("need.short", {"what": value["what"], "amount": amount})
        case "need_amount" if need:
            return amount_of(value, need.kind, need.measure)
        case "need_end":
            return Text("address.change.need_ended" if value else "address.change.need_open")
        case "phone" if value:
            return show_phone(value)
        case "picture" if value:
            return Text("address.change.picture")
    return str(value) if value else Text("address.change.empty")
