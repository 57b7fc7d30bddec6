"""One person on several channels: her accounts are joined by a code that she carries over herself."""

from __future__ import annotations

import re
from datetime import datetime

from bot.dialog.fields import Choice, Hidden, Line, Year
from bot.dialog.fields.languages import LanguageChoice
from bot.dialog.forms import Form, Invalid
from bot.message import Heard, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Notice, Turn
from handlers.buttons import MENU, MY
from handlers.names import channel_name, channel_names
from handlers.residents.giving.awaiting import settle
from storage import audit
from storage.aid import volunteers
from storage.rights import links, spoken
from storage.rights.spoken import Spoken
from storage.talk import consents, people
from storage.talk.people import Account

router = Router("link")


class Code(Line):
    """The code that the other account was given."""

    def read(self, heard: Heard, form: Form) -> str:
        code = re.sub(r"\s", "", heard.text)
        if not links.CODE.fullmatch(code):
            raise Invalid("no_link_code")
        return code


class EnterCode(Form, name="entercode", review=False):
    """The code from the other account."""

    code = Code()


class Slip(Form, name="slip", review=False):
    """The year that belongs to the code on a slip."""

    which = Hidden()
    birth_year = Year()


class Join(Form, name="join", review=False):
    """What is to become one, where the two differ."""

    request = Hidden()
    """The code, by its id."""
    differs = Hidden()
    sure = Choice(("join", "leave"))
    language = LanguageChoice().when(lambda f: f.sure == "join" and "language" in f.differs)
    volunteer = Choice(("here", "there")).when(lambda f: f.sure == "join" and "volunteer" in f.differs)
    announce = Choice(("here", "there")).when(lambda f: f.sure == "join" and "announce" in f.differs)


