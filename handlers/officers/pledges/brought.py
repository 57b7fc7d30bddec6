"""Officers write down what somebody brought without having promised it: with or without a name, a phone or an account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.message import Money, Option, Reply, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.arguments import A_PAGE, read_page
from handlers.buttons import DESK, open_card
from handlers.names import amount_of, initials_of, short
from handlers.officers.access import PAGE, name_colleague, pages, reach, yours
from handlers.officers.own import note_act, why_leave
from handlers.officers.pledges.arrived import FAR_ABOVE, LATELY, MUCH
from handlers.officers.pledges.brought_form import SOMEBODY_NEW, BroughtForm, SureBrought
from handlers.officers.pledges.card import given_of, matter_of, number_of
from handlers.threads import tell
from storage.aid import addresses, brought, dossiers, pledges, receipts
from storage.aid.brought import Brought, Giver
from storage.aid.dossiers import KeptAddress
from storage.aid.threads import Matter
from storage.campaign import staff
from storage.figures import records
from storage.figures.records import Wanted
from storage.rights.spoken import SPOKEN
from storage.talk import consents, people
from storage.talk.consents import ConsentText

router = Router("brought", role="officer")

FIND = Option("/find", Text("command.find.title"))
WORDS_VERSION = "2026-12.1"
"""Of the question by which somebody who brings something agrees to be named."""


@router.command("desk brought", opens=True, listed=False)
async def begin(turn: Turn) -> None:
    """What was brought for the household with this code; without a code, choose one first."""
    if not turn.rest or A_PAGE.fullmatch(turn.rest):
        return await _choose(turn)
    kept = await _find(turn)
    if kept is None:
        return
    wanted = await addresses.needs_of(turn.tx, kept.id)
    needs = {str(need.id): {"kind": need.kind, "what": need.what, "measure": need.measure} for need in wanted}
    turn.begin(BroughtForm, code=kept.code, known={"needs": needs, "household": kept.shown_name})


async def _choose(turn: Turn) -> None:
    """A page of the households that may receive something."""
    page, shown = read_page(turn.rest), Wanted(states=("approved",))
    found, total = await records.search(turn.tx, "address", shown, await reach(turn), (page - 1) * PAGE, PAGE)
    if not found:
        return turn.reply("brought.nowhere", [DESK])
    options = [
        Option(f"/desk brought {one.code}", Text("brought.for", {"code": one.code, "name": short(one.said, 40)}))
        for one in found
    ]
    turn.reply("brought.choose", [*options, *pages("/desk brought", page, total), FIND, DESK], total=total)


async def _find(turn: Turn, code: str = "") -> KeptAddress | None:
    """The household, if something may be written down for it; otherwise she is answered already."""
    kept = await yours(turn, "address", dossiers.find, code)
    if kept is None or kept.state in brought.RECEIVING:
        return kept
    state = Text(f"address.state.{kept.state}")
    turn.reply("brought.not_here", [open_card("address", kept.code), DESK], code=kept.code, state=state)
    return None


@router.done(BroughtForm)
async def finish(turn: Turn, form: BroughtForm) -> None:
    kept = await _find(turn, form.code)
    if kept is not None:
        await _look(turn, kept, form)


async def _look(turn: Turn, kept: KeptAddress, form: BroughtForm) -> None:
    """Write it down, or ask first where something speaks against it, or its giver may be known."""
    seen = await brought.hold(turn.tx, kept.id)
    alike = await _alike(turn, form)
    doubts = await _doubts(turn, kept, form, alike)
    if not doubts and not alike:
        return await _write(turn, kept, form, None)
    shown = {
        str(one.person_id): {"name": one.name, "commune": one.unit_name, "by_phone": one.by_phone} for one in alike
    }
    known = {"answers": form.answers, "alike": shown, "doubted": bool(doubts), "seen": seen}
    above = Text("receipt.doubts", {"code": kept.code, "doubts": doubts}) if doubts else None
    turn.begin_said(SureBrought, {}, above=above, known=known)


@router.done(SureBrought)
async def sure(turn: Turn, form: SureBrought) -> None:
    """Write it all the same, unless something was written since she was asked: then she is asked again."""
    given = BroughtForm(form.known["answers"], turn.facts)
    kept = await _find(turn, given.code)
    if kept is None:
        return
    if form.sure == "look":
        return turn.reply("brought.not_written", [open_card("address", kept.code), DESK])
    alike = {str(one.person_id) for one in await _alike(turn, given)}
    if await brought.hold(turn.tx, kept.id) != form.known["seen"] or alike != form.alike.keys():
        return await _look(turn, kept, given)
    known = None if form.same in (None, SOMEBODY_NEW) else int(form.same)
    await _write(turn, kept, given, known)


async def _alike(turn: Turn, form: BroughtForm) -> list[Giver]:
    """Who may have brought it."""
    name = form.giver or ""
    if not name and not form.phone:
        return []
    return await brought.find_alike(turn.tx, name, form.phone or "", await reach(turn))


async def _doubts(turn: Turn, kept: KeptAddress, form: BroughtForm, alike: Sequence[Giver]) -> list[Text]:
    """What speaks against a receipt, with what is there."""
    found: list[Text] = []
    kind, amount, day = form.wants, form.amount, form.arrived_on
    counted = amount_of(amount, kind, form.measure)
    need = await addresses.need(turn.tx, int(form.need)) if form.need in form.needs else None
    if need is not None and amount > need.missing * FAR_ABOVE:
        missing = amount_of(need.missing, kind, form.measure)
        found.append(Text("brought.doubt.above", {"amount": counted, "what": need.what, "missing": missing}))
    elif need is None and kind == "money" and amount > MUCH:
        found.append(Text("brought.doubt.much", {"amount": counted}))
    if kind != "money" and (form.value or 0) > MUCH:
        found.append(Text("receipt.doubt.value", {"value": Money(form.value or 0)}))
    if not turn.campaign.first_on <= day <= turn.campaign.last_on:
        days = {"day": day, "first": turn.campaign.first_on, "last": turn.campaign.last_on}
        found.append(Text("receipt.doubt.outside", days))
    for receipt in await receipts.find_same_at(turn.tx, kept.id, kind, amount, day, turn.now - LATELY):
        told = {"receipt": f"{turn.campaign.prefix}/{receipt.number:05}", "given": counted, "day": day}
        found.append(Text("receipt.doubt.same", told))
    their = {one.person_id for one in alike}
    for pledge in await pledges.open_of(turn.tx, kept.id):
        if pledge.person_id in their or (form.organisation and form.organisation == pledge.organisation):
            promised = given_of(pledge, pledge.amount) if pledge.amount else pledge.what
            found.append(Text("brought.doubt.promised", {"code": pledge.code, "given": promised}))
    if kept.state not in dossiers.SHOWN:
        ended = {"address": kept.code, "state": Text(f"address.state.{kept.state}")}
        found.append(Text("receipt.doubt.ended", ended))
    return found


async def _write(turn: Turn, kept: KeptAddress, form: BroughtForm, known: int | None) -> None:
    """Write the receipt, and thank whoever brought it: in her chat, or in a text to be handed to her."""
    if known and await why_leave(turn, Matter("address", kept.code, known, kept.unit_id)):
        return turn.reply("brought.own", [open_card("address", kept.code), DESK])
    person_id = known or await brought.new_giver(turn.tx, turn.speech.language, turn.now)
    await _agree_to_be_named(turn, person_id, form)
    pledge, number = await brought.add(turn.tx, turn.campaign, person_id, _new(turn, kept, form), turn.now)
    given, receipt = given_of(pledge, form.amount), number_of(pledge, number)
    await note_act(turn, "brought", matter_of(pledge), receipt=number, amount=form.amount, value=_value(form))
    said: dict[str, Any] = {"name": kept.shown_name, "receipt": receipt, "given": given}
    options = [
        open_card("pledge", pledge.code), Option(f"/desk brought {kept.code}", Text("brought.another")), DESK,
    ]  # fmt: skip
    if await people.reachable(turn.tx, [person_id]):
        await tell(turn, "brought.told", matter_of(pledge), code=pledge.code, **said)
        return turn.reply("brought.noted.told", options, code=pledge.code, **said)
    turn.reply("brought.noted", code=pledge.code, **said)
    paper = {
        "organiser": turn.campaign.organiser,
        "giver": _shown(form),
        "household": kept.shown_name,
        "address": kept.code,
        "commune": kept.unit_name,
        "day": form.arrived_on,
        "officer": await _receiver(turn),
    }
    turn.reply(Reply(Text("brought.paper", said | paper), tuple(options), apart=True))


async def _receiver(turn: Turn) -> Words:
    """Who received it, for the paper that is handed out: by name, or as an officer, never by a number."""
    who = (await staff.colleagues(turn.tx, [turn.person.id])).get(turn.person.id)
    named = await name_colleague(turn, turn.person.id) if who is not None and who.name else None
    return named or Text("brought.paper.officer")


async def _agree_to_be_named(turn: Turn, person_id: int, form: BroughtForm) -> None:
    """She chose by word of mouth how to be named; whoever has an account chooses that there, and nobody for her."""
    if not form.giver or await people.accounts_of(turn.tx, person_id):
        return
    if "publish_name" not in await consents.current(turn.tx, person_id):
        words = turn.speech.say("brought.shown_as.ask")
        shown = ConsentText(WORDS_VERSION, words, turn.speech.language, SPOKEN)
        await consents.give(turn.tx, person_id, ["publish_name"], shown, turn.now)


def _value(form: BroughtForm) -> int:
    """In đồng; 0 where nobody put a price on it."""
    return form.amount if form.wants == "money" else form.value or 0


def _new(turn: Turn, kept: KeptAddress, form: BroughtForm) -> Brought:
    return Brought(
        address_id=kept.id,
        need_id=int(form.need) if form.need in form.needs else None,
        kind=form.wants,
        amount=form.amount,
        value=_value(form),
        what=form.named,
        arrived_on=form.arrived_on,
        method=form.method or "handed",
        organisation=form.organisation or "",
        shown_as="full_name" if form.organisation else form.shown_as,
        shown_name=form.giver or "",
        phone=form.phone or "",
        noted_by=turn.person.id,
        dedupe_key=turn.key,
    )


def _shown(form: BroughtForm) -> Words:
    """The giver as she wants to be named."""
    name = form.giver or ""
    return (
        form.organisation
        or (initials_of(name) if form.shown_as == "initials" else name)
        or Text("pledge.giver.unnamed")
    )
