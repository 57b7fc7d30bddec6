"""What was announced before: looked for by its words, read again, and copied into a new draft."""

from __future__ import annotations

from msgspec.structs import replace

from bot.broadcast.card import about
from bot.dialog.fields import Line
from bot.dialog.forms import Form
from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.fold import fold
from handlers.arguments import read_page, without_page
from handlers.broadcasts.access import find, option, reaches, show_state
from handlers.broadcasts.check import preview
from storage.broadcast import broadcasts
from storage.broadcast.broadcasts import Broadcast, Draft
from storage.figures import records

router = Router("broadcast_history", role="officer")

PAGE = 6
LONGEST = 40
"""Bytes of the words that are looked for: a button for the next page must hold them."""


class SearchAnnouncements(Form, name="searchannouncements", review=False):
    """Which words an announcement has."""

    words_in_it = Line(least=2, most=60)


@router.command("broadcast history")
async def history(turn: Turn) -> None:
    """Every announcement that goes nowhere beyond her units, or those in whose text these words stand; the newest first."""
    page = read_page(turn.rest)
    await _show(turn, without_page(turn.rest), page)


@router.command("broadcast search", opens=True)
async def search(turn: Turn) -> None:
    """Those that hold the words behind the command; without any it asks for them."""
    if turn.rest:
        return await _show(turn, turn.rest, 1)
    turn.begin(SearchAnnouncements)


@router.done(SearchAnnouncements)
async def found(turn: Turn, form: SearchAnnouncements) -> None:
    await _show(turn, form.words_in_it, 1)


@router.command("broadcast copy")
async def copy(turn: Turn) -> None:
    """A new draft with the same words, picture and links, for the same people; its author is who copies it."""
    sent = await find(turn)
    if sent is None:
        return
    if sent.corrects_id is not None or sent.state in ("draft", "waiting", "planned"):
        return await show_state(turn, sent)
    audience = replace(sent.audience, missed_by=0, unreached_since="", unless=())
    same = Draft(sent.texts, audience, sent.fallback, sent.picture, sent.links, pictures=sent.pictures)
    id = await broadcasts.add(turn.tx, turn.campaign.id, turn.person.id, same, turn.now)
    await turn.note("broadcast.copy", about(id), of=sent.id)
    made = await broadcasts.find(turn.tx, id)
    assert made is not None
    turn.reply("broadcast.copied", of=sent.id, number=id)
    await preview(turn, made)


async def _show(turn: Turn, said: str, page: int) -> None:
    words = _cut(fold(said).split())
    hers = [
        one
        for id in await records.written_in(turn.tx, words)
        if (one := await broadcasts.find(turn.tx, id)) is not None and await reaches(turn, one)
    ]
    shown = hers[(page - 1) * PAGE : page * PAGE]
    looks = option("search")
    if not shown:
        return turn.reply("broadcast.history.none", [looks, option("")])
    line = " ".join(["/broadcast history", *words])
    before = [Option(f"{line} p{page - 1}", Text("addresses.previous"))] if page > 1 else []
    after = [Option(f"{line} p{page + 1}", Text("addresses.next"))] if page * PAGE < len(hers) else []
    turn.reply(
        "broadcast.history",
        [*(option("show", one) for one in shown), *before, *after, looks, option("")],
        total=len(hers),
        words=" ".join(words) or None,
        lines=[_line(turn, one) for one in shown],
    )


def _cut(words: list[str]) -> list[str]:
    """As many words as fit."""
    kept: list[str] = []
    for word in words:
        if len(" ".join([*kept, word])) > LONGEST:
            break
        kept.append(word)
    return kept


def _line(turn: Turn, one: Broadcast) -> Words:
    text = " ".join(next(iter(one.texts.values()), "").split())
    short = text if len(text) <= 60 else f"{text[:57].rstrip()}…"
    day = turn.day(one.started_at or one.created_at or turn.now)
    state = Text(f"broadcast.now.{one.state}")
    return Text("broadcast.history.line", {"number": one.id, "day": day, "text": short, "state": state})
