"""One person on several channels: her accounts are joined by a code that she carries over herself."""

from __future__ import annotations

import re

from bot.dialog.fields import Choice, Hidden, Line
from bot.dialog.fields.languages import LanguageChoice
from bot.dialog.forms import Form, Invalid
from bot.message import Heard, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import MENU, MY
from handlers.names import channel_names
from storage.aid import volunteers
from storage.rights import links
from storage.talk import people

router = Router("link")


class SixDigits(Line):
    """The code that the other account was given."""

    def read(self, heard: Heard, form: Form) -> str:
        digits = re.sub(r"\s", "", heard.text)
        if not re.fullmatch(r"[0-9]{6}", digits):
            raise Invalid("not_six_digits")
        return digits


class EnterCode(Form, name="entercode", review=False):
    """The code from the other account."""

    code = SixDigits()


class Join(Form, name="join", review=False):
    """What is to become one, where the two differ."""

    other = Hidden()
    other_account = Hidden()
    differs = Hidden()
    here_name = Hidden()
    there_name = Hidden()
    sure = Choice(("join", "leave"))
    language = LanguageChoice().when(lambda f: f.sure == "join" and "language" in f.differs)
    volunteer = Choice(("here", "there")).when(lambda f: f.sure == "join" and "volunteer" in f.differs)
    announce = Choice(("here", "there")).when(lambda f: f.sure == "join")

    def words(self) -> dict[str, object]:
        return {"here": self.here_name or "", "there": self.there_name or ""}


@router.command("link", opens=True)
async def link(turn: Turn) -> None:
    """«/link code» makes a code, «/link enter» takes one, «/link part» parts this account again."""
    match turn.rest.split():
        case ["code"]:
            code = await links.new_code(turn.tx, turn.person.id, turn.account.id, turn.now)
            return turn.reply("link.code", code=f"{code[:3]} {code[3:]}", minutes=links.GOOD_FOR.seconds // 60)
        case ["part"] if len(await people.accounts_of(turn.tx, turn.person.id)) > 1:
            await links.part(turn.tx, turn.account.id, turn.person.id, turn.now)
            return turn.reply("link.parted", [MENU])
        case ["enter"]:
            return turn.begin(EnterCode)
        case [code] if re.fullmatch(r"[0-9]{6}", code):
            return await _try(turn, code)
    accounts = await people.accounts_of(turn.tx, turn.person.id)
    options = [Option("/link code", Text("link.make")), Option("/link enter", Text("link.enter"))]
    if len(accounts) > 1:
        options.append(Option("/link part", Text("link.part")))
    turn.reply("link.what", [*options, MENU], accounts=channel_names(a.channel for a in accounts))


@router.done(EnterCode)
async def try_code(turn: Turn, form: EnterCode) -> None:
    await _try(turn, form.code)


async def _try(turn: Turn, code: str) -> None:
    if not await links.may_try(turn.tx, turn.account.id, turn.now):
        return turn.reply("link.too_many", [MENU], minutes=links.GOOD_FOR.seconds // 60)
    found = await links.find(turn.tx, turn.account.id, code, turn.now)
    if found is None:
        return turn.reply("link.wrong", [Option("/link enter", Text("link.again")), MENU])
    if found.person_id == turn.person.id:
        return turn.reply("link.same", [MENU])
    here, there = await volunteers.find(turn.tx, turn.person.id), await volunteers.find(turn.tx, found.person_id)
    other = (await people.load(turn.tx, [found.person_id]))[found.person_id]
    differs = [
        *(["language"] if other.language != turn.person.language else []),
        *(["volunteer"] if here and there and here.state == there.state == "registered" else []),
    ]
    turn.begin(
        Join,
        other=str(found.person_id),
        other_account=str(found.account_id),
        differs=" ".join(differs),
        here_name=here.full_name if here else "",
        there_name=there.full_name if there else "",
    )


@router.done(Join)
async def join(turn: Turn, form: Join) -> None:
    """The person who made the code stays; this account, and all that was done from it, becomes hers."""
    if form.sure != "join":
        return turn.reply("link.left", [MENU])
    stays = int(form.other)
    if not await people.load(turn.tx, [stays]):
        return turn.reply("link.wrong", [MENU])
    keeps_here = form.volunteer == "here"
    await links.join(turn.tx, stays, turn.person.id, keep_other_volunteer=keeps_here, now=turn.now)
    chosen = turn.account.id if form.announce == "here" else int(form.other_account)
    await people.announce_at(turn.tx, stays, chosen)
    if form.language:
        await people.speak(turn.tx, stays, form.language)
        turn.speak(form.language)
    turn.became = stays
    turn.reply("link.joined", [MY, MENU])
