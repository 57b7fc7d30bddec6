"""What everybody may ask of us: what is kept, a copy of it, no more announcements, and to be forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bot.dialog.fields import Hidden, Phrase
from bot.dialog.forms import Form
from bot.message import Document, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Notice, Turn
from bot.turn.work import Work
from handlers.names import channel_names
from handlers.own_page import write_page
from storage.aid import volunteers
from storage.database import Tx
from storage.files import documents
from storage.rights import copies, erase, export, requests
from storage.rights.copies import Asked
from storage.rights.retention import BACKUPS, KEPT
from storage.talk import consents, people

router = Router("rights")


class ForgetMe(Form, name="forgetme", review=False):
    """The one question before somebody is erased."""

    request = Hidden()
    """The number of her request, where she asked for it in words just now."""
    phrase = Phrase()


@router.command("privacy")
async def privacy(turn: Turn) -> None:
    """What is kept and how long, from the very list that the sweeper follows."""
    lines = [Text(f"kept.{kept.key}", {"n": await kept.days(turn.tx)}) for kept in KEPT]
    options = [
        Option(f"/{name}", Text(f"command.{name}.title")) for name in ("mydata", "consent", "datarequest", "forgetme")
    ]
    turn.reply("privacy", options, organiser=turn.campaign.organiser, kept=lines)


@router.command("mydata")
async def mydata(turn: Turn) -> None:
    """A copy of everything that is kept about this person, once a day; where no file can be sent, how much there is."""
    if turn.facts.documents:
        again_at = await copies.ask(turn.tx, turn.person.id, turn.account.id, turn.now)
        if again_at is None:
            asker = await requests.asker_of(turn.tx, turn.person.id)
            await requests.enter(turn.tx, "copy", "self", asker, turn.now, turn.speech.zone, key=f"copy:{turn.key}")
        return turn.reply("mydata.once" if again_at else "mydata.coming", at=again_at)
    accounts = await people.accounts_of(turn.tx, turn.person.id)
    volunteer = await volunteers.find(turn.tx, turn.person.id)
    kept = await export.count(turn.tx, turn.person.id)
    await requests.note_done(turn.tx, "copy", turn.person.id, turn.now, turn.speech.zone)
    turn.reply(
        "mydata.summary",
        accounts=channel_names(dict.fromkeys(account.channel for account in accounts)),
        consents=[Text(f"consent.purposes.{purpose}") for purpose in sorted(turn.person.consents)] or None,
        volunteer=volunteer.full_name if volunteer else None,
        pledges=kept["pledges"],
        deeds=kept["deeds"],
        photos=kept["photos"],
        messages=kept["received"] + kept["sent"],
    )


@router.every(5, "copies")
async def make_copies(work: Work) -> int:
    """Make the copies that people wait for, one after the other. Harmless twice, and on several machines."""
    async with work.database.read() as tx:
        waiting = await copies.find_waiting(tx)
    for asked in waiting:
        async with work.database.read() as tx:
            kept = await export.everything(tx, asked.person_id)
        speech = work.speeches[asked.language]
        page = await asyncio.to_thread(write_page, kept, speech, work.now())
        text = await asyncio.to_thread(export.write, kept)
        await work.database.transact(partial(_hand_over, work, asked, [("page", page), ("file", text)]))
        work.wake()
    return len(waiting)


async def _hand_over(work: Work, asked: Asked, files: Sequence[tuple[str, bytes]], tx: Tx) -> None:
    """Send the page that she can read, and the same for machines beside it."""
    now = work.now()
    if not await copies.finish(tx, asked, now):
        return
    await requests.note_done(tx, "copy", asked.person_id, now, work.zone)
    for kind, content in files:
        name = work.speeches[asked.language].say(f"mydata.{kind}.name")
        document = Document(name, kept=await documents.keep(tx, asked.account_id, content, now))
        told = Notice(
            Text(f"mydata.{kind}", {"n": documents.LIVES.days}), person_id=asked.person_id,
            account_id=asked.account_id, document=document,
        )  # fmt: skip
        await work.tell(tx, [(f"copy:{asked.person_id}:{now.timestamp():.0f}:{kind}", told)])


@router.command("stop", always=True, guessed=False)
async def stop(turn: Turn) -> None:
    """No more announcements, from this moment, also none of those that are queued already."""
    if "announcements" in turn.person.consents:
        await requests.note_done(turn.tx, "withdraw", turn.person.id, turn.now, turn.speech.zone)
    await consents.withdraw(turn.tx, turn.person.id, ["announcements"], turn.now)
    await people.hush(turn.tx, turn.person.id)
    turn.person.consents -= {"announcements"}
    turn.reply("stop.done")


@router.command("forgetme", opens=True, guessed=False, instead="datarequest erase")
async def forgetme(turn: Turn) -> None:
    """Ask to be erased."""
    if await erase.is_last_admin(turn.tx, turn.person.id):
        return turn.reply("forgetme.last_admin")
    said = turn.heard.text
    if turn.heard.pressed or said.startswith("/") or await requests.open_of(turn.tx, turn.person.id, "erase"):
        return turn.begin(ForgetMe)
    asker = await requests.asker_of(turn.tx, turn.person.id)  # whoever leaves it at that has asked, too
    zone = turn.speech.zone
    number = await requests.enter(turn.tx, "erase", "words", asker, turn.now, zone, key=f"words:{turn.key}", said=said)
    request = await requests.find(turn.tx, number)
    assert request is not None
    above = Text("forgetme.asked", {"number": str(number), "until": request.answer_due_at})
    turn.begin(ForgetMe, request=str(number), above=above)


async def stay(turn: Turn, answers: Mapping[str, Any]) -> None:
    """She does not want it after all: what she asked for just now is taken back."""
    number = answers.get("request")
    request = await requests.find(turn.tx, int(number)) if number else None
    if request is not None and await requests.close(turn.tx, request, "withdrawn", "", turn.now, by=None):
        turn.reply(
            "forgetme.dropped", [Option("/datarequest erase", Text("command.datarequest.erase.title"))], number=number
        )


@router.done(ForgetMe, left=stay)
async def forget(turn: Turn, form: ForgetMe) -> None:
    if await erase.is_last_admin(turn.tx, turn.person.id):  # the others have left since she was asked
        return turn.reply("forgetme.last_admin")
    proof = await erase.forget(turn.tx, turn.person.id, turn.now)
    turn.farewell = True
    turn.reply("forgetme.done", n=BACKUPS.days, number=str(proof))
