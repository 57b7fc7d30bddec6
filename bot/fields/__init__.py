"""The kinds of questions: how each reads an answer and shows it again."""

from bot.fields.choices import Choice, Choices, Commune, YesNo
from bot.fields.days import Day, Month, Year
from bot.fields.given import Hidden, Known
from bot.fields.numbers import Count, Dong
from bot.fields.photos import Photos
from bot.fields.words import Line, Phone, Phrase, Story

__all__ = [
    "Choice", "Choices", "Commune", "Count", "Day", "Dong", "Hidden", "Known", "Line", "Month", "Phone", "Photos",
    "Phrase", "Story", "Year", "YesNo",
]  # fmt: skip
