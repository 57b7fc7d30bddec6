"""Every announcement, whoever wrote it: how it stands, to whom it goes, how far it is, and ways to stop or resume it."""

from __future__ import annotations

from bot.broadcast.card import ACTS
from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.arguments import A_PAGE, read_page
from handlers.buttons import MENU, last_dangers
from handlers.names import short
from handlers.officers.access import pages
from storage.broadcast import broadcasts, counts
from storage.broadcast.broadcasts import Broadcast

router = Router("broadcasts", role="admin")

PAGE = 5
STEERING = ("undo", "pause", "resume", "cancel")
"""What stops an announcement or lets it go on, of all that can be done with it."""


@router.command("broadcasts", after=A_PAGE)
async def show_page(turn: Turn) -> None:
    """A page of them: those that are open first, then the newest."""
    page = read_page(turn.rest)
    found, total = await broadcasts.page(turn.tx, (page - 1) * PAGE, PAGE)
    if total and not found:  # there were more pages
        turn.rest = ""
        return await show_page(turn)
    if not found:
        return turn.reply("broadcasts.none", [Option("/broadcast new", Text("command.broadcast.new.title")), MENU])
    options = [option for one in found for option in _ways(one)]
    turn.reply(
        "broadcasts.page",
        [*last_dangers(options), *pages("/broadcasts", page, total, each=PAGE), MENU],
        total=total,
        lines=[await _line(turn, one) for one in found],
    )


def _ways(one: Broadcast) -> list[Option]:
    """Open it; stop it or let it go on, where that can be done."""
    ways = [Option(f"/broadcast show {one.id}", Text("broadcast.open", {"number": one.id}))]
    for act in ACTS.get(one.state, ()):
        if act in STEERING:
            label = Text(f"broadcasts.{act}", {"number": one.id})
            ways.append(Option(f"/broadcast {act} {one.id}", label, sense="danger" if act == "cancel" else ""))
    return ways


async def _line(turn: Turn, one: Broadcast) -> Text:
    n = dict(one.outcomes if one.outcomes is not None else await counts.outcomes(turn.tx, one.id))
    missed = sum(n.get(state, 0) for state in ("failed", "gone", "skipped", "unknown"))
    left = n.get("planned", 0) + n.get("leased", 0)
    started = one.recipients or sum(n.values())
    said = {
        "number": one.id,
        "day": turn.day(one.started_at or one.go_at or one.created_at or turn.now),
        "text": short(next(iter(one.texts.values()), ""), 50),
        "state": Text(f"broadcast.now.{one.state}"),
        "to": _to_whom(turn, one),
        "counts": Text("broadcasts.counts", {"sent": n.get("sent", 0), "missed": missed, "left": left})
        if started
        else None,
    }
    return Text("broadcasts.line", said)


def _to_whom(turn: Turn, one: Broadcast) -> Words:
    """Which people, and where if not everywhere."""
    if one.corrects_id is not None:
        return Text("broadcasts.to.corrects", {"number": one.corrects_id})
    audience = one.audience
    if audience.missed_by:
        return Text("broadcasts.to.missed", {"number": audience.missed_by})
    who = Text(f"broadcast.who.{audience.who}")
    places = [unit.name for unit in turn.facts.communes if unit.id in audience.communes]
    return Text("broadcasts.to.places", {"who": who, "places": places}) if audience.communes else who
