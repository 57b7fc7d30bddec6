"""The kinds of questions: how each reads an answer and shows it again."""

from bot.dialog.fields.choices import Choice, Choices, Commune, YesNo
from bot.dialog.fields.days import Day, Month, Year
from bot.dialog.fields.hidden import Hidden, Known
from bot.dialog.fields.numbers import Count, Dong
from bot.dialog.fields.photos import Photos
from bot.dialog.fields.words import Line, Phone, Phrase, Story

__all__ = [
    "Choice", "Choices", "Commune", "Count", "Day", "Dong", "Hidden", "Known", "Line", "Month", "Phone", "Photos",
    "Phrase", "Story", "Year", "YesNo",
]  # fmt: skip
