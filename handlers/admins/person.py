"""Find the person behind a code, a phone number or a name, and block somebody who harms others. Every look is written down."""

from __future__ import annotations

from bot.dialog.fields import Known, Phrase
from bot.dialog.forms import Form
from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.phone import mask_phone, read_phone
from handlers.names import channel_names, initials_of
from storage.aid import volunteers
from storage.figures import search
from storage.figures.search import FoundPerson

router = Router("person", role="admin")

MOST_SHOWN = 10
LEAST, LONGEST = 2, 60
"""Characters of a name."""


class Block(Form, name="block", review=False):
    """The one question before somebody is heard no more."""

    known = Known()
    phrase = Phrase()

    def words(self) -> dict[str, object]:
        return {"number": str(self.known["id"])}


@router.command("person")
async def person(turn: Turn) -> None:
    """Who is behind a code, a phone number or an account; masked."""
    found = await _find_one(turn, "person")
    if found is None:
        return
    change = "unblock" if found.blocked_at else "block"
    options = [Option(f"/{change} {found.id}", Text(f"command.{change}.title"))]
    options.append(Option(f"/staff grant {found.id}", Text("command.staff.grant.title")))
    turn.reply(
        "person.card",
        options,
        number=str(found.id),
        name=initials_of(found.name) or None,
        phone=mask_phone(found.phone) if found.phone else None,
        unit=found.unit_name or None,
        channels=channel_names(found.channels),
        pledges=found.pledges,
        deeds=found.deeds,
        roles=_roles(found),
        since=turn.day(found.created_at),
        state=Text("person.blocked", {"day": turn.day(found.blocked_at)}) if found.blocked_at else Text("person.heard"),
    )


@router.command("block", dangerous=True, opens=True)
async def block(turn: Turn) -> None:
    """Ask before somebody is blocked."""
    found = await _find_one(turn, "block")
    if found is None:
        return None
    if found.roles:
        return turn.reply("block.staff", [Option("/staff", Text("command.staff.title"))])
    turn.begin(Block, known={"id": found.id})


@router.done(Block, dangerous=True)
async def block_person(turn: Turn, form: Block) -> None:
    found = await search.person(turn.tx, form.known["id"])
    if found is None:
        return turn.reply("person.nothing")
    if found.roles:  # she was appointed meanwhile
        return turn.reply("block.staff", [Option("/staff", Text("command.staff.title"))])
    await search.block(turn.tx, found.id, turn.actor, turn.now)
    turn.touched.add(found.id)
    back = Option(f"/unblock {found.id}", Text("command.unblock.title"))
    turn.reply("block.done", [back], number=str(found.id))


@router.command("unblock")
async def unblock(turn: Turn) -> None:
    """Hear somebody again."""
    found = await _find_one(turn, "unblock")
    if found is None:
        return
    if not await search.unblock(turn.tx, found.id, turn.actor, turn.now):
        look = Option(f"/person #{found.id}", Text("command.person.title"))
        return turn.reply("unblock.not_blocked", [look], number=str(found.id))
    turn.touched.add(found.id)
    turn.reply("unblock.done", number=str(found.id))


async def look_up(turn: Turn, said: str) -> list[FoundPerson]:
    """The people whom these words mean: a code, a phone number, an account, «#12». Audited, without what was typed."""
    ids = await search.persons_of(turn.tx, said, phone_in(said))
    found = [one for one in [await search.person(turn.tx, person_id) for person_id in ids] if one is not None]
    for seen in [f"person:{one.id}" for one in found] or ["nobody"]:
        await turn.note("find", seen)
    return found


async def _find_one(turn: Turn, act: str) -> FoundPerson | None:
    """The person meant. If it is none, or one of several, the admin is told; who is known by name alone is always chosen by
    hand: two people may have one name, and the wrong one must not be blocked."""
    by_name = _is_name(turn.rest)
    found = [] if not turn.rest or by_name else await look_up(turn, turn.rest)
    total = len(found)
    if by_name:
        found, total = await _named(turn)
    if len(found) == 1 and not by_name:
        return found[0]
    if found:
        options = [Option(f"/{act} #{one.id}", _label(one)) for one in found[:MOST_SHOWN]]
        turn.reply("person.several", options, n=total, more=Text("person.type_more") if total > len(options) else None)
    else:
        turn.reply("person.nothing" if turn.rest else "person.how")
    return None


async def _named(turn: Turn) -> tuple[list[FoundPerson], int]:
    """The first registered volunteers whose names hold these words, and how many there are. Audited, without what was typed."""
    listed, total = await volunteers.search(turn.tx, None, turn.rest, 0, MOST_SHOWN)
    await turn.note("find", "words", n=total)
    found = [await search.person(turn.tx, one.person_id) for one in listed]
    return [one for one in found if one is not None], total


def _is_name(said: str) -> bool:
    return LEAST <= len(said) <= LONGEST and not any(letter.isdecimal() or letter == ":" for letter in said)


def _label(one: FoundPerson) -> Text:
    """Enough to tell people of one name apart, and no more."""
    who = {"number": str(one.id), "name": initials_of(one.name), "unit": one.unit_name}
    return Text("person.which" if one.name and one.unit_name else "staff.unnamed", who)


def phone_in(said: str) -> str:
    """The phone number that was typed, in E.164; empty if it is none."""
    return read_phone(said).value or ""


def _roles(found: FoundPerson) -> list[Words]:
    return [Text(f"role.{role}") for role in found.roles] or [Text("role.resident")]
