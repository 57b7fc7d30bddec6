"""While a broadcast goes out and afterwards: hold it, stop it, see who was missed, take it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.broadcast.card import about
from bot.message import Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.broadcasts.access import find, is_sent, option, report_change, show_state
from handlers.broadcasts.check import preview
from handlers.broadcasts.form import Recall
from storage.broadcast import broadcasts, counts
from storage.broadcast.audience import MISSED, Audience
from storage.broadcast.broadcasts import Draft

router = Router("broadcast_sent", role="officer")

REASONS = (
    "blocked", "erased", "barred", "interrupted", "cancelled", "language", "opted_out", "bug", "quota", "window_closed",
    "not_follower", "not_reachable", "restricted", "own_quota", "inactive", "night",
)  # fmt: skip


@router.command("broadcast pause")
async def pause(turn: Turn) -> None:
    """Send nothing more for now."""
    if broadcast := await find(turn):
        await report_change(turn, broadcast, "pause", await broadcasts.pause(turn.tx, broadcast.id))


@router.command("broadcast resume")
async def resume(turn: Turn) -> None:
    """Go on."""
    if broadcast := await find(turn):
        await report_change(turn, broadcast, "resume", await broadcasts.resume(turn.tx, broadcast.id, turn.now))


@router.command("broadcast cancel")
async def cancel(turn: Turn) -> None:
    """Never send the rest; a draft is thrown away."""
    if broadcast := await find(turn):
        gone = await broadcasts.drop(turn.tx, broadcast.id, turn.now) or await broadcasts.cancel(turn.tx, broadcast.id)
        await report_change(turn, broadcast, "cancel", gone)


@router.command("broadcast missed")
async def show_missed(turn: Turn) -> None:
    """Who was not reached and why; and who has opted out."""
    if broadcast := await find(turn):
        counted = await counts.reasons(turn.tx, broadcast.id, (*MISSED, "opted_out"))
        lines = [
            Text(
                "broadcast.missed.line",
                {"n": n, "state": Text(f"broadcast.state.{state}"), "why": _describe_reason(reason)},
            )
            for state, reason, n in counted
        ]
        if n := await counts.count_unchanged(turn.tx, broadcast):
            lines.append(Text("broadcast.missed.unchanged", {"n": n}))
        again = broadcast.state in ("done", "cancelled") and any(state in MISSED for state, _, _ in counted)
        options = [option("again" if again else "show", broadcast)]
        turn.reply("broadcast.missed", options, number=broadcast.id, lines=lines or Text("broadcast.missed.nobody"))


@router.command("broadcast again")
async def again(turn: Turn) -> None:
    """A new draft with the same words, for those who were not reached."""
    broadcast = await find(turn)
    if broadcast is None or broadcast.corrects_id is not None or broadcast.state not in ("done", "cancelled"):
        return
    audience = Audience(communes=broadcast.audience.communes, missed_by=broadcast.id)
    same = Draft(
        broadcast.texts,
        audience,
        broadcast.fallback,
        broadcast.picture,
        broadcast.links,
        urgent=broadcast.urgent,
        pictures=broadcast.pictures,
    )
    id = await broadcasts.add(turn.tx, turn.campaign.id, turn.person.id, same, turn.now)
    await turn.note("broadcast.again", about(id))
    made = await broadcasts.find(turn.tx, id)
    assert made is not None
    await preview(turn, made)


@router.command("broadcast tomorrow")
async def tomorrow(turn: Turn) -> None:
    """Send tomorrow, at the hour that was meant, what was late."""
    broadcast = await find(turn, lock=True)
    if broadcast is None:
        return
    if broadcast.problem != "late" or broadcast.go_at is None:
        return turn.reply("broadcast.too_late", [option("show", broadcast)])
    hour = broadcast.go_at.astimezone(turn.speech.zone).time()
    at = datetime.combine(turn.today + timedelta(days=1), hour, turn.speech.zone)
    done = await broadcasts.postpone(turn.tx, broadcast.id, at, at + turn.rules.schedule.grace)
    await report_change(turn, broadcast, "tomorrow", done)


@router.command("broadcast recall", dangerous=True, opens=True)
async def recall(turn: Turn) -> None:
    """Take it away again, where that is possible, also while a correction is on its way."""
    if (broadcast := await find(turn)) and await is_sent(turn, broadcast):
        turn.begin(Recall, number=str(broadcast.id))


@router.done(Recall, dangerous=True)
async def confirm_recall(turn: Turn, form: Recall) -> None:
    turn.rest = form.number
    if (broadcast := await find(turn)) and await is_sent(turn, broadcast):
        if form.sure != "recall":
            return await show_state(turn, broadcast)
        await report_change(turn, broadcast, "recall", await broadcasts.recall(turn.tx, broadcast.id))


def _describe_reason(reason: str) -> Words:
    return Text(f"broadcast.reason.{reason}") if reason in REASONS else reason or Text("broadcast.reason.unsaid")
