"""Officers say what they have in hand, and let go of it. It tells the others; it keeps nobody from acting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Redraw, Turn
from handlers.arguments import read_number
from handlers.buttons import DESK, open_card
from handlers.officers.access import Find, find_volunteer, not_read, not_yours, reach, tell_colleague
from handlers.threads import matter_named
from storage.aid import appeals, changes, dossiers, pledges, reviews, threads
from storage.aid.colleagues import takings
from storage.aid.colleagues.takings import Taking
from storage.campaign import staff
from storage.database import Tx

router = Router("takings", role="officer")

MINE = Option("/desk mine", Text("command.desk.mine.title"))
WAITING = ("proposed", "surveyed", "verified")
"""The states of a household that waits for officers."""
SHOWN = 30
"""So many are listed."""


class Kind(Struct, frozen=True):
    """How a thing of a kind is found, whether it waits for officers, who may not act on it, and since when it is there."""

    find: Find[Any]
    waits: Callable[[Any], bool]
    barred: Callable[[Any], Sequence[int | None]] = lambda thing: ()
    since: Callable[[Any], datetime | None] = lambda thing: None


class Work(Struct, frozen=True):
    """Something that waits for officers: whose unit's, who may not act on it, and what must be older than an officer's role."""

    kind: str
    code: str
    unit_id: int
    barred: Collection[int | None]
    since: datetime | None
    picture: str

    @property
    def named(self) -> Text:
        return matter_named(self.kind, self.code)

    @property
    def card(self) -> Option:
        if self.kind == "volunteer":
            return Option(f"/desk volunteer {self.code}", Text("volunteer.look"))
        if self.kind == "change":
            return Option(f"/desk change {self.code}", Text("command.desk.change.title"))
        return open_card(self.kind, self.code)


KINDS: Mapping[str, Kind] = {
    "pledge": Kind(pledges.find, lambda pledge: pledge.state in pledges.OPEN, lambda pledge: [pledge.person_id]),
    "deed": Kind(reviews.find, lambda report: report.state == "new", lambda report: [report.person_id]),
    "address": Kind(
        dossiers.find, lambda kept: kept.state in WAITING,
        lambda kept: [kept.verified_by, kept.proposed_by] if kept.state == "verified" else [],
        lambda kept: kept.verified_at if kept.state == "verified" else None,
    ),
    "question": Kind(threads.find, lambda thread: thread.asked_at is not None),
    "appeal": Kind(
        appeals.find, lambda appeal: appeal.state == "waiting", lambda appeal: [appeal.refused_by, appeal.person_id],
        lambda appeal: appeal.created_at,
    ),
    "volunteer": Kind(find_volunteer, lambda volunteer: True, lambda volunteer: [volunteer.person_id]),
    "change": Kind(
        changes.find, lambda change: change.state == "waiting", lambda change: [change.asked_by],
        lambda change: change.asked_at,
    ),
}  # fmt: skip
"""In the order in which a bare code is looked up."""
OF_NUMBER = ("volunteer", "change")
"""The kinds that are named by a number; alone it is a volunteer's."""


@router.command("desk take", listed=False)
async def take(turn: Turn) -> None:
    """«/desk take deed TND26-7K3PQ», and the number of the colleague from whom it is taken, as she saw it."""
    work, over = await read_work(turn, over=True)
    if work is None:
        return
    if not await _may(turn.tx, work, turn.person.id):
        return turn.reply("taking.not_you", [work.card, DESK], matter=work.named)
    done, before = await takings.take(turn.tx, work.kind, work.code, turn.person.id, turn.now, over=over)
    if not done:
        return await say_held(turn, work, before)
    await turn.note("take", f"{work.kind}:{work.code}")
    await tell_others(turn, work, turn.person.id)
    await tell_before(turn, work, before, turn.person.id)
    turn.reply("taking.taken", [work.card, *_hers(work.kind, work.code), MINE, DESK], matter=work.named)


@router.command("desk release", listed=False)
async def release(turn: Turn) -> None:
    """Let go of it: colleagues see that nobody has it."""
    work, _ = await read_work(turn)
    if work is None:
        return
    if not await takings.release(turn.tx, work.kind, work.code, turn.person.id):
        return turn.reply("taking.not_yours", [work.card, DESK], matter=work.named)
    await turn.note("release", f"{work.kind}:{work.code}")
    turn.reply("taking.released", [work.card, MINE, DESK], matter=work.named)


@router.command("desk mine", after=NOTHING, listed=False)
async def mine(turn: Turn) -> None:
    """What she has in hand, the oldest first."""
    found = await works_of(turn)
    if not found:
        return turn.reply("taking.none", [DESK])
    lines = [
        Text(
            "taking.line" if taking.given_by is None else "taking.line.given",
            {
                "matter": work.named,
                "at": taking.taken_at,
                "by": None if taking.given_by is None else await tell_colleague(turn, taking.given_by),
            },
        )
        for work, taking in found[:SHOWN]
    ]
    turn.reply("taking.mine", [*(work.card for work, _ in found[:SHOWN]), DESK], total=len(found), lines=lines)


