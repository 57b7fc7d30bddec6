"""Officers get in touch with whoever pledged, shared a deed, proposed a household or is a volunteer: in writing, which comes
back to them; or with a giver by the phone that was left."""

from __future__ import annotations

from collections.abc import Collection

from bot.dialog.fields import Choice, Hidden, Known
from bot.dialog.forms import Form
from bot.message import Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.phone import show_phone
from handlers.arguments import read_code, read_number
from handlers.buttons import DESK, open_card
from handlers.officers.access import reach, yours
from handlers.officers.answer import AnswerQuestion, Saying, is_ready, ready_for
from handlers.officers.pledges.card import matter_of
from handlers.officers.reveal import reveal
from handlers.threads import about, card_of, named, reply_to
from storage.aid import dossiers, pledges, reviews, threads, volunteers
from storage.aid.threads import Matter
from storage.database import Tx
from storage.talk import people

router = Router("reaching", role="officer")


class WriteTo(Form, name="writeto", review=False):
    """What an officer writes first on a matter; where something was said already, it is an answer in that thread."""

    kind = Hidden()
    code = Hidden()
    ready = Known()
    said = Saying().voids("look")
    look = Choice(("send", "write")).when(is_ready)

    def words(self) -> dict[str, object]:
        said = self.answers.get("said") or ""
        return {"matter": Text(f"thread.about.{self.kind}", {"code": self.code}), "said": said}


@router.command("desk write", opens=True, listed=False)
async def write(turn: Turn) -> None:
    """Write to the person behind a pledge, a deed or a proposed household; what she answers comes to the officers."""
    matter = await _find(turn)
    if matter is None:
        return
    if await threads.on(turn.tx, matter.kind, matter.code):
        turn.next = f"/desk answer {matter.code}"
        return
    named = str(matter.person_id) if matter.kind == "volunteer" else matter.code
    turn.begin(WriteTo, kind=matter.kind, code=named, ready=await ready_for(turn, matter.person_id))


@router.done(WriteTo)
async def send(turn: Turn, form: WriteTo) -> None:
    """Send it; if another officer wrote meanwhile, ask as for an answer whether this goes too."""
    matter = await _find(turn, form.code)
    if matter is None:
        return
    if form.look == "write":
        return turn.reopen(form, "said")
    thread = await threads.turn_to(turn.tx, matter, turn.now)  # an officer who writes at this instant waits here
    said = await threads.messages(turn.tx, thread.id)
    if other := next((message.said for message in reversed(said) if message.by_officers), ""):
        seen = str(said[-1].id)
        return turn.begin(
            AnswerQuestion, "anyway", code=thread.code, seen=seen, question="", other=other, said=form.said
        )
    await threads.answer(turn.tx, thread, turn.person.id, form.said, turn.now, settles=False)
    await turn.note("write", f"{matter.kind}:{thread.code}")
    turn.tell(matter.person_id, "thread.told.first", [reply_to(thread.code)], said=form.said, **named(thread))
    turn.reply("reach.written", [card_of(matter), DESK], matter=about(matter))


@router.command("desk call", listed=False)
async def call(turn: Turn) -> None:
    """The phone number that was left with a pledge, after it was written down who looked."""
    pledge = await yours(turn, "pledge", pledges.find)
    if pledge is None:
        return
    phone = await pledges.phone_of(turn.tx, pledge.code)
    if not phone:
        return turn.reply("pledge.no_phone", [open_card("pledge", pledge.code), DESK], code=pledge.code)
    if not await reveal(turn, f"pledge:{pledge.code}", why="pledge"):
        return
    shown = [open_card("pledge", pledge.code), DESK]
    turn.reply("pledge.phone.shown", shown, private=True, code=pledge.code, phone=show_phone(phone))


async def find_matter(tx: Tx, code: str, within: Collection[int] | None) -> Matter | None:
    """The pledge, deed or proposed household with this code in these units (None: anywhere), or the volunteer with this
    number, and whose it is; a household that nobody proposed is nobody's."""
    if (number := read_number(code, digits=15)) is not None:
        volunteer = await volunteers.find_registered(tx, number, within)
        return None if volunteer is None else Matter("volunteer", code, number, volunteer.unit_id)
    if (pledge := await pledges.find(tx, code, within)) is not None:
        return matter_of(pledge)
    if (report := await reviews.find(tx, code, within)) is not None:
        return Matter("deed", report.code, report.person_id, report.unit_id)
    kept = await dossiers.find(tx, code, within)
    if kept is None or kept.proposed_by is None:
        return None
    return Matter("address", kept.code, kept.proposed_by, kept.unit_id)


async def _find(turn: Turn, code: str = "") -> Matter | None:
    """The matter that the line names, if its person can be written to; otherwise it is answered."""
    kept = await dossiers.find(turn.tx, code or read_code(turn.rest), await reach(turn))
    if kept is not None and kept.proposed_by is None:
        turn.reply("reach.no_proposer", [open_card("address", kept.code), DESK], code=kept.code)
        return None
    matter = await yours(turn, "matter", find_matter, code)
    if matter is not None and matter.kind == "volunteer":
        matter = await threads.with_volunteer(turn.tx, turn.campaign.prefix, matter.person_id, matter.unit_id)
    if matter is None or await people.reachable(turn.tx, [matter.person_id]):
        return matter
    turn.reply("reach.nobody", [card_of(matter), DESK], matter=about(matter))
    return None
