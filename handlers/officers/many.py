"""Officers look at ten at a time, tick what is right, and verify or approve it with one reason; each is checked for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from msgspec import Struct

from bot.dialog.fields import Choices, Known, Sure, read_numbers
from bot.dialog.forms import Form
from bot.message import Heard, Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Redraw, Turn
from bot.vietnamese.disclosure.contacts import find_contacts
from handlers.arguments import A_PAGE, read_page
from handlers.buttons import DESK, open_card
from handlers.names import amount_of
from handlers.officers.access import Find, not_read, reach
from handlers.officers.addresses.approving import tell_approved, why_not_approved
from handlers.officers.addresses.dossiers import note_step
from handlers.officers.colleagues.takings import holders
from handlers.officers.own import mark_own, note_act, why_leave
from handlers.officers.reasons import Reason, ready_reasons
from handlers.officers.review import helped_of
from handlers.threads import tell
from storage.aid import addresses, dossiers, reviews
from storage.aid.threads import Matter

router = Router("many", role="officer")

PAGE = 10
MOST_PAGES = 7
"""So many pages are offered at once: the oldest come first, and what is done with leaves."""


class Row(Struct, frozen=True):
    """One that waits, as it is shown, and a hash of just that."""

    code: str
    label: str
    shown: Words
    seen: str


Within = Collection[int] | None
"""The units in which she may act; None for everywhere."""
Waiting = Callable[[Turn, int], Awaitable[tuple[list[Row], int]]]
Do = Callable[[Turn, str, str, str, Within, Counter[int]], Awaitable[Words | None]]
"""Does it to one with this code that was seen so, for this reason, and counts its unit; returns why it was not done."""


class Act(Struct, frozen=True):
    """What can be done to many: to what, and how to one."""

    card: str
    lock: Find[object]
    waiting: Waiting
    do: Do


class Rows(Choices):
    """Those of the page that she has looked at."""

    def __init__(self) -> None:
        super().__init__(())

    def options(self, form: Form) -> Sequence[Option]:
        assert isinstance(form, Many)
        return [Option(code, label) for code, label, _ in form.rows]

    def read(self, heard: Heard, form: Form) -> list[str]:
        return read_numbers(heard, [option.value for option in self.options(form)])

    def show(self, answer: list[str], form: Form) -> Words:
        return ", ".join(answer)


class Many(Form, name="many", review=False):
    """Which of a page, why, and whether that is sure."""

    known = Known()
    ticked = Rows()
    ready = Known()
    reason = Reason(asked_after=True)
    sure = Sure(("leave", "act"))

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Code, label and hash of each that was shown."""
        return [(code, label, seen) for code, label, seen in (self.known or {}).get("rows", ())]

    @property
    def act(self) -> str:
        return str((self.known or {}).get("act", ""))

    def words(self) -> Mapping[str, object]:
        picked = self.answers.get("ticked") or []
        return {"act": Text(f"many.act.{self.act}"), "n": len(picked), "codes": ", ".join(picked)}


@router.command("desk many", opens=True, listed=False)
async def many(turn: Turn) -> None:
    """«/desk many verify p2»: what waits for this, ten at a time, to be ticked; without an act, what there is to do."""
    act, _, rest = turn.rest.lower().partition(" ")
    if act not in ACTS:
        return await _ask_which(turn, list(ACTS))
    if not A_PAGE.fullmatch(rest):
        return not_read(turn, rest)
    page = read_page(rest)
    rows, total = await ACTS[act].waiting(turn, (page - 1) * PAGE)
    if not rows:
        return turn.reply("desk.none", [DESK])
    if total > PAGE and not rest:
        return await _ask_which(turn, [act])
    known = {"act": act, "rows": [(row.code, row.label, row.seen) for row in rows]}
    held = await holders(turn, ACTS[act].card, [row.code for row in rows])
    lines = [
        Text("desk.line.held", {"line": row.shown, "who": held[row.code]}) if row.code in held else row.shown
        for row in rows
    ]
    turn.reply("many.page", title=Text(f"many.act.{act}"), total=total, lines=lines)
    turn.begin(Many, known=known, ready=await ready_reasons(turn, "why_many"))


@router.done(Many)
async def carry_out(turn: Turn, form: Many) -> None:
    """Do it to each that still is what she saw, and name which were done and which not, and why."""
    if form.sure != "act" or form.act not in ACTS:
        return turn.reply("many.left", [DESK])
    within, seen = await reach(turn), {code: seen for code, _, seen in form.rows}
    units: Counter[int] = Counter()
    done, undone = [], []
    for code in sorted(
        form.ticked
    ):  # all of them, in one order, before the first is written down: of two officers one waits
        await ACTS[form.act].lock(turn.tx, code, within)
    for code in form.ticked:
        why = await ACTS[form.act].do(turn, code, seen.get(code, ""), form.reason, within, units)
        if why is None:
            done.append(code)
        else:
            undone.append(Text("many.undone", {"why": why}))
    for unit_id, n in units.items():
        again = [Option("/desk many accept", Text("many.which.accept", {"n": n}))]
        turn.tell_officers("many.notice.verified", again, unit_id=unit_id, sparing=turn.person.id, n=n)
    turn.reply(
        "many.done" if undone else "many.all_done",
        [*(open_card(ACTS[form.act].card, code) for code in form.ticked if code not in done), _again(form.act), DESK],
        act=Text(f"many.act.{form.act}"),
        n=len(done),
        codes=", ".join(done) or Text("none"),
        m=len(undone),
        lines=undone,
    )


def _again(act: str) -> Option:
    return Option(f"/desk many {act}", Text("desk.next"))


