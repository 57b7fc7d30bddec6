"""Officers note on a card what their colleagues should know: seen by officers only, with who wrote it and when."""

from __future__ import annotations

from collections.abc import Collection

from bot.dialog.fields import Hidden, Story
from bot.dialog.forms import Form, Invalid
from bot.message import Option, Text, changed
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.arguments import read_number
from handlers.buttons import DESK, open_card
from handlers.officers.access import tell_colleague, yours
from handlers.threads import matter_named
from storage.aid import dossiers, pledges, reviews, volunteers
from storage.aid.colleagues import notes
from storage.aid.colleagues.notes import Note, Subject
from storage.database import Tx

router = Router("noting", role="officer")

LAST = 3
"""So many notes stand above a card."""
SHOWN = 30
"""So many are listed."""


class NoteForm(Form, name="note", review=False):
    """What colleagues should know."""

    subject = Hidden()
    said = Story(least=2, most=500)


@router.command("desk note", opens=True, listed=False)
async def write(turn: Turn) -> None:
    """Note something on the card with this code, or of the volunteer with this number."""
    about = await yours(turn, "note", find_subject)
    if about is not None:
        turn.begin(NoteForm, subject=_named(about))


@router.done(NoteForm)
async def save(turn: Turn, form: NoteForm) -> None:
    about = await yours(turn, "note", find_subject, form.subject)
    if about is not None:
        await _keep(turn, about, form.said)
        turn.reply("note.kept", [_card(about), _all(about), DESK])


async def note(turn: Turn, code: str, said: str) -> None:
    """Note on the card with this code what was said in a sentence; what cannot be noted as it is is asked for."""
    about = await yours(turn, "note", find_subject, code)
    if about is None:
        return
    try:
        said = NoteForm.fields["said"].read(changed(turn.heard, text=said), NoteForm({}, turn.facts))
    except Invalid:
        return turn.begin(NoteForm, subject=_named(about))
    await _keep(turn, about, said)
    matter = matter_named(about.kind, about.code)
    turn.reply("note.kept.said", [_card(about), _all(about), DESK], matter=matter, said=said)


async def _keep(turn: Turn, about: Subject, said: str) -> None:
    await notes.add(turn.tx, about, said, turn.person.id, turn.now)
    await turn.note("note", f"{about.kind}:{_named(about)}")


@router.command("desk notes", listed=False)
async def show_all(turn: Turn) -> None:
    """Every note on the card with this code; who wrote one takes it back."""
    about = await yours(turn, "note", find_subject)
    if about is None:
        return
    found = await notes.on(turn.tx, about)
    if not found:
        return turn.reply("note.none", [note_on(_named(about)), _card(about), DESK])
    mine = [
        Option(f"/desk unnote {_named(about)} {note.id}", Text("note.remove", {"n": n}), sense="danger")
        for n, note in enumerate(found[-SHOWN:], 1)
        if note.written_by == turn.person.id
    ]
    lines = [await _line(turn, note) for note in found[-SHOWN:]]
    turn.reply("note.list", [note_on(_named(about)), _card(about), DESK, *mine], lines=lines)


@router.command("desk unnote", listed=False)
async def remove(turn: Turn) -> None:
    """Take back one's own note: the code of its card, and its number."""
    code, _, number = turn.rest.partition(" ")
    about = await yours(turn, "note", find_subject, code or "-")
    if about is None:
        return
    id = read_number(number, digits=15)
    if id is None or not await notes.remove(turn.tx, about, id, turn.person.id):
        return turn.reply("note.not_yours", [_all(about), DESK])
    await turn.note("unnote", f"{about.kind}:{_named(about)}")
    turn.reply("note.removed", [_card(about), _all(about), DESK])


async def show_last(turn: Turn, about: Subject) -> list[Option]:
    """What was noted last, above a card; returns what lets officers note something, and see what was noted, to take back what
    is theirs."""
    found = await notes.on(turn.tx, about)
    if not found:
        return [note_on(_named(about))]
    turn.reply("note.above", lines=[await _line(turn, note) for note in found[-LAST:]])
    return [note_on(_named(about)), _all(about)]


def note_on(code: str) -> Option:
    """What lets officers note something on the card with this code, or of the volunteer with this number."""
    return Option(f"/desk note {code}", Text("command.desk.note.title"))


async def find_subject(tx: Tx, code: str, within: Collection[int] | None) -> Subject | None:
    """What has this code in these units (None: anywhere), or the volunteer with this number."""
    if (number := read_number(code, digits=15)) is not None:
        volunteer = await volunteers.find_registered(tx, number, within)
        return None if volunteer is None else Subject("volunteer", "", number)
    if (pledge := await pledges.find(tx, code, within)) is not None:
        return Subject("pledge", pledge.code, pledge.person_id)
    if (report := await reviews.find(tx, code, within)) is not None:
        return Subject("deed", report.code, report.person_id)
    kept = await dossiers.find(tx, code, within)
    return None if kept is None else Subject("address", kept.code, None)


async def _line(turn: Turn, note: Note) -> Text:
    by = None if note.written_by is None else await tell_colleague(turn, note.written_by)
    return Text("note.line", {"by": by or Text("staff.erased"), "at": note.written_at, "said": note.said})


def _named(about: Subject) -> str:
    """As a command names it."""
    return about.code or str(about.person_id)


def _card(about: Subject) -> Option:
    if about.kind == "volunteer":
        return Option(f"/desk volunteer {about.person_id}", Text("volunteer.look"))
    return open_card(about.kind, about.code)


def _all(about: Subject) -> Option:
    return Option(f"/desk notes {_named(about)}", Text("command.desk.notes.title"))
