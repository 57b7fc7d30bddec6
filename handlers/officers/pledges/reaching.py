"""Officers get in touch with whoever pledged: in writing, which comes back to them, or by the phone that she left."""

from __future__ import annotations

from bot.dialog.fields import Hidden, Story
from bot.dialog.forms import Form
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.phone import show_phone
from handlers.buttons import DESK, open_card
from handlers.officers.access import yours
from handlers.officers.pledges.card import matter_of
from handlers.threads import named, reply_to
from storage.aid import pledges, threads
from storage.aid.pledges import FullPledge

router = Router("reaching", role="officer")


class WritePledger(Form, name="writepledger", review=False):
    """What an officer writes to whoever pledged; where something was said already, it is an answer in that thread."""

    code = Hidden()
    said = Story(least=2, most=1500).in_full()


@router.command("desk write", opens=True, listed=False)
async def write(turn: Turn) -> None:
    """Write to whoever made a pledge; she can answer, and her answer comes to the officers."""
    pledge = await _find(turn)
    if pledge is None:
        return
    if await threads.on(turn.tx, "pledge", pledge.code):
        turn.next = f"/desk answer {pledge.code}"
        return
    turn.begin(WritePledger, code=pledge.code)


@router.done(WritePledger)
async def send(turn: Turn, form: WritePledger) -> None:
    pledge = await _find(turn, form.code)
    if pledge is None:
        return
    thread = await threads.turn_to(turn.tx, matter_of(pledge), turn.now)
    await threads.answer(turn.tx, thread, turn.person.id, form.said, turn.now, settles=False)
    await turn.note("write", f"pledge:{pledge.code}")
    turn.tell(pledge.person_id, "thread.told.first", [reply_to(thread.code)], said=form.said, **named(thread))
    turn.reply("pledge.written", [open_card("pledge", pledge.code), DESK], code=pledge.code)


@router.command("desk call", listed=False)
async def call(turn: Turn) -> None:
    """The phone number that was left with a pledge, after it was written down who looked."""
    pledge = await _find(turn)
    if pledge is None:
        return
    phone = await pledges.phone_of(turn.tx, pledge.code)
    if not phone:
        return turn.reply("pledge.no_phone", [open_card("pledge", pledge.code), DESK], code=pledge.code)
    await turn.note("reveal", f"pledge:{pledge.code}", why="pledge")
    shown = [open_card("pledge", pledge.code), DESK]
    turn.reply("pledge.phone.shown", shown, private=True, code=pledge.code, phone=show_phone(phone))


async def _find(turn: Turn, code: str = "") -> FullPledge | None:
    return await yours(turn, "pledge", pledges.find, code)