async def works_of(turn: Turn) -> list[tuple[Work, Taking]]:
    """What she has in hand and still waits in her units."""
    within = await reach(turn)
    held = await takings.of_person(turn.tx, turn.person.id, turn.now)
    found = [(await find_work(turn.tx, one.kind, one.code, within), one) for one in held]
    return [(work, one) for work, one in found if work is not None]


async def show_holder(turn: Turn, kind: str, code: str) -> list[Option]:
    """Who has it in hand, above its card; returns what lets her take it, or do something else about it."""
    held = (await takings.on(turn.tx, kind, [code], turn.now)).get(code)
    if held is None:
        return [Option(f"/desk take {kind} {code}", Text("command.desk.take.title"))]
    if held.person_id == turn.person.id:
        turn.reply("taking.above.mine", at=held.taken_at)
        return _hers(kind, code)
    turn.reply("taking.above", who=await tell_colleague(turn, held.person_id), at=held.taken_at)
    return [_over(kind, code, held)]


async def holders(turn: Turn, kind: str, codes: Sequence[str]) -> dict[str, Words]:
    """Who has which of these in hand."""
    held = await takings.on(turn.tx, kind, codes, turn.now) if kind in KINDS else {}
    return {
        code: Text("taking.you") if one.person_id == turn.person.id else await tell_colleague(turn, one.person_id)
        for code, one in held.items()
    }


async def find_work(tx: Tx, kind: str, code: str, within: Collection[int] | None) -> Work | None:
    """The thing of this kind with this code in these units (None: anywhere), if it waits for officers."""
    thing = await KINDS[kind].find(tx, code, within)
    if thing is None or not KINDS[kind].waits(thing):
        return None
    its = code if kind in OF_NUMBER else thing.code
    picture = thing.picture if kind in ("deed", "address") else ""
    return Work(kind, its, thing.unit_id, KINDS[kind].barred(thing), KINDS[kind].since(thing), picture)


async def _may(tx: Tx, work: Work, person_id: int) -> bool:
    """Whether somebody who has the role for its unit may act on this very thing."""
    if person_id in work.barred:
        return False
    return work.since is None or await staff.served_before(tx, person_id, work.since)


async def read_work(turn: Turn, *, over: bool = False) -> tuple[Work | None, int | None]:
    """What the line names, by its kind and code or its code alone, and ``over`` whom: the number behind it. Otherwise, or
    where more stands there, it is answered."""
    first, _, rest = turn.rest.partition(" ")
    kind = first.lower() if first.lower() in KINDS else ""
    code, _, behind = (rest if kind else turn.rest).strip().partition(" ")
    work, number = await waiting(turn, kind, code.upper()), read_number(behind, digits=15) if over else None
    if work is not None and behind and number is None:
        not_read(turn, behind)
        return None, None
    return work, number


async def waiting(turn: Turn, kind: str, code: str) -> Work | None:
    """What waits and has this code; what is done with is answered so, since an old message may still offer it."""
    within, done = await reach(turn), ""
    for name in [kind] if kind else [name for name in KINDS if name != "change"]:
        if (work := await find_work(turn.tx, name, code, within)) is not None:
            return work
        if not done and await KINDS[name].find(turn.tx, code, within) is not None:
            done = name
    if done:
        turn.reply("taking.done", [open_card(done, code), MINE, DESK], matter=matter_named(done, code))
    else:
        await not_yours(turn, kind or "taking", code or "-")
    return None


async def tell_before(turn: Turn, work: Work, before: Taking | None, now_has: int) -> None:
    """Whoever had it in hand hears who has it now; not who passed it on herself."""
    if before is not None and before.person_id not in (now_has, turn.person.id):
        by = await tell_colleague(turn, now_has)
        turn.tell(before.person_id, "taking.told.over", [work.card], by=by, matter=work.named)


async def say_held(turn: Turn, work: Work, held: Taking | None) -> None:
    assert held is not None  # that is why it was not done
    who = await tell_colleague(turn, held.person_id)
    over = _over(work.kind, work.code, held)
    turn.reply("taking.held", [over, work.card, DESK], matter=work.named, who=who, at=held.taken_at)


async def tell_others(turn: Turn, work: Work, holder: int) -> None:
    """The messages that show it to others say who has it in hand, and lose their buttons."""
    text = Text("taking.redraw", {"matter": work.named, "who": await tell_colleague(turn, holder)})
    about = f"{work.kind}:{work.code}"
    turn.notices.append(Redraw(about, text, (work.card,), work.picture, quiet=True, sparing=turn.person.id))


def _over(kind: str, code: str, held: Taking) -> Option:
    return Option(f"/desk take {kind} {code} {held.person_id}", Text("taking.over"))


def _hers(kind: str, code: str) -> list[Option]:
    return [Option(f"/desk {act} {kind} {code}", Text(f"command.desk.{act}.title")) for act in ("assign", "release")]
