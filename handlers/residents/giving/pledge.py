"""A resident promises something to an address: money, goods or work, once or every month. The bot never takes money."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.phone import show_phone
from handlers.buttons import ADDRESSES, MENU, MY, open_card
from handlers.handing import where_to_hand
from handlers.names import amount_of, gift_of
from handlers.residents.addresses import find_meant, name_alike, show_page
from handlers.residents.giving.awaiting import is_vouched, may_pledge, ways
from handlers.residents.giving.form import PledgeForm
from handlers.residents.giving.gift import read_gift
from handlers.spoken import ALL, is_for_another, may_note, note, slip_for
from handlers.spoken import agree_to_be_named as agree_by_word
from handlers.usual import agree_to_be_named, find_usual
from storage.aid import addresses, pledges
from storage.aid.addresses import Address, Need
from storage.aid.pledges import LastGift, NewPledge
from storage.talk.admissions import Use

router = Router("pledge")


@router.command("pledge", consent="take_part", campaign=True, opens=True)
async def pledge(turn: Turn) -> None:
    """Promise something to the address with this code; without a code, choose one first."""
    alike = [] if turn.rest else await find_meant(turn)
    if len(alike) > 1:
        options = [Option(f"/pledge {address.code}", name_alike(address)) for address in alike]
        return turn.reply("address.which", [*options, MENU])
    address = await addresses.find(turn.tx, turn.rest) if turn.rest else next(iter(alike), None)
    if address is None:
        turn.reply("address.unknown" if turn.rest or turn.said.household else "pledge.choose")
        turn.rest = ""
        return await show_page(turn)
    if not await may_pledge(turn, vouched=await is_vouched(turn)):
        return
    said, above = read_gift(turn.said.within("pledge"), _open_needs(address)), None
    if turn.words:
        above = Text("pledge.helps", {"name": address.shown_name, "commune": address.unit_name, "code": address.code})
    if is_for_another(turn.words):
        said["behalf"] = "other"
    turn.begin_said(PledgeForm, said, above=above, address=address.code, known=await known_of(turn, address))


async def known_of(turn: Turn, address: Address) -> dict[str, Any]:
    """What the form knows when it is opened: the household, and how she gave last time."""
    usual = await find_usual(turn)
    return {
        "household": address.shown_name,
        "commune": address.unit_name,
        "needs": _open_needs(address),
        "name": usual.name,
        "publish": usual.publish,
        "phone": usual.phone or await pledges.last_phone(turn.tx, turn.person.id),
        "last": _as_before(await pledges.last_of(turn.tx, turn.person.id)),
    }


@router.done(PledgeForm, campaign=True)
async def save(turn: Turn, form: PledgeForm) -> None:
    address = await addresses.find(turn.tx, form.address, hold=True)
    if address is None:
        return turn.reply("pledge.closed", [ADDRESSES, MENU])
    need = await addresses.need(turn.tx, int(form.need)) if form.need in form.needs else None
    beyond, vouched = form.over == "anyway", await is_vouched(turn)
    if not await may_pledge(turn, vouched=vouched):
        return
    if form.for_other and not await may_note(turn, form.who, form.birth_year):
        return
    if not vouched and not await turn.take(Use(pledges=1)):
        return turn.reply("pledge.too_many_here", [MENU])
    if need is not None and not await pledges.claim(turn.tx, need.id, form.amount, beyond=beyond, vouched=vouched):
        return _too_late(turn, form, address, need)
    new = replace(_new(turn, form, address, need), vouched=vouched, person_id=await _giver(turn, form))
    code = await pledges.add(turn.tx, new, turn.now)
    given = gift_of(new.kind, new, need.measure if need else "")
    said: dict[str, Any] = {"code": code, "given": given, "name": address.shown_name, "commune": address.unit_name}
    said |= await where_to_hand(turn, address.unit_id, form.wants) | {"contact": _contact(form)}
    if form.for_other:
        await _thank_for(turn, form, new, said)
    elif vouched:
        turn.reply("pledge.thanks", [MY, MENU], **said)
    else:
        channels, link, days = await ways(turn)
        turn.reply("pledge.thanks_awaiting", [*link, MY, MENU], **said, channels=channels, days=days)
    turn.tell_officers(
        "pledge.notice" if vouched else "pledge.notice_awaiting",
        [open_card("pledge", code)],
        unit_id=address.unit_id,
        about=f"pledge:{code}",
        code=code,
        given=given,
        address=address.code,
    )


async def _giver(turn: Turn, form: PledgeForm) -> int:
    """Whose promise it is: hers who writes, or of whoever said it to her; whoever chose to be named agrees to that."""
    named, shown = form.shown_as in ("full_name", "initials"), turn.speech.say("pledge.shown_as.ask")
    if form.for_other:
        person_id = await note(turn, form.who, form.birth_year, "pledge.read_out")
        if named:
            await agree_by_word(turn, person_id, shown)
        return person_id
    if named:
        await agree_to_be_named(turn, shown)
    return turn.person.id


async def _thank_for(turn: Turn, form: PledgeForm, new: NewPledge, said: dict[str, Any]) -> None:
    """Say to whoever wrote for her what she promised, and how she can come herself."""
    _, link, days = ([], [], 0) if new.vouched else await ways(turn)
    awaiting = None if new.vouched else Text("pledge.awaits_days", {"days": days})
    code, slip = await slip_for(turn, new.person_id)
    said = {**said, "who": form.who, "awaiting": awaiting, "slip": slip}
    turn.reply("pledge.thanks_other", [*link, MY, ALL, MENU], copies=code, **said)


def _as_before(last: LastGift | None) -> dict[str, Any]:
    """How somebody gave last time, for the form; what was for several months is no amount to give at once."""
    if last is None:
        return {}
    one = last.amount if last.kind == "money" and last.monthly_until_on is None else None
    behalf = "organisation" if last.organisation else "myself"
    shown_as = None if last.organisation else last.shown_as
    return {"dong": one, "behalf": behalf, "organisation": last.organisation or None, "shown_as": shown_as}


def _open_needs(address: Address) -> dict[str, dict[str, Any]]:
    return {
        str(need.id): {"kind": need.kind, "what": need.what, "measure": need.measure, "missing": need.missing}
        for need in address.needs
        if need.missing
    }


def _too_late(turn: Turn, form: PledgeForm, address: Address, need: Need) -> None:
    """While this person was writing somebody else pledged: tell her the truth, and ask again."""
    known = {**form.known, "needs": _open_needs(address)}
    if not need.missing:
        turn.reply("pledge.covered_meanwhile", name=address.shown_name, what=need.what)
        answers = {name: answer for name, answer in form.answers.items() if name not in ("need", "over")}
        return turn.begin(PledgeForm, **{**answers, "known": known})
    turn.reply("pledge.less_meanwhile", missing=amount_of(need.missing, need.kind, need.measure))
    turn.reopen(form, "over", known=known)


def _new(turn: Turn, form: PledgeForm, address: Address, need: Need | None) -> NewPledge:
    name = form.named if form.shown_as in ("full_name", "initials") else ""
    until = form.until if form.often == "monthly" else None
    return NewPledge(
        campaign_id=turn.campaign.id,
        prefix=turn.campaign.prefix,
        person_id=turn.person.id,
        address_id=address.id,
        need_id=need.id if need else None,
        kind=form.wants,
        amount=form.amount,
        what=need.what if need else form.what or "",
        due_on=form.due_on,
        monthly_until_on=until,
        organisation=form.organisation or "",
        shown_as=form.shown_as or "full_name",
        shown_name=name,
        dedupe_key=turn.key,
        phone=form.phone or "",
        each_month=form.dong or 0 if until else 0,
    )


def _contact(form: PledgeForm) -> Text:
    """How the officers will get in touch: «gọi anh/chị theo số 0912 345 678»."""
    return Text("pledge.contact.call", {"phone": show_phone(form.phone)}) if form.phone else Text("pledge.contact.here")
