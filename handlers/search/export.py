"""Officers take along as a spreadsheet what a search shows: within their units, with phone numbers masked as on the cards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from msgspec.structs import replace

from bot.media.paper import Cell, Sheet
from bot.media.workbook import workbook
from bot.message import Document, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.phone import mask_phone
from handlers.buttons import DESK
from handlers.names import amount_of, gift_of
from handlers.officers.access import reach
from handlers.search.query import Query, read_query, states_of
from storage.figures import exports, records
from storage.figures.exports import Home, Promised, Reported
from storage.figures.records import Wanted

router = Router("export", role="officer")

Row = list[Cell]
Rows = Callable[[Turn, Sequence[str], Collection[int] | None], Awaitable[list[Row]]]
MOST = 300
"""Rows. Each household's dossier is opened, and the sheet written, while nobody else can write to SQLite; a list can be
narrowed."""


@router.command("export", listed=False)
async def export(turn: Turn) -> None:
    """«/export address paused», «/export tình nguyện viên cửa tùng»: what «/find» finds of one kind, as a spreadsheet."""
    if not turn.facts.documents:
        return turn.reply("export.no_file", [DESK])
    query = read_query(turn.rest, turn.facts.communes)
    if query.kind not in LISTS or query.phone:
        choices = [Option(f"/export {kind}", Text(f"export.kind.{kind}")) for kind in LISTS]
        return turn.reply("export.which", [*choices, DESK])
    within = await reach(turn)
    states = states_of(query.kind, query.state)
    wanted = Wanted(query.words, "", query.commune, states or ())
    found, total = await records.search(turn.tx, query.kind, wanted, within, 0, MOST)
    if not found or states is None:
        return turn.reply("find.nothing", [DESK])
    heads, make = LISTS[query.kind]
    say = turn.speech.say
    title = say(f"export.kind.{query.kind}")
    rows = await make(turn, [record.code for record in found], within)
    sheet = Sheet(title, title, [say(f"export.column.{name}") for name in heads], rows, texts=_texts(heads))
    await turn.note("export", query.kind, n=len(rows), state=query.state, unit=query.commune)
    turn.reply(
        "export.done",
        [Option(replace(query, page=1).line, Text("export.back")), DESK],
        document=Document(f"{query.kind}-{turn.today:%Y-%m-%d}.xlsx", workbook([sheet])),
        n=len(rows),
        more=_more(query.kind, total) if total > len(rows) else None,
    )


def export_option(query: Query) -> Option:
    """What takes along all that this search finds."""
    return Option(replace(query, page=1).line.replace("/find", "/export", 1), Text("export.take"))


def _more(kind: str, total: int) -> Text:
    """How many there are, and by what the search is narrowed; volunteers have no states."""
    return Text("export.more.volunteer" if kind == "volunteer" else "export.more", {"total": total})


def _texts(heads: Sequence[str]) -> list[int]:
    return [n for n, name in enumerate(heads) if name in ("phone", "hamlet")]


async def _homes(turn: Turn, codes: Sequence[str], within: Collection[int] | None) -> list[Row]:
    return [_home(turn, one) for one in await exports.homes(turn.tx, codes, within)]


def _home(turn: Turn, one: Home) -> Row:
    say, seen = turn.speech.say, bool(one.shown_name)  # nobody was there yet
    wanted = (
        turn.say(Text("need.short", {"what": need.what, "amount": amount_of(need.amount, need.kind, need.measure)}))
        for need in one.needs
    )
    return [
        one.code, one.unit_name, one.shown_name, say(f"address.category.{one.category}") if seen else "",
        one.people_count if seen else None, "; ".join(wanted), say(f"address.state.{one.state}"),
        say("yes" if one.consented else "no"), _masked(one.phone),
    ]  # fmt: skip


async def _pledges(turn: Turn, codes: Sequence[str], within: Collection[int] | None) -> list[Row]:
    return [_pledge(turn, one) for one in await exports.promised(turn.tx, codes, within)]


def _pledge(turn: Turn, one: Promised) -> Row:
    pledge = one.pledge
    giver = pledge.organisation or (pledge.shown_name if pledge.shown_as != "anonymous" else "")
    counted = amount_of(pledge.amount, pledge.kind, pledge.measure)
    return [
        pledge.code, pledge.unit_name, pledge.address_code, pledge.household, giver, pledge.what,
        turn.say(gift_of(pledge.kind, pledge, "") if pledge.kind == "money" else counted),
        turn.say(amount_of(pledge.arrived, pledge.kind, pledge.measure)) if pledge.arrived else "", pledge.due_on,
        turn.speech.say(f"desk.state.{pledge.standing}"), _masked(one.phone),
    ]  # fmt: skip


async def _deeds(turn: Turn, codes: Sequence[str], within: Collection[int] | None) -> list[Row]:
    return [_deed(turn, one) for one in await exports.reported(turn.tx, codes, within)]


def _deed(turn: Turn, one: Reported) -> Row:
    state = turn.speech.say(f"deed.state.{one.state}")
    return [one.code, one.unit_name, one.done_on, one.doer_name, one.what, one.helped, one.reporter_name, state]


async def _volunteers(turn: Turn, codes: Sequence[str], within: Collection[int] | None) -> list[Row]:
    say = turn.speech.say
    return [
        [
            one.full_name, say("place.outside.area") if one.outside else one.unit_name, one.hamlet, str(one.birth_year),
            ", ".join(say(f"volunteer.activities.{name}") for name in one.activities), one.free_time, one.organisation,
            _masked(one.phone),
        ]
        for one in await exports.registered(turn.tx, [int(code) for code in codes], within)
    ]  # fmt: skip


def _masked(phone: str) -> str:
    """The whole number is on the card, for who says why."""
    return mask_phone(phone) if phone else ""


LISTS: Mapping[str, tuple[Sequence[str], Rows]] = {
    "address": (
        ("code", "commune", "name", "category", "people", "needs", "state", "consent", "phone"), _homes,
    ),
    "pledge": (
        (
            "code", "commune", "address", "household", "giver", "gift", "promised", "arrived", "due", "state", "phone",
        ),
        _pledges,
    ),
    "deed": (("code", "commune", "day", "doer", "what", "helped", "reporter", "state"), _deeds),
    "volunteer": (
        ("full_name", "commune", "hamlet", "birth_year", "activities", "free_time", "organisation", "phone"), _volunteers,
    ),
}  # fmt: skip
"""The kinds that can be taken along, the columns of each, and what makes the rows."""
