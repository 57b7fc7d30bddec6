"""Officers look for anything in their units by what they know of it; admins find people, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.turn.work import Work
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.fold import fits, fold
from handlers.broadcasts.access import reaches
from handlers.buttons import DESK
from handlers.names import short
from handlers.officers.access import PAGE, pages, reach, tell_apart
from handlers.search.codes import find_named, line_to, read_record
from handlers.search.export import LISTS as LISTED
from handlers.search.export import export_option
from handlers.search.query import Query, read_list, read_query, states_of
from locales import phrases
from storage.aid import dossiers
from storage.broadcast import broadcasts
from storage.figures import records, search
from storage.figures.records import KINDS, Record, Wanted
from storage.talk import people

router = Router("find", role="officer")

Found = tuple[Sequence[Record], int]
"""Those that are shown, and how many there are."""
MOST_WORDS = 12
"""Of a sentence that begins with «tìm»; a longer one is a story."""
EACH = 2
"""So many of each kind are shown where several kinds have something."""
LISTS = ("approved", "paused", "closed", "refused", "duplicate")
"""Households that wait for nobody and so stand on no list of the desk."""
CARDS = {"broadcast": "/broadcast show", "person": "/person"}
"""What shows one of a kind where it is not «/desk <kind>»."""


@router.command("find")
async def find(turn: Turn) -> None:
    """«/find thu cửa tùng», «/find 0912 345 678», «/find DC-7K3PQ», «/find địa chỉ tạm dừng»."""
    code = read_record(turn.rest)
    behind = await _people(turn, "" if code.startswith("DC-") else code or turn.rest)
    line = line_to(await find_named(turn, code)) if code else ""
    if line and not behind:
        turn.next = line
        return
    query = read_query("" if code else turn.rest, turn.facts.communes)
    if query.empty and not behind and not code:
        return turn.reply("find.how", await _lists(turn))
    found: dict[str, Found] = {"person": (behind, len(behind))} if behind else {}
    if line:
        kind = line.split()[1]
        found = {kind: ([Record(kind, code, code, "", "")], 1), **found}
    elif not behind or query.phone:
        found = {**await _search(turn, query), **found}
    if query.phone or query.words or not behind:
        about = "phone" if query.phone else "words"
        await turn.note("find", about, n=sum(total for _, total in found.values()))
    _show(turn, query, found)


@router.listens
async def hear_list(turn: Turn) -> bool:
    """«địa chỉ tạm dừng», «cam kết chờ xác nhận Cửa Tùng», «tìm bà thu» from an officer are a search, also without «/find»."""
    if not turn.person.has_role("officer") or turn.heard.picture or turn.heard.voice:
        return False
    turn.rest = read_list(turn.heard.text, turn.facts.communes) or _looked_for(turn.heard.text)
    if turn.rest:
        await find(turn)
    return bool(turn.rest)


def _looked_for(text: str) -> str:
    """What follows «tìm», where that is how a sentence begins: «tìm bà thu Cửa Tùng»."""
    first, *words = courteous(text).split()[:MOST_WORDS] or [""]
    looks = any(fold(first) == fold(way) and fits(first, way) for way in phrases("find.begin.words"))
    other = {fold(phrase) for phrase in phrases("find.other.words")}
    return " ".join(words) if looks and fold(" ".join(words)) not in {"", *other} else ""


@router.every(3600, "dossiers")
async def index_dossiers(work: Work) -> None:
    """Let households that an earlier version wrote down be found by name and phone number. Harmless twice."""
    async with work.database.write() as tx:
        while await dossiers.index_older(tx):
            pass


async def _search(turn: Turn, query: Query) -> Mapping[str, Found]:
    """What there is of each kind that is meant, of kinds of which there is something."""
    within = await reach(turn)
    found: dict[str, Found] = {}
    wanted = {
        kind: Wanted(query.words, query.phone, query.commune, states)
        for kind in ([query.kind] if query.kind in KINDS else [] if query.kind else KINDS)
        if (states := states_of(kind, query.state)) is not None
    }
    for kind in wanted:
        found[kind] = await records.search(turn.tx, kind, wanted[kind], within, 0, EACH)
    if query.kind in ("", "broadcast") and not query.phone and query.commune is None:
        found["broadcast"] = await _announcements(turn, query, 0, EACH)
    found = {kind: these for kind, these in found.items() if these[1]}
    if len(found) != 1:
        return found
    (kind,), first = found, (query.page - 1) * PAGE
    if kind == "broadcast":
        return {kind: await _announcements(turn, query, first, PAGE)}
    return {kind: await records.search(turn.tx, kind, wanted[kind], within, first, PAGE)}


async def _announcements(turn: Turn, query: Query, first: int, most: int) -> Found:
    """Announcements that go nowhere beyond her units; they are few enough to be looked at one by one."""
    hers = []
    if (states := states_of("broadcast", query.state)) is None:
        return [], 0
    for id in await records.written_in(turn.tx, query.words, states):
        one = await broadcasts.find(turn.tx, id)
        if one is not None and await reaches(turn, one):
            hers.append(one)
    shown = [
        Record("broadcast", str(one.id), next(iter(one.texts.values()), ""), "", one.state)
        for one in hers[first : first + most]
    ]
    return shown, len(hers)


async def _people(turn: Turn, said: str) -> Sequence[Record]:
    """Whose code, phone number, account or number this is, for admins alone."""
    now_is = (await people.load(turn.tx, [turn.person.id]))[turn.person.id]
    if not said or not now_is.has_role("admin"):
        return []
    ids = await search.persons_of(turn.tx, said, read_query(said, ()).phone)
    for id in ids:
        await turn.note("find", f"person:{id}")
    return [Record("person", f"#{id}", "", "", "") for id in ids[:PAGE]]


async def _lists(turn: Turn) -> list[Option]:
    """The households in each state, with how many there are."""
    within, options = await reach(turn), []
    for state in LISTS:
        _, n = await records.search(turn.tx, "address", Wanted(states=(state,)), within, 0, 1)
        if n:
            named = Text("find.list", {"state": Text(f"address.state.{state}"), "n": n})
            options.append(Option(Query("address", state).line, named))
    return [*options, DESK]


def _show(turn: Turn, query: Query, found: Mapping[str, Found]) -> None:
    """What was found, and ways to the rest of each kind."""
    if not any(these for these, _ in found.values()):
        return turn.reply("find.nothing", [DESK])
    lines = [_line(record) for these, _ in found.values() for record in these]
    shown = [(kind, record) for kind, (these, _) in found.items() for record in these]
    labels = tell_apart(turn, [_label(record) for _, record in shown], [record.code for _, record in shown])
    options = [
        Option(f"{CARDS.get(kind, f'/desk {kind}')} {record.code}", label)
        for (kind, record), label in zip(shown, labels, strict=True)
    ]
    if len(found) == 1 and not query.phone:
        (kind, (_, total)) = next(iter(found.items()))
        options += pages(replace(query, kind=kind, page=1).line, query.page, total)
        if kind in LISTED and turn.facts.documents:
            options.append(export_option(replace(query, kind=kind)))
    elif not query.phone:
        options += [
            Option(query.only(kind).line, Text(f"find.all.{kind}", {"n": total}))
            for kind, (these, total) in found.items()
            if total > len(these)
        ]
    turn.reply("find.page", [*options, DESK], total=sum(total for _, total in found.values()), lines=lines)


def _line(record: Record) -> Text:
    what: Words = Text(f"find.kind.{record.kind}", {"code": record.code})
    if record.said and record.said != record.code:
        what = Text("find.said", {"what": what, "said": short(record.said, 50)})
    if record.unit_name:
        what = Text("find.where", {"what": what, "commune": record.unit_name})
    elif record.kind == "volunteer":
        what = Text("find.outside", {"what": what})
    state = _state(record)
    return Text("find.line.state", {"what": what, "state": state}) if state else Text("find.line", {"what": what})


def _state(record: Record) -> Text | None:
    """How it stands, where that is to be said."""
    match record.kind if record.state else "":
        case "address":
            return Text(f"address.state.{record.state}")
        case "pledge":
            return Text(f"desk.state.{record.state}")
        case "deed":
            return Text(f"deed.state.{record.state}")
        case "question":
            return Text(f"find.question.{record.state}")
        case "broadcast":
            return Text(f"broadcast.now.{record.state}")
    return None


def _label(record: Record) -> Words:
    if record.kind == "volunteer":
        return record.said
    return Text(f"find.kind.{record.kind}", {"code": record.code})
