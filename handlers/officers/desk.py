"""The officers' desk: what waits in their units, the oldest first."""

from __future__ import annotations

from functools import partial

from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.arguments import A_PAGE, read_page
from handlers.buttons import DESK
from handlers.names import amount_of, short
from handlers.officers.access import PAGE, pages, reach, tell_apart
from handlers.officers.colleagues.takings import MINE, holders, works_of
from handlers.officers.own import mark_own
from storage.figures import desk
from storage.figures.desk import DeskItem

router = Router("desk", role="officer")

CARDS = {
    "pledges": "pledge",
    "deeds": "deed",
    "volunteers": "volunteer",
    "questions": "question",
    "appeals": "appeal",
    "addresses": "address",
    "changes": "change",
}
"""The command that shows one of each kind."""

ACTS = (
    "find",
    "desk brought",
    "behalf",
    "desk propose",
    "desk add",
    "broadcast",
    "calendar",
    "report",
    "desk handover",
)
"""What an officer does when nothing waits."""


MANY, TOGETHER = Option("/desk many", Text("command.desk.many.title")), ("deeds", "addresses")
"""What leads to doing several at once, and the kinds of which that can be done."""
NAMING = ("volunteers",)
"""The kinds whose lines are people's names."""


@router.command("desk", menu=0)
async def waiting(turn: Turn) -> None:
    """How much of each kind waits; the kinds are the way in, and beside them is all that an officer does besides."""
    counts = await desk.counts(turn.tx, await reach(turn), turn.person.id)
    hers = await works_of(turn)
    mine = [Option(MINE.value, Text("desk.counted", {"what": MINE.label, "n": len(hers)}))] if hers else []
    acts = [Option(f"/{name}", Text(f"command.{name.replace(' ', '.')}.title"), sense="aside") for name in ACTS]
    if not counts:
        return turn.reply("desk.empty", [*mine, *acts])
    waiting = [
        Option(f"/desk {kind}", Text("desk.counted", {"what": Text(f"command.desk.{kind}.title"), "n": n}))
        for kind, n in counts.items()
    ]
    turn.reply("desk.waiting", [*mine, *waiting, *acts], total=sum(counts.values()))


async def _show_page(kind: str, turn: Turn) -> None:
    """A page of what waits of one kind."""
    page = read_page(turn.rest)
    found, total = await desk.page(turn.tx, kind, await reach(turn), turn.person.id, (page - 1) * PAGE, PAGE)
    if not found:
        return turn.reply("desk.none", [DESK])
    if kind in NAMING:
        await turn.note("list", kind, n=total)
    codes = [item.code for item in found]
    labels = tell_apart(turn, [_label(kind, item) for item in found], codes)
    options = [Option(f"/desk {CARDS[kind]} {code}", label) for code, label in zip(codes, labels, strict=True)]
    held = await holders(turn, CARDS[kind], codes)
    lines = [
        (item, mark_own(turn, item.owner, _line(kind, item, label))) for item, label in zip(found, labels, strict=True)
    ]
    many = [MANY] if kind in TOGETHER and total > 1 else []
    turn.reply(
        "desk.page",
        [*options, *pages(f"/desk {kind}", page, total), *many, DESK],
        title=Text(f"command.desk.{kind}.title"),
        total=total,
        lines=[
            Text("desk.line.held", {"line": line, "who": held[item.code]}) if item.code in held else line
            for item, line in lines
        ],
    )


for kind in CARDS:
    router.command(f"desk {kind}", after=A_PAGE, listed=False)(partial(_show_page, kind))


def _line(kind: str, item: DeskItem, what: Words) -> Text:
    if kind in ("pledges", "addresses"):
        what = Text("desk.line.state", {"what": what, "state": Text(f"desk.state.{item.state}")})
    if kind == "volunteers" and not item.unit_name:
        return Text("desk.line.outside", {"since": item.created_at, "what": what})
    return Text("desk.line", {"since": item.created_at, "what": what, "commune": item.unit_name})


def _label(kind: str, item: DeskItem) -> Words:
    """What it is, in the few words that fit on a button."""
    if kind == "pledges":
        given = amount_of(item.amount, item.kind, item.measure)
        if item.kind != "money":
            what = short(item.what, 20)
            given = Text("pledge.given.of", {"what": what, "counted": given}) if item.amount else what
        return Text("desk.line.pledge", {"given": given, "name": short(item.said, 30)})
    if kind == "appeals":
        return Text(f"thread.about.{item.kind}", {"code": item.code})
    if kind == "questions" and not item.said:
        return Text(f"desk.line.{item.what or 'photo'}")
    if kind == "changes":
        about = Text(f"address.change.what.{item.kind}", {"need": short(item.what, 20)})
        return Text("desk.line.change", {"code": item.said, "what": about})
    return short(item.said, 44)
