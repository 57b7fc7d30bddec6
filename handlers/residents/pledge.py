"""A resident promises something to an address: money, goods or work, once or every month. The bot never takes money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.dialog.fields import Choice, Count, Day, Derived, Dong, Hidden, Known, Month, Name, Organisation, Story
from bot.dialog.forms import Form
from bot.message import Heard, Money, Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.understanding.facts import Said
from bot.vietnamese.fold import fold
from handlers.buttons import ADDRESSES, MENU, MY, open_card
from handlers.names import amount_of, initials_of
from handlers.residents.addresses import find_meant, name_alike, show_page
from handlers.residents.awaiting import is_vouched, may_pledge, ways
from handlers.usual import agree_to_be_named, find_usual
from storage.aid import addresses, pledges
from storage.aid.addresses import Address, Need
from storage.aid.pledges import LastGift, NewPledge
from storage.talk.admissions import Use

router = Router("pledge")

LEAST, MOST = 10_000, 10_000_000_000
"""Đồng."""
SUMS = {dong: Text("money", {"amount": Money(dong)}) for dong in (100_000, 200_000, 500_000)}
"""What most people give, in đồng, as it is offered."""
SOMETHING_ELSE = "else"


class WhichNeed(Choice):
    """One of the address's needs that is not covered, or something else."""

    def __init__(self) -> None:
        super().__init__(lambda form: [*form.needs, SOMETHING_ELSE])

    def label(self, value: str, form: Form) -> Words:
        assert isinstance(form, PledgeForm)
        return form.needs[value]["what"] if value in form.needs else Text("pledge.need.else")


class Surplus(Choice):
    """What to do with more than is missing: what is answered here becomes the amount that the review shows."""

    def read(self, heard: Heard, form: Form) -> str:
        assert isinstance(form, PledgeForm)
        chosen = super().read(heard, form)
        if chosen == "less":
            form.answers = {name: answer for name, answer in form.answers.items() if name not in ("dong", "count")}
        elif chosen == "rest" and form.often == "monthly":
            form.answers["until"] = form.until_covered.isoformat()
        elif chosen == "rest":
            form.answers["dong" if form.wants == "money" else "count"] = form.missing
        return chosen


class ShownAs(Choice):
    """How the giver is named in public; the review shows the very letters."""

    def show(self, answer: str, form: Form) -> Words:
        assert isinstance(form, PledgeForm)
        if answer == "initials" and form.named:
            return Text("pledge.shown_as.initials.of", {"initials": initials_of(form.named)})
        return super().show(answer, form)


class Giver(Name):
    """The giver's name: what the channel calls her, until she says another."""

    def __init__(self) -> None:
        super().__init__(least=2, most=80, suggest=lambda form: form.facts.name)
        self.assumes = lambda form: self.suggested(form) or None


