"""Find the person behind a code or a phone number, and block somebody who harms others. Every look is written down."""

from __future__ import annotations

from bot.dialog.fields import Known, Phrase
from bot.dialog.forms import Form
from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.phone import mask_phone, read_phone
from handlers.names import channel_names
from storage.figures import search
from storage.figures.search import FoundPerson

router = Router("find", role="admin")


class Block(Form, name="block", review=False):
    """The one question before somebody is heard no more."""

    known = Known()
    phrase = Phrase()

    def words(self) -> dict[str, object]:
        return {"number": str(self.known["id"])}


@router.command("find")
async def find(turn: Turn) -> None:
    """Who is behind a code, a phone number or an account; masked."""
    if not turn.rest:
        return turn.reply("find.how")
    found = await _find(turn)
    if found is None:
        return turn.reply("find.nothing")
    change = "unblock" if found.blocked_at else "block"
    options = [Option(f"/{change} {found.id}", Text(f"command.{change}.title"))]
    options.append(Option(f"/staff grant {found.id}", Text("command.staff.grant.title")))
    turn.reply(
        "find.card",
        options,
        number=str(found.id),
        name=_mask(found.name) or None,
        phone=mask_phone(found.phone) if found.phone else None,
        unit=found.unit_name or None,
        channels=channel_names(found.channels),
        pledges=found.pledges,
        deeds=found.deeds,
        roles=_roles(found),
        since=turn.day(found.created_at),
        state=Text("find.blocked", {"day": turn.day(found.blocked_at)}) if found.blocked_at else Text("find.heard"),
    )


@router.command("block", opens=True)
async def block(turn: Turn) -> None:
    """Ask before somebody is blocked."""
    found = await _find(turn) if turn.rest else None
    if found is None:
        return turn.reply("find.nothing" if turn.rest else "find.how")
    if found.roles:
        return turn.reply("block.staff", [Option("/staff", Text("command.staff.title"))])
    turn.begin(Block, known={"id": found.id})


@router.done(Block)
async def block_person(turn: Turn, form: Block) -> None:
    found = await search.person(turn.tx, form.known["id"])
    if found is None:
        return turn.reply("find.nothing")
    if found.roles:  # she was appointed meanwhile
        return turn.reply("block.staff", [Option("/staff", Text("command.staff.title"))])
    await search.block(turn.tx, found.id, turn.actor, turn.now)
    turn.touched.add(found.id)
    back = Option(f"/unblock {found.id}", Text("command.unblock.title"))
    turn.reply("block.done", [back], number=str(found.id))


@router.command("unblock")
async def unblock(turn: Turn) -> None:
    """Hear somebody again."""
    found = await _find(turn) if turn.rest else None
    if found is None:
        return turn.reply("find.nothing" if turn.rest else "find.how")
    await search.unblock(turn.tx, found.id, turn.actor, turn.now)
    turn.touched.add(found.id)
    turn.reply("unblock.done", number=str(found.id))


async def look_up(turn: Turn, said: str) -> int | None:
    """The number of the person whom these words mean: a code, a phone number, an account, «#12»."""
    found = await _find(turn, said)
    return found.id if found else None


async def _find(turn: Turn, said: str = "") -> FoundPerson | None:
    """The person meant. Audited, without what was typed."""
    said = said or turn.rest
    person_id = await search.person_of(turn.tx, said, _phone(said))
    found = await search.person(turn.tx, person_id) if person_id is not None else None
    seen = f"person:{found.id}" if found else "nobody"
    await turn.note("find", seen)
    return found


def _phone(said: str) -> str:
    return read_phone(said).value or ""


def _mask(name: str) -> str:
    """«N. T. T.»: enough to recognise somebody whose name one knows."""
    return " ".join(f"{word[0]}." for word in name.split())


def _roles(found: FoundPerson) -> list[Words]:
    return [Text(f"role.{role}") for role in found.roles] or [Text("role.resident")]
