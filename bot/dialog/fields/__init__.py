"""The kinds of questions: how each reads an answer and shows it again.

Others use: days, languages, numbers, words.
"""

from bot.dialog.fields.choices import ELSEWHERE, Choice, Choices, Commune, Sure, YesNo, read_numbers
from bot.dialog.fields.days import Day, Month, Year
from bot.dialog.fields.hidden import Derived, Fact, Hidden, Known, Voices
from bot.dialog.fields.numbers import Count, Dong, People
from bot.dialog.fields.photos import Photos
from bot.dialog.fields.words import (
    Announced,
    AnnouncedStory,
    Called,
    FreeTime,
    Hamlet,
    House,
    Line,
    Name,
    Organisation,
    Phone,
    Phrase,
    Secret,
    Spoken,
    Story,
)

__all__ = [
    "ELSEWHERE", "Announced", "AnnouncedStory", "Called", "Choice", "Choices", "Commune", "Count", "Day", "Derived", "Dong",
    "Fact", "FreeTime", "Hamlet", "Hidden", "House", "Known", "Line", "Month", "Name", "Organisation", "People", "Phone",
    "Photos", "Phrase", "Secret", "Spoken", "Story", "Sure", "Voices", "Year", "YesNo", "read_numbers",
]  # fmt: skip