async def _ask_which(turn: Turn, acts: Sequence[str]) -> None:
    """What there is to do, and of what fills several pages which page."""
    options = []
    for act in acts:
        _, total = await ACTS[act].waiting(turn, 0)
        pages = min(-(-total // PAGE), MOST_PAGES)
        if total and (len(acts) > 1 or pages == 1):
            options.append(Option(f"/desk many {act}", Text(f"many.which.{act}", {"n": total})))
        elif total:
            options += [_page_of(act, page, total) for page in range(1, pages + 1)]
    if len(acts) == 1 and options:
        return turn.reply("many.which_page", [*options, DESK], act=Text(f"many.act.{acts[0]}"), total=total)
    turn.reply("many.which" if options else "desk.none", [*options, DESK])


def _page_of(act: str, page: int, total: int) -> Option:
    span = {"first": (page - 1) * PAGE + 1, "last": min(page * PAGE, total)}
    return Option(f"/desk many {act} p{page}", Text("many.span", span))


async def _households(turn: Turn, state: str, first: int) -> tuple[list[Row], int]:
    besides = turn.person.id if state == "verified" else None
    found, total = await dossiers.without_photo(turn.tx, state, await reach(turn), besides, first, PAGE)
    rows = []
    for kept in found:
        wanted = await addresses.needs_of(turn.tx, kept.id)
        said = {
            "code": kept.code,
            "name": kept.shown_name,
            "commune": kept.unit_name,
            "n": kept.people_count,
            "category": Text(f"address.category.{kept.category}"),
            "consent": Text("yes" if kept.consented else "no"),
            "story": kept.story,
            "needs": [
                Text("need.short", {"what": need.what, "amount": amount_of(need.amount, need.kind, need.measure)})
                for need in wanted
            ]
            or Text("not_noted"),
        }
        version = dossiers.version_of(kept, wanted)
        rows.append(Row(kept.code, f"{kept.code} {kept.shown_name}", Text("many.household", said), version))
    return rows, total


async def _to_verify(turn: Turn, first: int) -> tuple[list[Row], int]:
    return await _households(turn, "surveyed", first)


async def _to_accept(turn: Turn, first: int) -> tuple[list[Row], int]:
    """Without those that she verified herself: another officer approves them."""
    return await _households(turn, "verified", first)


async def _to_approve(turn: Turn, first: int) -> tuple[list[Row], int]:
    """Deeds with photos are looked at one by one: who is on them decides what may be shown."""
    found, total = await reviews.without_photos(turn.tx, await reach(turn), first, PAGE)
    rows = []
    for report in found:
        doer = report.doer_name if report.doer_named else Text("deed.doer.unnamed", {"name": report.doer_name})
        said = {"code": report.code, "commune": report.unit_name, "day": report.done_on, "doer": doer}
        said |= {"what": report.what, "helped": helped_of(report)}
        said |= {"leads": find_contacts(report.words).shown or None}
        rows.append(
            Row(
                report.code,
                f"{report.code} {report.doer_name}",
                mark_own(turn, report.person_id, Text("many.deed", said)),
                report.version,
            )
        )
    return rows, total


async def _step(turn: Turn, code: str, seen: str, reason: str, within: Within, state: str) -> Words | int:
    """Lead one household on; returns why not, or in which unit."""
    kept = await dossiers.find_locked(turn.tx, code, within)
    if kept is None:
        return Text("many.gone", {"code": code})
    if kept.state not in dossiers.STEPS[state]:
        return Text("many.settled", {"code": code, "state": Text(f"address.state.{kept.state}")})
    if dossiers.version_of(kept, await addresses.needs_of(turn.tx, kept.id)) != seen:
        return Text("many.changed", {"code": code})
    if state == "approved" and (why := await why_not_approved(turn, kept)) is not None:
        return why
    if not await dossiers.step(turn.tx, kept, state, turn.person.id, turn.now, reason=reason):
        return Text("many.changed", {"code": code})
    await note_step(turn, kept, state, together=True)
    if state == "approved":
        await tell_approved(turn, kept)
    return kept.unit_id


async def _verify(turn: Turn, code: str, seen: str, reason: str, within: Within, units: Counter[int]) -> Words | None:
    done = await _step(turn, code, seen, reason, within, "verified")
    if not isinstance(done, int):
        return done
    units[done] += 1
    return None


async def _accept(turn: Turn, code: str, seen: str, reason: str, within: Within, units: Counter[int]) -> Words | None:
    done = await _step(turn, code, seen, reason, within, "approved")
    return None if isinstance(done, int) else done


async def _approve(turn: Turn, code: str, seen: str, reason: str, within: Within, units: Counter[int]) -> Words | None:
    report = await reviews.find_locked(turn.tx, code, within)
    if report is None:
        return Text("many.gone", {"code": code})
    if report.state != "new":
        return Text("many.settled", {"code": code, "state": Text(f"deed.state.{report.state}")})
    if report.version != seen:
        return Text("many.changed", {"code": code})
    told = Matter("deed", code, report.person_id, report.unit_id)
    if (why := await why_leave(turn, told)) is not None:
        return why
    version = report.version
    if not await reviews.decide(turn.tx, report, turn.person.id, "approved", turn.now, version=version, reason=reason):
        return Text("many.changed", {"code": code})
    await note_act(turn, "approved", told, version=version, together=True)
    settled = Text("deed.redraw.settled", {"code": code, "state": Text("deed.state.approved")})
    turn.notices.append(Redraw(f"deed:{code}", settled, quiet=True))
    await tell(turn, "deed.told.approved", told, code=code)
    return None


ACTS: Mapping[str, Act] = {
    "verify": Act("address", dossiers.find_locked, _to_verify, _verify),
    "accept": Act("address", dossiers.find_locked, _to_accept, _accept),
    "approve": Act("deed", reviews.find_locked, _to_approve, _approve),
}
