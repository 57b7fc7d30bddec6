"""What is known when a form is opened, and never asked."""

from __future__ import annotations

from typing import Any

from bot.dialog.forms import Field


class Hidden(Field[str]):
    """Something known when the form was opened; never asked, never shown."""

    hidden = True


class Known(Field[dict[str, Any]]):
    """What was known when the form was opened, for its questions to be put by; never asked, never shown."""

    hidden = True
