"""Officers keep the humanitarian addresses: survey, verify, have a second officer approve, show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.dialog.fields import Choice, Hidden
from bot.dialog.forms import Form
from bot.message import Option, Reply, Text
from bot.turn.router import Router
from bot.turn.turn import Redraw, Turn
from bot.vietnamese.phone import mask_phone
from bot.vietnamese.yes_no import read_yes_no
from handlers.arguments import read_code
from handlers.buttons import DESK, last_dangers, open_card, write_to
from handlers.names import amount_of
from handlers.officers.access import tell_who, yours
from handlers.officers.addresses.public import find_disclosed_by
from handlers.officers.appeals import on_card
from handlers.officers.colleagues.noting import show_last
from handlers.officers.colleagues.takings import WAITING, show_holder
from handlers.officers.own import note_act, show_own
from handlers.officers.reveal import reveal
from handlers.officers.volunteers import WHY
from handlers.threads import see_thread
from storage.aid import addresses, changes, dossiers, threads
from storage.aid.addresses import Need
from storage.aid.changes import AddressChange
from storage.aid.colleagues.notes import Subject
from storage.aid.dossiers import KeptAddress
from storage.aid.households import duplicates
from storage.aid.threads import Matter
from storage.rights import spoken

router = Router("dossiers", role="officer")

open_address = partial(open_card, "address")


def open_change(number: int) -> Option:
    """What shows old and new of a change that was asked for."""
    return Option(f"/desk change {number}", Text("command.desk.change.title"))


class OpenDossier(Form, name="opendossier", review=False):
    """Why an officer must know who and where they are."""

    code = Hidden()
    why = Choice(WHY)


@router.command("desk address", listed=False)
async def card(turn: Turn) -> None:
    """One address as officers see it, and what comes next."""
    kept = await find(turn)
    if kept is not None:
        await show(turn, kept.code)


@router.command("desk verify", listed=False)
async def verify(turn: Turn) -> None:
    """Say that what the survey found is true."""
    kept = await find(turn)
    if kept is not None and await take_step(turn, kept, "verified"):
        turn.reply("address.verified", [open_address(kept.code), DESK], code=kept.code)
        turn.tell_officers(
            "address.notice.verified",
            [open_address(kept.code)],
            unit_id=kept.unit_id,
            about=f"address:{kept.code}",
            sparing=turn.person.id,
            code=kept.code,
        )


@router.command("desk consent", listed=False)
async def consent(turn: Turn) -> None:
    """«/desk consent CODE yes|no»: whether the household agrees to be shown; a no hides it at once."""
    kept = await find(turn, read_code(turn.rest))
    if kept is None:
        return
    given = read_yes_no(turn.rest.partition(" ")[2]).value
    if given is None:
        options = [*(_consents(kept.code, answer) for answer in ("yes", "no")), DESK]
        return turn.reply("address.which_consent", options, code=kept.code)
    await dossiers.consent(turn.tx, kept, given)
    await turn.note("consent" if given else "no_consent", f"address:{kept.code}")
    await show(turn, kept.code)


@router.command("desk dossier", opens=True, listed=False)
async def dossier(turn: Turn) -> None:
    kept = await find(turn)
    if kept is not None:
        turn.begin(OpenDossier, code=kept.code)


@router.done(OpenDossier)
async def open_dossier(turn: Turn, form: OpenDossier) -> None:
    """Who and where they are, after it was written down who wanted to know, and why."""
    kept = await find(turn, form.code)
    if kept is None:
        return
    if not await reveal(turn, f"address:{kept.code}", why=form.why):
        return
    who = await dossiers.dossier(turn.tx, kept)
    if who is None:
        return turn.reply("dossier.empty", [open_address(kept.code), DESK])
    turn.reply(
        "dossier.shown",
        [open_address(kept.code), DESK],
        private=True,
        code=kept.code,
        name=who.full_name,
        house=who.house,
        phone=who.phone or None,
        birth_year=str(who.birth_year or "") or None,
        guardian=who.guardian or None,
    )


def proposed(kept: KeptAddress) -> Matter:
    """The household as what somebody proposed; one that an officer added is nobody's."""
    return Matter("address", kept.code, kept.proposed_by or 0, kept.unit_id)


async def find(turn: Turn, code: str = "") -> KeptAddress | None:
    return await yours(turn, "address", dossiers.find, code)


async def may_end(turn: Turn, state: str) -> KeptAddress | None:
    """The address that the line names, if it may come into this state; otherwise she is answered already."""
    kept = await find(turn)
    if kept is not None and kept.state not in dossiers.STEPS[state]:
        not_now(turn, kept)
        return None
    return kept


async def take_step(turn: Turn, kept: KeptAddress, state: str, *, reason: str = "") -> bool:
    """Take the step; of two officers who take one at the same instant one is told."""
    if not await dossiers.step(turn.tx, kept, state, turn.person.id, turn.now, reason=reason):
        not_now(turn, await dossiers.find(turn.tx, kept.code, None) or kept)  # another officer was faster
        return False
    await note_step(turn, kept, state)
    return True


async def note_step(turn: Turn, kept: KeptAddress, state: str, **details: object) -> None:
    """Write the step down; the messages that show this address to others say it, and lose their buttons."""
    matter = proposed(kept) if kept.state in (*WAITING, "refused") else Matter("address", kept.code, 0, kept.unit_id)
    await note_act(turn, state, matter, **details)
    text = Text("address.redraw", {"code": kept.code, "state": Text(f"address.state.{state}")})
    turn.notices.append(Redraw(f"address:{kept.code}", text, picture=kept.picture, quiet=True))


