"""Backups from the chat: when the last one proved itself, one more now, and everything for who holds a key of her own."""

from __future__ import annotations

from datetime import datetime, time
from functools import partial

from bot.dialog.fields import Line, Phrase
from bot.dialog.forms import Form, Invalid
from bot.message import Document, Option, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Notice, Turn
from bot.turn.work import Work
from handlers.buttons import MENU
from storage import audit
from storage.backup import shelf
from storage.database import Tx
from storage.files import documents
from storage.upkeep import asked, instants
from storage.upkeep.asked import AskedBackup

router = Router("backup", role="admin")

BACK = Option("/backup", Text("command.backup.title"))
SHOWN = 16
"""Characters of a public key by which it is known again."""
MOST_A_DAY = 3
"""Exports that one admin may ask for: each holds everything, and lies on the disk until somebody takes it away."""


class PublicKey(Line):
    """A public key in the age format. A passphrase is not asked for: it would stay in the chat with the platform."""

    def accept(self, text: str) -> str:
        from storage.backup import keys  # its library is loaded only by who exports

        said = super().accept(text)
        try:
            keys.read_public(said)
        except keys.NoKey:
            raise Invalid("not_a_public_key") from None
        return said


class Export(Form, name="everything", review=False):
    """To which key, and the second look before everything that is kept leaves the database."""

    key = PublicKey(most=100)
    phrase = Phrase()

    def words(self) -> dict[str, object]:
        return {"key": str(self.answers.get("key", ""))}


@router.command("backup", after=NOTHING)
async def show(turn: Turn) -> None:
    """When the last one proved itself, and when the next one comes."""
    at = await instants.marked(turn.tx, instants.BACKUP)
    last = Text("status.backup", {"at": at, "ago": turn.now - at}) if at else None
    if not turn.rules.backs_up:
        return turn.reply("backup.off", [MENU], last=last)
    night: time | None = turn.rules.backup_at
    now = Option("/backup now", Text("command.backup.now.title"))
    turn.reply("backup.on", [now, MENU], last=last or Text("backup.none"), at=f"{night:%H:%M}" if night else None)


@router.command("backup now", after=NOTHING)
async def make_now(turn: Turn) -> None:
    """One more, beside; who asked is told when it has proved itself."""
    if not turn.rules.backs_up:
        return await show(turn)
    if not await asked.ask(turn.tx, turn.person.id, turn.account.id, "", turn.now):
        return turn.reply("backup.already", [BACK, MENU])
    await turn.note("backup", "database")
    turn.reply("backup.begun", [MENU])


@router.command("everything", dangerous=True, opens=True)
async def export(turn: Turn) -> None:
    """«/everything age1…», or without the key, which is asked for then."""
    if await _has_enough(turn):
        return turn.reply("everything.enough", [MENU], n=MOST_A_DAY)
    if not turn.rest:
        return turn.begin(Export)
    try:
        turn.begin(Export, key=PublicKey(most=100).accept(turn.rest))
    except Invalid:
        turn.reply("wrong.not_a_public_key", [Option("/everything", Text("command.everything.title")), MENU])


@router.done(Export, dangerous=True)
async def begin_export(turn: Turn, form: Export) -> None:
    """It is made beside; every other admin hears of it at once."""
    if await _has_enough(turn):
        return turn.reply("everything.enough", [MENU], n=MOST_A_DAY)
    by_file = turn.rules.exports_by_chat and turn.facts.documents
    if not await asked.ask(turn.tx, turn.person.id, turn.account.id, form.key, turn.now, by_file=by_file):
        return turn.reply("everything.already", [MENU])
    await turn.note("everything", "database", key=form.key[:SHOWN])
    turn.tell_admins("everything.told", number=str(turn.person.id), to=form.key[:SHOWN])
    turn.reply("everything.begun", [MENU], to=form.key[:SHOWN])


async def _has_enough(turn: Turn) -> bool:
    today = datetime.combine(turn.today, time(), turn.speech.zone)
    return await audit.count_since(turn.tx, turn.actor, "everything", today) >= MOST_A_DAY


@router.every(5, "asked backups")
async def tell(work: Work) -> int:
    """Tell who asked how it went. Harmless twice, and on several machines."""
    async with work.database.read() as tx:
        ended = await asked.find_ended(tx)
    for one in ended:
        await work.database.transact(partial(_tell, work, one))
        work.wake()
    return len(ended)


async def _tell(work: Work, one: AskedBackup, tx: Tx) -> None:
    if not await asked.forget(tx, one.id):
        return
    if not await asked.may_have(tx, one):  # since it was made
        if one.document_id is not None:
            await documents.drop(tx, one.document_id)
        return
    document = Document(one.name, kept=one.document_id) if one.document_id is not None else None
    until = (work.here + shelf.EXPORT_LIVES).date()
    if one.failed:
        said = Text("everything.failed" if one.public_key else "backup.failed", {"reason": one.failed})
    elif one.public_key:
        said = Text("everything.sent" if document else "everything.made", {"name": one.name, "until": until})
    else:
        said = Text("backup.made")
    told = Notice(said, person_id=one.person_id, account_id=one.account_id, document=document)
    await work.tell(tx, [(f"asked backup:{one.id}:{one.asked_at.timestamp():.0f}", told)])
