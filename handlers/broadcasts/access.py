"""Which broadcasts an officer may touch at this moment, and how each is shown to her."""

from __future__ import annotations

from bot.broadcast.card import about
from bot.broadcast.cards import card_of
from bot.message import Option, Reply, Text
from bot.turn.turn import Redraw, Turn
from handlers.arguments import read_number
from handlers.broadcasts.check import preview
from handlers.buttons import last_dangers
from storage.broadcast import broadcasts
from storage.broadcast.broadcasts import Broadcast, Draft
from storage.campaign import staff
from storage.talk import people


async def find(turn: Turn, *, lock: bool = False) -> Broadcast | None:
    """The broadcast whose number follows the command, if this officer may touch it at this moment; nobody else changes it
    meanwhile if it is locked."""
    id = read_number(turn.rest)
    broadcast = None if id is None else await broadcasts.find(turn.tx, id, lock=lock)
    if broadcast is not None and await reaches(turn, broadcast):
        return broadcast
    if broadcast is not None:
        await turn.refuse(about(broadcast.id))
    turn.reply("broadcast.unknown", [option("")])
    return None


async def is_sent(turn: Turn, broadcast: Broadcast) -> bool:
    """Whether people have it, or are getting a better text of it; where they do not, it is shown as it stands."""
    if broadcast.corrects_id is None and broadcast.state in ("done", "cancelled", "correcting"):
        return True
    await show_state(turn, broadcast)
    return False


def may_be_kept(broadcast: Broadcast) -> bool:
    """Whether its text was approved or went out, so that a template may be made of it."""
    return broadcast.approved_by_id is not None or broadcast.started_at is not None


async def reaches(turn: Turn, draft: Draft) -> bool:
    """Whether it goes only to places where this officer works."""
    where = await reach(turn)
    return where is None or (bool(draft.audience.communes) and where >= set(draft.audience.communes))


async def reach(turn: Turn) -> frozenset[int] | None:
    """The communes in which this officer works, by what the database says now; None where nothing is beyond her."""
    now_is = (await people.load(turn.tx, [turn.person.id]))[turn.person.id]
    where = await staff.reach(turn.tx, now_is.roles, "officer")
    if where is None or turn.campaign.unit_id in where:
        return None
    return frozenset(unit.id for unit in turn.facts.communes if unit.id in where)


async def report_change(turn: Turn, broadcast: Broadcast, act: str, done: bool) -> None:
    """Say where it stands now, and change every card that shows it."""
    if done:
        await turn.note(f"broadcast.{act}", about(broadcast.id))
    now = await broadcasts.find(turn.tx, broadcast.id)
    assert now is not None
    text, options = await card_of(turn.tx, now)
    turn.notices.append(Redraw(about(broadcast.id), text, options, quiet=True))
    turn.replies.append(Reply(text, options, in_place=bool(turn.heard.pressed)))


async def show_state(turn: Turn, broadcast: Broadcast) -> None:
    """Show a draft with whom it would reach, anything else with how far it is and what it says."""
    if broadcast.state == "draft":
        return await preview(turn, broadcast)
    text, options = await card_of(turn.tx, broadcast)
    if broadcast.state in ("waiting", "planned"):
        return turn.reply(Reply(text, options))
    said = "\n\n".join(broadcast.texts.values())
    copies = [] if broadcast.corrects_id is not None else [option("copy", broadcast)]
    if copies and may_be_kept(broadcast):
        copies.append(option("keep", broadcast))
    turn.reply(
        Reply(Text("broadcast.with_text", {"card": text, "said": said}), last_dangers([*options, *copies]), quote=said)
    )


def option(act: str, broadcast: Broadcast | None = None) -> Option:
    """A button for a subcommand; showing one says which."""
    if not act:
        return Option("/broadcast", Text("command.broadcast.title"))
    if broadcast is None:
        return Option(f"/broadcast {act}", Text(f"command.broadcast.{act}.title"))
    opens = Text("broadcast.open", {"number": broadcast.id})
    return Option(
        f"/broadcast {act} {broadcast.id}",
        opens if act == "show" else Text(f"command.broadcast.{act}.title"),
        sense="danger" if act == "cancel" else "",
    )