@router.command("link", dangerous=True, opens=True, like=links.CODE)
async def link(turn: Turn) -> None:
    """«/link code» makes a code, «/link enter» takes one, «/link open 7K3P-2WXY-9ABC» is where its link leads, «/link yes 7»
    and «/link no 7» answer for one that was entered, «/link part 3» parts an account again."""
    match turn.rest.split():
        case ["code"]:
            code = await links.new_code(turn.tx, turn.person.id, turn.account.id, turn.now)
            where = turn.links(code)
            opens = Text("link.opens", {"links": where}) if where else None
            return turn.reply("link.code", copies=code, code=code, minutes=links.GOOD_FOR.seconds // 60, opens=opens)
        case ["enter"]:
            return turn.begin(EnterCode)
        case ["yes" | "no" as said, number] if number.isascii() and number.isdecimal() and len(number) < 16:
            return await _confirm(turn, int(number), sure=said == "yes")
        case ["part", number] if number.isascii() and number.isdecimal() and len(number) < 16:
            return await _part(turn, int(number))
        case ["open", code] if links.CODE.fullmatch(code):
            return await _try(turn, code, opened=True)
        case [code] if links.CODE.fullmatch(code):
            return await _try(turn, code)
    accounts = await people.accounts_of(turn.tx, turn.person.id)
    options = [Option("/link code", Text("link.make")), Option("/link enter", Text("link.enter"))]
    if len(accounts) > 1:
        options += [_part_option(turn, account) for account in accounts]
    since = await people.known_since(turn.tx, turn.person.id)
    lines = [_line(turn, account, since[account.id]) for account in accounts]
    turn.reply("link.what", [*options, MENU], lines=lines)


def _line(turn: Turn, account: Account, since: datetime) -> Text:
    said = {"channel": channel_name(account.channel), "since": turn.day(since)}
    return Text("link.account.here" if account.id == turn.account.id else "link.account.there", said)


def _part_option(turn: Turn, account: Account) -> Option:
    said = {"channel": channel_name(account.channel)}
    label = Text("link.part.here" if account.id == turn.account.id else "link.part.there", said)
    return Option(f"/link part {account.id}", label)


@router.done(EnterCode, dangerous=True)
async def try_code(turn: Turn, form: EnterCode) -> None:
    await _try(turn, form.code)


async def _try(turn: Turn, code: str, *, opened: bool = False) -> None:
    """Take a code. One that came with a link, ``opened`` by a press, joins only an account that has nothing of its own yet:
    somebody else may have sent the link."""
    if not await links.may_try(turn.tx, turn.account.id, turn.now):
        return turn.reply("link.too_many", [MENU], minutes=links.GOOD_FOR.seconds // 60)
    if (slip := await spoken.find_slip(turn.tx, code, turn.now)) is not None:
        return _open_slip(turn, slip, opened=opened)
    found = await links.find(turn.tx, turn.account.id, code, turn.now)
    if found is None:
        return turn.reply("link.wrong", [Option("/link enter", Text("link.again")), MENU])
    if found.person_id == turn.person.id:
        return turn.reply("link.same", [MENU])
    agreed = turn.person.consents or await consents.find_stopped(turn.tx, turn.person.id)
    comes_back = not (agreed or turn.person.roles)
    if opened and not comes_back:
        return turn.reply("link.by_hand", [Option("/link enter", Text("link.enter")), MENU])
    here, there = await volunteers.find(turn.tx, turn.person.id), await volunteers.find(turn.tx, found.person_id)
    other = (await people.load(turn.tx, [found.person_id]))[found.person_id]
    differs = [
        *(["language"] if other.language != turn.person.language and not comes_back else []),
        *(["volunteer"] if here and there and here.state == there.state == "registered" else []),
        *([] if comes_back else ["announce"]),
    ]
    turn.begin(Join, request=str(found.id), differs=" ".join(differs))


def _open_slip(turn: Turn, slip: Spoken, *, opened: bool) -> None:
    """Ask whose slip it is for the year of her birth; never who noted it, and only by hand."""
    if slip.noted_by == turn.person.id:
        return turn.reply("link.slip.yours", [MENU])
    if opened:
        return turn.reply("link.by_hand", [Option("/link enter", Text("link.enter")), MENU])
    turn.begin(Slip, which=str(slip.id))


@router.done(Slip, dangerous=True)
async def come_herself(turn: Turn, form: Slip) -> None:
    """What was noted for her is hers alone from now on; no role comes with it, and whoever noted it is told."""
    if not await links.may_try(turn.tx, turn.account.id, turn.now):
        return turn.reply("link.too_many", [MENU], minutes=links.GOOD_FOR.seconds // 60)
    slip = await spoken.claim(turn.tx, int(form.which), turn.person.id, form.birth_year, turn.account.id, turn.now)
    other = None if slip is None else (await people.load(turn.tx, [slip.person_id], lock=True)).get(slip.person_id)
    left = await spoken.years_left(turn.tx, int(form.which), turn.person.id, turn.now) if slip is None else 0
    if left and await links.may_try(turn.tx, turn.account.id, turn.now):
        turn.reply("link.slip.mistyped", n=left)
        return turn.reopen(form, "birth_year")
    if slip is None or other is None:
        return turn.reply("link.slip.wrong", [Option("/link enter", Text("link.again")), MENU])
    here = await volunteers.find(turn.tx, turn.person.id)
    keeps_here = here is not None and here.state == "registered"
    await links.join(turn.tx, turn.person.id, other.id, keep_other_volunteer=not keeps_here, now=turn.now)
    turn.touched.add(turn.person.id)  # she agreed by word of mouth
    await settle(turn, turn.person.id)
    if slip.noted_by is not None:
        turn.tell(slip.noted_by, "link.slip.told", [MENU], name=slip.name)
    turn.reply("link.slip.done", [MY, MENU], name=slip.name)


@router.done(Join, dangerous=True)
async def ask_other(turn: Turn, form: Join) -> None:
    """Nothing is joined before the account that made the code says yes."""
    if form.sure != "join":
        return turn.reply("link.left", [MENU])
    choices = {"announce": form.announce or "", "language": form.language or "", "volunteer": form.volunteer or ""}
    code_id = int(form.request)
    if not await links.ask(turn.tx, code_id, turn.person.id, turn.account.id, choices):
        return turn.reply("link.wrong", [MENU])
    made = await links.made_by(turn.tx, code_id)
    options = (Option(f"/link yes {code_id}", Text("link.yes")), Option(f"/link no {code_id}", Text("link.no")))
    asked = Text("link.asked", {"channel": channel_name(turn.account.channel)})
    turn.notices.append(Notice(asked, person_id=made.person_id, account_id=made.account_id, options=options))
    turn.reply("link.waits", [MENU])


async def _confirm(turn: Turn, code_id: int, *, sure: bool) -> None:
    """The account that made the code answers; the other account, and all that was done from it, becomes hers."""
    asked = await links.take(turn.tx, code_id, turn.account.id, turn.now)
    if asked is None or asked.person_id != turn.person.id or asked.asked_by is None:
        return turn.reply("link.over", [MENU])
    other = (await people.load(turn.tx, [asked.asked_by], lock=True)).get(asked.asked_by)
    if other is None:
        return turn.reply("link.over", [MENU])
    if not sure:
        await audit.add(turn.tx, turn.now, f"person:{turn.person.id}", "link.refuse", f"account:{asked.asked_at}", {})
        turn.tell(other.id, "link.refused", [MENU])
        return turn.reply("link.kept_apart", [MENU])
    choices = dict(asked.choices or {})
    await links.join(
        turn.tx, turn.person.id, other.id, keep_other_volunteer=choices.get("volunteer") == "here", now=turn.now
    )
    here = choices.get("announce") == "here"
    await people.announce_at(turn.tx, turn.person.id, asked.asked_at if here and asked.asked_at else turn.account.id)
    if language := choices.get("language"):
        await people.speak(turn.tx, turn.person.id, language)
        turn.speak(language)
    turn.touched.add(turn.person.id)  # the other may have brought roles along
    await settle(turn, turn.person.id)
    accounts = await people.accounts_of(turn.tx, turn.person.id)
    channels = channel_names(dict.fromkeys(account.channel for account in accounts))
    told = Text("link.told", {"channels": channels})
    others = (account for account in accounts if account.id != turn.account.id)
    turn.notices += [
        Notice(told, person_id=turn.person.id, account_id=account.id, options=(MY, MENU)) for account in others
    ]
    if turn.person.roles or other.roles:
        turn.notices.append(
            Notice(Text("link.told_admins", {"number": turn.person.id}), "admin", sparing=turn.person.id)
        )
    turn.reply("link.told", [MY, MENU], channels=channels)


async def _part(turn: Turn, account_id: int) -> None:
    """Part an account, also another one than this: so an intruder is thrown out."""
    accounts = {account.id: account for account in await people.accounts_of(turn.tx, turn.person.id)}
    if account_id not in accounts or len(accounts) < 2:
        return turn.reply("link.over", [MENU])
    await links.part(turn.tx, account_id, turn.person.id, turn.now)
    await settle(turn, turn.person.id)
    told = Text("link.told_parted", {"channel": channel_name(accounts[account_id].channel)})
    turn.notices.append(Notice(told, person_id=turn.person.id, everywhere=True))
    if account_id == turn.account.id:
        return turn.reply("link.parted", [MENU])
    turn.reply("link.parted_other", [MENU], channel=channel_name(accounts[account_id].channel))
