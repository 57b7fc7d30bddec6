"""Where a person is in a dialog, as it is kept between two of her messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.dialog.lead import Place

MENU_LIVES = timedelta(minutes=30)
"""So long a typed number may mean a choice of a menu."""


def load_place(kept: dict[str, Any], now: datetime) -> Place:
    """Where a person is; a menu that she saw long ago gives numbers no meaning any more, an open question does."""
    form, at = str(kept["form"]), kept.get("at")
    over = not form and at is not None and now.timestamp() - at > MENU_LIVES.total_seconds()
    offered = () if over else tuple((value, label) for value, label in kept["offered"])
    yes, no = ("", "") if over else kept.get("yes_no", ("", ""))
    lettered, held = bool(kept.get("lettered")), bool(kept.get("held"))
    return Place(form, kept["answers"], str(kept["asking"]), offered, lettered, (yes, no), held)


def dump_place(place: Place | None, now: datetime) -> tuple[str, object] | None:
    """The name of the open form, and the place as JSON keeps it; None where nothing is to be kept."""
    if place is None:
        return None
    kept: dict[str, Any] = {"form": place.form, "answers": place.answers, "asking": place.asking}
    kept["offered"] = place.offered
    if place.lettered:
        kept["lettered"] = True
    if place.held:
        kept["held"] = True
    if any(place.yes_no):
        kept["yes_no"] = place.yes_no
    return place.form, {**kept, "at": int(now.timestamp()), "stopped_at": place.stopped_at}