class PledgeForm(Form, name="pledge"):
    """A promise to one address. ``amount`` is for each time: every month if it is monthly."""

    address = Hidden()
    known = Known()
    household = Derived(lambda f: f.told_household)
    need = WhichNeed().usually(lambda f: f.only_need)
    kind = Choice(("money", "goods", "work")).when(lambda f: f.need == SOMETHING_ELSE)
    what = Story(least=2, most=300).when(lambda f: f.need == SOMETHING_ELSE and f.kind in ("goods", "work"))
    dong = Dong(least=LEAST, most=MOST, monthly="often", until="until", quick=lambda f: f.quick)
    dong.when(lambda f: f.wants == "money")
    count = Count(least=1, most=100_000, measure=lambda f: f.measure, quick=lambda f: f.quick).when(lambda f: f.counted)
    due_on = Day(toward="future").in_review(offered=True).when(lambda f: f.wants == "work")
    often = Choice(("once", "monthly")).usually(lambda f: "once").when(lambda f: f.wants == "money")
    until = Month().when(lambda f: f.often == "monthly")
    over = Surplus(("rest", "anyway", "less")).when(lambda f: f.too_much)
    altogether = Derived(lambda f: f.told_total)
    behalf = Choice(("myself", "organisation")).usually(lambda f: f.last("behalf") or "myself")
    organisation = Organisation(least=2, most=120).when(lambda f: f.behalf == "organisation")
    organisation.usually(lambda f: f.last("organisation"))
    shown_as = ShownAs(("full_name", "initials", "anonymous")).when(lambda f: f.behalf == "myself")
    shown_as.usually(lambda f: f.usually_shown)
    giver = Giver().when(lambda f: f.must_name)

    @property
    def needs(self) -> dict[str, dict[str, Any]]:
        """The needs that were not covered when the form was opened, by id."""
        return dict((self.known or {}).get("needs", {}))

    @property
    def wants(self) -> str:
        """Money, goods or work; empty while that is not known."""
        if self.need == SOMETHING_ELSE:
            return self.kind or ""
        return str(self.needs.get(self.need, {}).get("kind", ""))

    @property
    def counted(self) -> bool:
        return self.need in self.needs and self.wants != "money"

    @property
    def must_name(self) -> bool:
        return self.shown_as in ("full_name", "initials") and not (self.known or {}).get("name")

    @property
    def named(self) -> str:
        """Whom the public would read of, if she wants that."""
        return self.giver or str((self.known or {}).get("name", ""))

    def last(self, what: str) -> Any:
        """How she gave last time."""
        return (self.known or {}).get("last", {}).get(what)

    @property
    def usually_shown(self) -> str:
        """As last time, or by initials; never by name where she did not agree to that."""
        if not (self.known or {}).get("publish"):
            return "anonymous"
        named = self.named or PledgeForm.fields["giver"].assumes(self)  # type: ignore[misc]
        return self.last("shown_as") or ("initials" if named else "anonymous")

    @property
    def only_need(self) -> str | None:
        """The need, where there is no other."""
        return next(iter(self.needs)) if len(self.needs) == 1 else None

    @property
    def measure(self) -> str:
        return str(self.needs.get(self.need or "", {}).get("measure", ""))

    @property
    def quick(self) -> dict[int, Words]:
        """The amounts that most people give: some sums, what is missing, and as much as last time."""
        money = self.wants == "money"
        offered: dict[int, Words] = {
            dong: shown for dong, shown in SUMS.items() if money and (not self.missing or dong < self.missing)
        }
        if money and (last := self.last("dong")) and LEAST <= last <= (self.missing or last):
            offered[last] = Text("pledge.quick.last", {"amount": Money(last)})
        if self.missing:
            offered[self.missing] = Text("pledge.quick.missing", {"missing": self.words()["missing"]})
        return dict(sorted(offered.items()))

    @property
    def told_household(self) -> Words | None:
        known = self.known or {}
        return Text("pledge.household.shown", known) if known.get("commune") else None

    @property
    def told_total(self) -> Words | None:
        """What comes together in all months, in digits and words."""
        if self.months < 2:
            return None
        return Text(
            "pledge.altogether.shown",
            {"months": self.months, "total": Text("money.in_words", {"amount": Money(self.amount)})},
        )

    @property
    def until_covered(self) -> date:
        """The month in which what is missing has come together."""
        first = self.facts.today.replace(day=1)
        month = first.month - 1 + max(-(-self.missing // (self.dong or 1)) - 1, 0)
        return first.replace(year=first.year + month // 12, month=month % 12 + 1)

    @property
    def months(self) -> int:
        """How many times it is given."""
        if self.often != "monthly" or self.until is None:
            return 1
        first = self.facts.today
        return max((self.until.year - first.year) * 12 + self.until.month - first.month + 1, 1)

    @property
    def total(self) -> int:
        """In đồng, or in the need's own measure."""
        return (self.dong or 0) * self.months if self.wants == "money" else self.count or 0

    @property
    def missing(self) -> int:
        return int(self.needs.get(self.need, {}).get("missing", 0))

    @property
    def too_much(self) -> bool:
        return self.need in self.needs and self.total > self.missing

    @property
    def amount(self) -> int:
        """What is promised in all: what was named, or the rest that the person saw and chose."""
        return self.missing if self.over == "rest" else self.total

    def words(self) -> Mapping[str, object]:
        kind, measure = self.needs.get(self.need or "", {}).get("kind", ""), self.measure
        return {
            "household": (self.known or {}).get("household", ""),
            "missing": amount_of(self.missing, kind, measure),
            "total": amount_of(self.total, kind, measure) if self.total else "",
            "measure": measure,
            "n": self.total,
        }


@router.command("pledge", consent="take_part", campaign=True, opens=True)
async def pledge(turn: Turn) -> None:
    """Promise something to the address with this code; without a code, choose one first."""
    alike = [] if turn.rest else await find_meant(turn)
    if len(alike) > 1:
        options = [Option(f"/pledge {address.code}", name_alike(address)) for address in alike]
        return turn.reply("address.which", [*options, MENU])
    address = await addresses.find(turn.tx, turn.rest) if turn.rest else next(iter(alike), None)
    if address is None:
        turn.reply("pledge.choose" if not turn.rest else "address.unknown")
        turn.rest = ""
        return await show_page(turn)
    if not await may_pledge(turn, vouched=await is_vouched(turn)):
        return
    usual = await find_usual(turn)
    known = {
        "household": address.shown_name,
        "commune": address.unit_name,
        "needs": _open_needs(address),
        "name": usual.name,
        "publish": usual.publish,
        "last": _as_before(await pledges.last_of(turn.tx, turn.person.id)),
    }
    helps = {"name": address.shown_name, "commune": address.unit_name, "code": address.code}
    said, above = _read_gift(turn.said.within("pledge"), address), Text("pledge.helps", helps) if turn.words else None
    turn.begin_said(PledgeForm, said, above=above, address=address.code, known=known)


@router.done(PledgeForm, campaign=True)
async def save(turn: Turn, form: PledgeForm) -> None:
    address = await addresses.find(turn.tx, form.address, hold=True)
    if address is None:
        return turn.reply("pledge.closed", [ADDRESSES, MENU])
    need = await addresses.need(turn.tx, int(form.need)) if form.need in form.needs else None
    beyond, vouched = form.over == "anyway", await is_vouched(turn)
    if not await may_pledge(turn, vouched=vouched):
        return
    if not vouched and not await turn.take(Use(pledges=1)):
        return turn.reply("pledge.too_many_here", [MENU])
    if need is not None and not await pledges.claim(turn.tx, need.id, form.amount, beyond=beyond, vouched=vouched):
        return _too_late(turn, form, address, need)
    if form.shown_as in ("full_name", "initials"):
        await agree_to_be_named(turn, turn.speech.say("pledge.shown_as.ask"))
    code = await pledges.add(turn.tx, replace(_new(turn, form, address, need), vouched=vouched), turn.now)
    given = _describe_gift(form, need)
    said: dict[str, Any] = {"code": code, "given": given, "name": address.shown_name, "commune": address.unit_name}
    if vouched:
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


def _read_gift(said: Said, address: Address) -> dict[str, Any]:
    """The answers that a sentence held; a need only where it is clear which."""
    answers: dict[str, Any] = {}
    if said.kind:
        fitting = [need for need in address.needs if need.missing and need.kind == said.kind and _fits(said.what, need)]
        if len(fitting) == 1:
            answers["need"] = str(fitting[0].id)
            answers |= _count_in(said, fitting[0])
        elif not fitting and (said.kind == "money" or said.what):
            counted = f"{said.quantity.normalize():f} {said.unit}" if said.quantity is not None else ""
            answers |= {"need": SOMETHING_ELSE, "kind": said.kind}
            answers |= {"what": f"{counted} {said.what}".strip()} if said.what else {}
    if said.amount is not None and LEAST <= said.amount <= MOST:
        answers["dong"] = said.amount
        answers |= {"often": "monthly"} if said.monthly else {}
    if said.organisation:
        answers |= {"behalf": "organisation", "organisation": said.organisation}
    return answers


def _fits(what: str, need: Need) -> bool:
    """Whether these goods or this work may be what is needed."""
    return not what or fold(what) in fold(need.what) or fold(need.what) in fold(what)


def _count_in(said: Said, need: Need) -> dict[str, int]:
    """The count, where it was said in the need's own measure."""
    if said.quantity is None or need.kind == "money":
        return {}
    count = said.kilos if need.measure == "kg" else said.quantity if fold(said.unit) == fold(need.measure) else None
    return {"count": int(count)} if count is not None and count == int(count) else {}


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
        monthly_until_on=_until(form),
        organisation=form.organisation or "",
        shown_as=form.shown_as or "full_name",
        shown_name=name,
        dedupe_key=turn.key,
    )


def _until(form: PledgeForm) -> date | None:
    return form.until if form.often == "monthly" else None


def _describe_gift(form: PledgeForm, need: Need | None) -> Words:
    """What was promised, in one phrase."""
    if form.wants == "money" and form.months > 1:
        each = form.dong or 0
        if form.over == "rest":
            said = {"amount": Money(each), "total": Money(form.amount), "until": form.until}
            return Text("pledge.given.until_covered", said)
        return Text("pledge.given.monthly", {"amount": Money(each), "until": form.until, "total": Money(form.amount)})
    if form.wants == "money":
        return Text("pledge.given.money", {"amount": Money(form.amount)})
    if need is not None:
        return Text("pledge.given.counted", {"n": form.amount, "measure": need.measure, "what": need.what})
    return form.what or ""
