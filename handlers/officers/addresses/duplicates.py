"""Officers join two addresses of one household, after seeing both side by side; for a day they can part them again."""

from __future__ import annotations

from bot.dialog.fields import Hidden, Line, Sure
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.fold import fold
from handlers.buttons import DESK, MY
from handlers.names import amount_of
from handlers.officers.addresses.dossiers import find, may_end, note_step, open_address
from handlers.threads import how_many_hear
from storage.aid import addresses, dossiers, pledges
from storage.aid.dossiers import KeptAddress
from storage.aid.households import duplicates

router = Router("duplicates", role="officer")


class Duplicate(Form, name="duplicate", review=False):
    """Which address the same household has already."""

    code = Hidden()
    of = Line(least=4, most=16)

    def words(self) -> dict[str, object]:
        return {"code": self.code or ""}


class JoinAddresses(Form, name="joinaddresses", review=False):
    """Whether both are one household, after a look at both."""

    code = Hidden()
    of = Hidden()
    sure = Sure(("apart", "join"))

    def words(self) -> dict[str, object]:
        return {"code": self.code or "", "of": self.of or ""}


@router.command("desk duplicate", opens=True, listed=False)
async def duplicate(turn: Turn) -> None:
    """Close an address because its household has another one."""
    kept = await may_end(turn, "duplicate")
    if kept is not None:
        turn.begin(Duplicate, code=kept.code)


@router.done(Duplicate)
async def compare(turn: Turn, form: Duplicate) -> None:
    """Show both households; nothing is joined yet."""
    kept = await find(turn, form.code)
    if kept is None:
        return
    into = await find(turn, form.of)
    if into is None:
        return turn.reopen(form, "of")
    if into.id == kept.id:
        return _refuse(turn, kept, into)
    both = [await _household(turn, kept), await _household(turn, into)]
    above = Text("address.side_by_side", {"both": both, "same": await _compared(turn, kept, into)})
    turn.begin_said(JoinAddresses, {}, above=above, code=kept.code, of=into.code)


@router.done(JoinAddresses)
async def join(turn: Turn, form: JoinAddresses) -> None:
    """Everybody who pledged to the one address is told that it goes on at the other."""
    kept = await find(turn, form.code)
    into = await find(turn, form.of) if kept is not None else None
    if kept is None or into is None:
        return
    if form.sure != "join":
        return turn.reply("joinaddresses.cancelled", [open_address(kept.code), open_address(into.code), DESK])
    givers = await duplicates.join(turn.tx, kept, into, turn.person.id, turn.now)
    if givers is None:
        return _refuse(turn, kept, into)
    await note_step(turn, kept, "duplicate", of=into.code)
    options = [open_address(into.code), _parting(kept.code), DESK]
    turn.reply("address.joined", options, code=kept.code, of=into.code, told=await how_many_hear(turn, givers))
    for person_id in sorted(givers):
        turn.tell(person_id, "address.told.joined", [MY], name=into.shown_name, of=into.code)
    if kept.proposed_by is not None and kept.proposed_by not in givers:
        turn.tell(kept.proposed_by, "address.told.duplicate", code=kept.code)


@router.command("desk apart", listed=False)
async def part(turn: Turn) -> None:
    """Undo it within a day."""
    kept = await find(turn)
    if kept is None:
        return
    givers = await duplicates.part(turn.tx, kept, turn.now)
    if givers is None:
        return turn.reply("address.not_parted", [open_address(kept.code), DESK], code=kept.code)
    now = await dossiers.find(turn.tx, kept.code, None)
    assert now is not None
    await turn.note("apart", f"address:{kept.code}", of=kept.reason)
    told = await how_many_hear(turn, givers)
    turn.reply("address.parted", [open_address(kept.code), DESK], code=kept.code, told=told)
    for person_id in sorted(givers):
        turn.tell(person_id, "address.told.parted", [MY], name=now.shown_name, code=now.code)


def _refuse(turn: Turn, kept: KeptAddress, into: KeptAddress) -> None:
    options = [*(open_address(code) for code in dict.fromkeys((kept.code, into.code))), DESK]
    turn.reply("address.not_joined", options, code=kept.code, of=into.code)


def _parting(code: str) -> Option:
    return Option(f"/desk apart {code}", Text("command.desk.apart.title"))


async def _household(turn: Turn, kept: KeptAddress) -> Text:
    """One of the two, as far as it may be shown without opening its file."""
    wanted = await addresses.needs_of(turn.tx, kept.id)
    needs = [
        Text("need.short", {"what": need.what, "amount": amount_of(need.amount, need.kind, need.measure)})
        for need in wanted
    ]
    said = {
        "code": kept.code,
        "state": Text(f"address.state.{kept.state}"),
        "name": kept.shown_name or Text("address.unnamed"),
        "commune": kept.unit_name,
        "people": kept.people_count if kept.shown_name else None,
        "story": kept.story,
        "needs": needs or Text("not_noted"),
        "n": len(await pledges.open_of(turn.tx, kept.id)),
    }
    return Text("address.beside", said)


async def _compared(turn: Turn, kept: KeptAddress, into: KeptAddress) -> Text:
    """Whether the sealed names and telephones are the same, without saying them."""
    one, other = await dossiers.dossier(turn.tx, kept), await dossiers.dossier(turn.tx, into)
    pairs = {
        "name": (one.full_name, other.full_name) if one and other else ("", ""),
        "phone": (one.phone, other.phone) if one and other else ("", ""),
        "year": (str(one.birth_year or ""), str(other.birth_year or "")) if one and other else ("", ""),
    }
    return Text("address.compared", {what: Text(f"address.compared.{_alike(*pair)}") for what, pair in pairs.items()})


def _alike(one: str, other: str) -> str:
    if not one or not other:
        return "unknown"
    return "same" if fold(one) == fold(other) else "different"
