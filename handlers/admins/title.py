"""What a campaign is called."""

from __future__ import annotations

from bot.dialog.fields import Line
from bot.vietnamese.year import without_year


class CampaignTitle(Line):
    """Its name without the year, which stands behind it wherever it is said."""

    def accept(self, text: str) -> str:
        return without_year(super().accept(text))
