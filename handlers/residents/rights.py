"""What everybody may ask of us: what is kept, a copy of it, no more announcements, and to be forgotten."""

from __future__ import annotations

import orjson

from bot.dialog.fields import Phrase
from bot.dialog.forms import Form
from bot.message import Document, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from storage.rights import erase, export
from storage.rights.retention import KEPT
from storage.talk import consents, people

router = Router("rights")


class ForgetMe(Form, name="forgetme", review=False):
    """The one question before somebody is erased."""

    phrase = Phrase()


@router.command("privacy")
async def privacy(turn: Turn) -> None:
    """What is kept and how long, from the very list that the sweeper follows."""
    lines = [Text(f"kept.{kept.key}", {"n": await kept.days(turn.tx)}) for kept in KEPT]
    options = [Option(f"/{name}", Text(f"command.{name}.title")) for name in ("mydata", "consent", "forgetme")]
    turn.reply("privacy", options, organiser=turn.campaign.organiser, kept=lines)


@router.command("mydata")
async def mydata(turn: Turn) -> None:
    """A copy of everything that is kept about this person."""
    kept = await export.everything(turn.tx, turn.person.id)
    if turn.facts.documents:
        text = orjson.dumps(kept, default=export.simple, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
        return turn.reply("mydata.file", document=Document(turn.speech.say("mydata.name"), text))
    volunteer = kept["volunteer"]
    turn.reply(
        "mydata.summary",
        accounts=", ".join(account["channel"] for account in kept["accounts"]),
        consents=[Text(f"consent.purposes.{purpose}") for purpose in sorted(turn.person.consents)] or None,
        volunteer=volunteer["full_name"] if volunteer else None,
        pledges=len(kept["pledges"]),
        deeds=len(kept["deeds"]),
        photos=len(kept["photos"]),
        messages=len(kept["messages_received"]) + len(kept["messages_sent"]),
    )


@router.command("stop", always=True, guessed=False)
async def stop(turn: Turn) -> None:
    """No more announcements, from this moment, also none of those that are queued already."""
    await consents.withdraw(turn.tx, turn.person.id, ["announcements"], turn.now)
    await people.hush(turn.tx, turn.person.id)
    turn.person.consents -= {"announcements"}
    turn.reply("stop.done")


@router.command("forgetme", opens=True, guessed=False)
async def forgetme(turn: Turn) -> None:
    """Ask to be erased."""
    if await erase.is_last_admin(turn.tx, turn.person.id):
        return turn.reply("forgetme.last_admin")
    turn.begin(ForgetMe)


@router.done(ForgetMe)
async def forget(turn: Turn, form: ForgetMe) -> None:
    await erase.forget(turn.tx, turn.person.id, turn.now)
    turn.farewell = True
    turn.reply("forgetme.done")
