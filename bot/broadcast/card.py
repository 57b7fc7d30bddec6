"""How far a broadcast is, for the officer: one card that is changed where it stands, with what can be done next."""

from __future__ import annotations

from collections.abc import Mapping

from bot.message import Option, Text
from storage.broadcast.broadcasts import Broadcast

ACTS = {
    "waiting": ("undo",),
    "planned": ("undo",),
    "running": ("pause", "cancel"),
    "paused": ("resume", "missed", "cancel"),
    "done": ("missed", "again", "correct", "recall"),
    "cancelled": ("missed", "again", "correct", "recall"),
    "recalled": ("missed",),
}
"""What can be done in each state, as subcommands of /broadcast."""
OF_CORRECTIONS = ("undo", "resume", "cancel")
"""What of it can be done with a correction, which has no copies of its own."""
SENSES = {"cancel": "danger", "recall": "danger"}
OUTCOMES = ("planned", "leased", "sent", "failed", "gone", "opted_out", "skipped", "unknown")


def about(id: int) -> str:
    """What the card shows, as the outbox knows it."""
    return f"broadcast:{id}"


def card(one: Broadcast, counts: Mapping[str, int], unchanged: int = 0) -> tuple[Text, tuple[Option, ...]]:
    """The sentence and the buttons. So many copies are ``unchanged`` although it was corrected or taken back."""
    n = dict.fromkeys(OUTCOMES, 0) | dict(one.outcomes if one.outcomes is not None else counts)
    total = max(one.recipients, sum(n.values()))
    missed = n["failed"] + n["gone"] + n["skipped"] + n["unknown"]
    params = {
        "number": one.id, "total": total, "sent": n["sent"], "missed": missed, "opted_out": n["opted_out"],
        "unknown": n["unknown"], "left": n["planned"] + n["leased"], "at": one.go_at or one.send_at or one.created_at,
        "problem": Text("broadcast.problem.none"),
    }  # fmt: skip
    if one.problem:
        params["problem"] = (
            Text(f"broadcast.problem.{one.problem}")
            if one.problem in ("restored", "late")
            else Text("broadcast.problem.refused", {"reason": one.problem})
        )
    options = [
        Option(f"/broadcast {act} {one.id}", _label(one, act), sense=SENSES.get(act, ""))
        for act in _acts(one, missed, unchanged)
    ]
    if one.corrects_id is not None:
        return Text(f"broadcast.correction.{_of_correction(one)}", {**params, "of": one.corrects_id}), tuple(options)
    text = Text(f"broadcast.card.{_now(one, total)}", params)
    if unchanged and one.state in ("done", "cancelled", "recalled"):
        kept = "recalled" if one.state == "recalled" else "corrected"
        text = Text(f"broadcast.unchanged.{kept}", {"card": text, "n": unchanged})
    return text, tuple(options)


def _now(one: Broadcast, total: int) -> str:
    """What is to be said of its state."""
    if not total:
        return {"running": "starting", "cancelled": "dropped"}.get(one.state, one.state)
    return one.state


def _of_correction(one: Broadcast) -> str:
    return "overtaken" if one.problem == "overtaken" else one.state


def _label(one: Broadcast, act: str) -> Text:
    stops = act == "cancel" and one.state in ("running", "paused")
    return Text("broadcast.stop") if stops else Text(f"command.broadcast.{act}.title")


def _acts(one: Broadcast, missed: int, unchanged: int) -> list[str]:
    acts = ACTS.get(one.state, ())
    if one.state == "cancelled" and not one.recipients:
        return []
    if one.corrects_id is not None:
        acts = tuple(act for act in acts if act in OF_CORRECTIONS)
    elif one.problem == "late" and one.state == "paused":
        acts = ("resume", "tomorrow", "missed", "cancel")
    needs = {"missed": missed + unchanged, "again": missed}
    return [act for act in acts if needs.get(act, 1)]
