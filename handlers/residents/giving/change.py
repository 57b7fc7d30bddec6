"""A resident changes what she pledged, as long as nothing of it has arrived: how much, on which day, once or every month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialog.fields import Choice, Count, Day, Derived, Dong, Hidden, Known, Month, Story
from bot.dialog.forms import Form
from bot.message import Money, Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import MENU, MY, open_card
from handlers.names import amount_of, gift_of
from handlers.residents.giving.awaiting import is_vouched
from handlers.residents.giving.form import MONTHS, count_months
from handlers.residents.giving.gift import LEAST, MOST
from storage.aid import pledges, revisions
from storage.aid.pledges import FullPledge, Promise

router = Router("change")


class ChangePledge(Form, name="changepledge"):
    """What was pledged, to be changed; as long as neither the amount nor the months are, the sum stays what it was."""

    code = Hidden()
    known = Known()
    household = Derived(lambda f: f.told_household)
    dong = Dong(least=LEAST, most=MOST, monthly="often", until="until").when(lambda f: f.kind == "money")
    count = Count(least=1, most=100_000, measure=lambda f: f.measure).when(lambda f: f.counted)
    what = Story(least=2, most=300).when(lambda f: f.kind != "money" and not f.counted)
    often = Choice(("once", "monthly")).when(lambda f: f.kind == "money")
    until = Month(lengths=MONTHS).when(lambda f: f.often == "monthly")
    altogether = Derived(lambda f: f.told_total)
    due_on = Day(toward="future").in_review(offered=True)

    @property
    def kind(self) -> str:
        return str((self.known or {}).get("kind", ""))

    @property
    def measure(self) -> str:
        return str((self.known or {}).get("measure", ""))

    @property
    def counted(self) -> bool:
        return self.kind != "money" and bool(self.measure)

    @property
    def same(self) -> bool:
        """Whether it comes to the same sum as before."""
        was = (self.known or {}).get("was", {})
        return all(self.answers.get(name) == value for name, value in was.items())

    @property
    def amount(self) -> int:
        """In all: đồng, or the need's own measure; 0 where only words say how much."""
        if self.same:
            return int(self.known.get("amount", 0))
        if self.kind == "money":
            return (self.dong or 0) * count_months(self.facts.today, self.until if self.often == "monthly" else None)
        return self.count or 0

    @property
    def told_household(self) -> Words | None:
        known = self.known or {}
        return Text("pledge.household.shown", known) if known.get("commune") else None

    @property
    def told_total(self) -> Words | None:
        """What comes together in all months, in digits and words."""
        if self.often != "monthly" or self.until is None:
            return None
        months = count_months(self.facts.today, self.until)
        said = {"months": months, "total": Text("money.in_words", {"amount": Money(self.amount)})}
        return Text("pledge.altogether.shown", said)

    @property
    def promise(self) -> Promise:
        """What is promised from now on."""
        until = self.until if self.often == "monthly" else None
        each = self.dong or 0 if until else 0
        return Promise(self.amount, each, until, self.due_on, self.what or str(self.known.get("what", "")))

    def words(self) -> Mapping[str, object]:
        return {"code": self.code or "", "measure": self.measure}


@router.command("my change", opens=True, listed=False)
async def change(turn: Turn) -> None:
    """Change the pledge whose code follows."""
    pledge = await _find(turn, turn.rest)
    if pledge is not None:
        _begin(turn, pledge)


@router.done(ChangePledge)
async def save(turn: Turn, form: ChangePledge) -> None:
    pledge = await _find(turn, form.code)
    if pledge is None:
        return
    promise = form.promise
    if promise == pledge.promise:
        return turn.reply("changepledge.same", [MY, MENU], code=pledge.code)
    room = await revisions.room(turn.tx, pledge)
    if room is not None and promise.amount > max(room, pledge.amount):
        turn.reply("changepledge.too_much", missing=amount_of(room, pledge.kind, pledge.measure))
        return _begin(turn, pledge)
    if promise.amount > pledge.amount and pledge.vouched and not await is_vouched(turn):
        return turn.reply("changepledge.only_less", [MY, MENU], code=pledge.code)
    if not await revisions.revise(turn.tx, pledge, promise, turn.now):
        return turn.reply("changepledge.too_late", [MY, MENU], code=pledge.code)
    given = gift_of(pledge.kind, promise, pledge.measure)
    turn.reply("changepledge.done", [MY, MENU], code=pledge.code, given=given, name=pledge.household)
    card = [open_card("pledge", pledge.code)]
    about = f"pledge:{pledge.code}"
    turn.tell_officers("changepledge.notice", card, unit_id=pledge.unit_id, about=about, code=pledge.code, given=given)


def _begin(turn: Turn, pledge: FullPledge) -> None:
    """Offer what may be changed, with what was promised as the answers."""
    was: dict[str, Any] = {}
    if pledge.kind == "money":
        until = pledge.monthly_until_on
        each = pledge.each_month or pledge.amount // count_months(turn.day(pledge.created_at), until)
        was = {"dong": each, "often": "monthly" if until else "once"} | ({"until": until.isoformat()} if until else {})
    elif pledge.measure:
        was = {"count": pledge.amount}
    known = {
        "kind": pledge.kind, "measure": pledge.measure, "amount": pledge.amount, "what": pledge.what, "was": was,
        "household": pledge.household, "commune": pledge.unit_name,
    }  # fmt: skip
    day = pledge.due_on.isoformat() if pledge.due_on else None
    said = {} if pledge.kind == "money" or pledge.measure else {"what": pledge.what}
    turn.begin(ChangePledge, "+edit", code=pledge.code, known=known, due_on=day, **was, **said)


async def _find(turn: Turn, code: str) -> FullPledge | None:
    """Her pledge with this code, if it may be changed; otherwise she is answered."""
    pledge = await pledges.find_hers(turn.tx, turn.person.id, code)
    if pledge is None or pledge.state not in pledges.OPEN:
        turn.reply("takeback.not_possible", [MY, MENU], code=code.upper())
        return None
    if pledge.arrived:
        withdraw = Option(f"/my cancel {pledge.code}", Text("my.cancel", {"code": pledge.code}))
        turn.reply("changepledge.arrived", [withdraw, MY, MENU], code=pledge.code)
        return None
    return pledge