def not_now(turn: Turn, kept: KeptAddress) -> None:
    state = Text(f"address.state.{kept.state}")
    turn.reply("address.not_now", [open_address(kept.code), DESK], code=kept.code, state=state)


async def show(turn: Turn, code: str) -> None:
    """The card, as it stands now, with what may be done."""
    kept = await dossiers.find(turn.tx, code, None)
    assert kept is not None
    notes = await show_last(turn, Subject("address", kept.code, None))
    decides = not (kept.state in WAITING and await show_own(turn, proposed(kept), [kept.verified_by]))
    holds = await show_holder(turn, "address", kept.code) if kept.state in WAITING else []
    holds += notes
    wanted = await addresses.needs_of(turn.tx, kept.id)
    who = await dossiers.dossier(turn.tx, kept)
    seen = bool(kept.shown_name)
    said = await threads.on(turn.tx, "address", kept.code)
    appealed, opens = await on_card(turn, "address", kept.code)
    if kept.state == "refused" and not opens and await _wrote_for(turn, kept):
        opens = [Option(f"/desk appealfor {kept.code}", Text("command.desk.appealfor.title"))]
    asked = await changes.waiting(turn.tx, kept.id)
    text = Text(
        "address.officer_card",
        {
            "code": kept.code,
            "state": _state(kept),
            "verified": await _who(turn, kept.verified_by, kept.verified_at),
            "decided": await _who(turn, kept.decided_by, kept.decided_at),
            "appeal": appealed[0] if appealed else None,
            "commune": kept.unit_name,
            "name": kept.shown_name or Text("address.unnamed"),
            "category": Text(f"address.category.{kept.category}") if seen else None,  # nobody was there yet
            "n": kept.people_count if seen else None,
            "story": kept.story,
            "phone": mask_phone(who.phone) if who and who.phone else Text("not_noted"),
            "consent": Text("yes" if kept.consented else "no"),
            "needs": [_figures(need) for need in wanted] or Text("address.no_needs"),
            "words": await find_disclosed_by(turn, kept) or None,
            "changes": [_asked(change, wanted) for change in asked] or None,
        },
    )
    turn.replies.append(
        Reply(
            text,
            last_dangers(
                [
                    *opens,
                    *(open_change(change.id) for change in asked),
                    *_acts(kept, turn.now, holds, said=bool(said), decides=decides),
                ]
            ),
            picture=kept.picture,
            about=f"address:{kept.code}",
            quote=kept.story,
        )
    )


async def _wrote_for(turn: Turn, kept: KeptAddress) -> bool:
    """Whether she wrote this down for somebody without a phone, who has not come herself."""
    noted = None if kept.proposed_by is None else await spoken.of_person(turn.tx, kept.proposed_by)
    return noted is not None and noted.noted_by == turn.person.id


def _state(kept: KeptAddress) -> Text:
    """Its state, and why where an officer gave a reason."""
    state = Text(f"address.state.{kept.state}")
    return Text("address.state_why", {"state": state, "why": kept.reason}) if kept.reason else state


async def _who(turn: Turn, by: int | None, at: datetime | None) -> Text | None:
    """Who did it, and when; nothing where nobody did."""
    return None if by is None or at is None else await tell_who(turn, by, at)


def _asked(change: AddressChange, wanted: Sequence[Need]) -> Text:
    """What a change that waits is about."""
    need = next((need.what for need in wanted if need.id == change.need_id), "")
    return Text(f"address.change.what.{change.what}", {"need": need})


def _figures(need: Need) -> Text:
    """Needed, promised and arrived, each a figure of its own."""
    names = ("amount", "promised", "awaiting", "arrived", "missing")
    figures = {name: amount_of(getattr(need, name), need.kind, need.measure) for name in names}
    if need.ended_at is not None:
        return Text("need.figures_ended", {"what": need.what, **figures})
    return Text("need.figures_awaiting" if need.awaiting else "need.figures", {"what": need.what, **figures})


def _consents(code: str, answer: str) -> Option:
    return Option(f"/desk consent {code} {answer}", Text(f"address.consent.{answer}"))


def _acts(kept: KeptAddress, now: datetime, holds: Sequence[Option], *, said: bool, decides: bool) -> list[Option]:
    """What comes next, then what may be done besides; what ends it stands last. ``decides``: whether she may say yes or no."""
    until = duplicates.parts_until(kept.joined)
    acts, ends = {
        "proposed": (("survey",), ("duplicate", "refuse")),
        "surveyed": (("verify", "need", "picture", "survey"), ("duplicate", "refuse")),
        "verified": (("accept", "need", "picture", "survey"), ("duplicate", "refuse")),
        "approved": (("brought", "promise", "correct", "need", "picture", "share", "pause"), ("duplicate", "close")),
        "paused": (("accept", "brought", "correct", "need", "picture"), ("duplicate", "close")),
        "refused": (("revive",), ()),
        "closed": (("revive",), ()),
        "duplicate": (("apart",) if until and now <= until else (), ()),
    }.get(kept.state, ((), ()))
    if not decides:
        acts, ends = tuple(act for act in acts if act != "accept"), ("duplicate",)
    options = [Option(f"/desk {act} {kept.code}", Text(f"command.desk.{act}.title")) for act in acts]
    answer = "no" if kept.consented else "yes"
    if kept.state in dossiers.SURVEYABLE or kept.state == "approved":
        options.append(_consents(kept.code, answer))
    options.append(Option(f"/desk dossier {kept.code}", Text("command.desk.dossier.title")))
    options += [write_to(kept.code)] if kept.proposed_by is not None else []
    options += [see_thread(kept.code)] if said else []
    options += holds
    dangers = [Option(f"/desk {act} {kept.code}", Text(f"command.desk.{act}.title"), sense="danger") for act in ends]
    return [*options, DESK, *dangers]
