"""The report of a period: the figures in a message, and everything in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from bot.media.printer import set_paper
from bot.media.workbook import document
from bot.message import Document, Money, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Notice, Turn
from bot.turn.work import Work
from bot.vietnamese.days.day import read_day
from handlers.arguments import read_unit
from handlers.buttons import DESK
from handlers.names import amount_of, worth_of
from handlers.officers.access import reach
from handlers.officers.reports.alike import alike
from handlers.officers.reports.paper import SHOWN, Counted, make_paper, say_alike
from storage.database import Tx
from storage.figures import figures
from storage.figures.figures import Figures, Goods, Period, Scope
from storage.files import documents, papers
from storage.files.papers import Waiting

HALF_A_YEAR = timedelta(days=183)
router = Router("report", role="officer")

MONEY = ("promised_money", "arrived_money", "arrived_goods", "arrived")
MOST_GOODS = 8
"""Kinds of goods that the message names; the spreadsheet has them all."""
PDF = "pdf"
MOST_ALIKE = 3
CHOICES = ("campaign", "month", "week")


@router.command("report")
async def report(turn: Turn) -> None:
    """«/report», «/report week», «/report 1/5 31/5»; «c12» keeps to one commune, «pdf» gives the paper alone."""
    pdf, _, days = turn.rest.partition(" ")
    if wants_pdf := pdf.lower() == PDF:
        turn.rest = days
    try:
        period = _period(turn)
    except NoSuchDays:
        return turn.reply("report.which_days", _choices())
    counted = await _count(turn, period)
    await turn.note("report", "campaign", first=counted.first.isoformat(), last=counted.last.isoformat())
    if wants_pdf:
        return await _ask_for_pdf(turn, counted)
    shown: dict[str, Any] = {name: getattr(counted.total, name) for name in SHOWN}
    shown |= {name: Money(shown[name]) for name in MONEY}
    if counted.total.unvalued and not counted.total.arrived:
        shown["arrived"] = Text("report.arrived.unvalued")
    paper = await make_paper(turn, counted) if turn.facts.documents else None
    options = [] if paper else [*_choices(), DESK]
    turn.reply(
        "report",
        options,
        period=counted.period,
        title=turn.campaign.title,
        **shown,
        worth=worth_of(counted.total.arrived_goods, counted.total.unvalued),
        awaiting=counted.total.awaiting or None,
        goods=[describe_goods(one) for one in counted.goods[:MOST_GOODS]] or None,
        more_goods=max(len(counted.goods) - MOST_GOODS, 0) or None,
        alike=[say_alike(names) for names in counted.alike[:MOST_ALIKE]] or None,
        lines=[_line(name, of) for name, of in counted.by_unit.items()] or Text("none"),
        no_file=None if paper else Text("report.no_file"),
    )
    if paper:
        as_pdf = Option(f"/report {PDF} {turn.rest}".strip(), Text("report.as_pdf"))
        file = Document(f"{_name(counted)}.xlsx", document(paper))
        turn.reply("report.file", [as_pdf, *_choices(), DESK], document=file)


async def _ask_for_pdf(turn: Turn, counted: Counted) -> None:
    """The same paper as PDF: it is set beside, and follows within seconds."""
    if not turn.facts.documents:
        return turn.reply("report.no_file", [*_choices(), DESK])
    paper = await make_paper(turn, counted)
    await papers.ask(turn.tx, turn.person.id, turn.account.id, f"{_name(counted)}.{PDF}", paper.dump(), turn.now)
    turn.reply("report.pdf_comes", [DESK])


@router.every(5, "papers")
async def set_papers(work: Work) -> int:
    """Set the papers that officers wait for, one after the other. Harmless twice, and on several machines."""
    async with work.database.read() as tx:
        waiting = await papers.find_waiting(tx)
    for one in waiting:
        content = await set_paper(one.paper)
        await work.database.transact(partial(_hand_over, work, one, content))
        work.wake()
    return len(waiting)


async def _hand_over(work: Work, one: Waiting, content: bytes, tx: Tx) -> None:
    if not await papers.finish(tx, one):
        return
    document = (
        Document(one.name, kept=await documents.keep(tx, one.account_id, content, work.now())) if content else None
    )
    told = Notice(
        Text("report.pdf" if document else "report.pdf_failed"), person_id=one.person_id, account_id=one.account_id,
        document=document,
    )  # fmt: skip
    await work.tell(tx, [(f"paper:{one.person_id}:{one.asked_at.timestamp():.0f}", told)])


def _name(counted: Counted) -> str:
    return f"bao-cao-{counted.first}-{counted.last}"


class NoSuchDays(ValueError):
    """What follows the command names no days."""


async def _count(turn: Turn, period: Period | None) -> Counted:
    scope = Scope(turn.campaign, await _within(turn), period)
    return Counted(
        scope,
        await figures.total(turn.tx, scope),
        await figures.by_unit(turn.tx, scope),
        await figures.goods(turn.tx, scope),
        alike(await figures.organisations(turn.tx, scope)),
        period.last if period else turn.today,
    )


def describe_goods(goods: Goods) -> Text:
    """What arrived of one kind, with its measure and, where it was agreed, its value."""
    said = {"what": goods.what, "amount": amount_of(goods.amount, goods.kind, goods.measure)}
    if not goods.value:
        return Text("report.goods", said)
    return Text(
        "report.goods.partly" if goods.unvalued else "report.goods.worth", {**said, "value": Money(goods.value)}
    )


def _line(commune: str, of: Figures) -> Text:
    said = {"commune": commune, "helped": of.helped}
    if of.unvalued and not of.arrived:
        return Text("report.line.unvalued", said)
    return Text("report.line.partly" if of.unvalued else "report.line", {**said, "arrived": Money(of.arrived)})


async def _within(turn: Turn) -> Collection[int] | None:
    """Her units, or the one of them that the line names."""
    within = await reach(turn)
    unit_id = read_unit(turn.rest)
    if unit_id is None:
        return within
    return {unit_id} if within is None or unit_id in within else frozenset()


def _choices() -> list[Option]:
    options = [Option(f"/report {name}", Text(f"report.period.{name}")) for name in CHOICES]
    return [*options, Option("/years", Text("command.years.title"))]


def _period(turn: Turn) -> Period | None:
    """The days that the line names; None stands for the campaign from its beginning until now. Raises NoSuchDays."""
    today = turn.today
    words = [word for word in turn.rest.split() if not re.fullmatch(r"c[0-9]{1,9}", word)]
    match words:
        case [] | ["campaign"]:
            return None
        case ["month"]:
            first, last = today.replace(day=1), today
        case ["week"]:
            first, last = today - timedelta(days=6), today
        case [one, other]:
            begun, ended = (read_day(day, today, toward="past").value for day in (one, other))
            if begun and ended and ended < begun:  # a day that is still to come, such as the campaign's last
                ended = read_day(other, begun, toward="future").value
                if ended and ended > today + HALF_A_YEAR:  # no, the two were put the wrong way round
                    raise NoSuchDays
            if begun is None or ended is None:
                raise NoSuchDays
            first, last = begun, ended
        case _:
            raise NoSuchDays
    if first > last:
        raise NoSuchDays
    return Period(
        first, last, _midnight(turn, first), _midnight(turn, last + timedelta(days=1)) - timedelta(microseconds=1)
    )


def _midnight(turn: Turn, day: date) -> datetime:
    return datetime.combine(day, time(), turn.speech.zone)
