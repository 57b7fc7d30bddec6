"""Requests of people about their data: by what is due first; answer, do, or refuse with a reason; the proof."""

from __future__ import annotations

import re

from bot.dialog.fields import Hidden, Line, Phrase, Story
from bot.dialog.forms import Form
from bot.message import Option, Reply, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import MENU, MY
from handlers.requests import named, open_request, tell_proof
from handlers.threads import hear
from storage.figures import search
from storage.rights import erase, requests
from storage.rights.requests import RightsRequest

router = Router("requests", role="admin")

MOST = 8
"""Requests with a button."""
PAGE = 10
BACK = Option("/requests", Text("command.requests.title"))
NEW = Option("/requests new", Text("command.requests.new.title"))
CLOSED = Option("/requests closed", Text("command.requests.closed.title"))


class AnswerRequest(Form, name="answerrequest", review=False):
    """What is answered; she reads it at once, if she has an account."""

    number = Hidden()
    said = Story(least=3, most=1000).in_full()

    def words(self) -> dict[str, object]:
        return {"number": self.number or ""}


class CloseRequest(Form, name="closerequest", review=False):
    """What was done, or why it is not; she reads it, too."""

    number = Hidden()
    state = Hidden()
    why = Line(least=3, most=500).in_full()

    def words(self) -> dict[str, object]:
        return {"what": Text(f"closerequest.what.{self.state}", {"number": self.number or ""})}


class EraseAsked(Form, name="eraseasked", review=False):
    """The one question before somebody is erased who asked for it."""

    number = Hidden()
    person = Hidden()
    phrase = Phrase()

    def words(self) -> dict[str, object]:
        return {"number": self.number or "", "person": self.person or ""}


@router.command("requests")
async def show(turn: Turn) -> None:
    """What waits, by what is due first."""
    waiting = await requests.waiting(turn.tx)
    if not waiting:
        return turn.reply("request.none", [NEW, CLOSED, MENU])
    lines = [_line(turn, one) for one in waiting[:PAGE]]
    turn.reply("request.list", [*map(open_request, waiting[:MOST]), NEW, CLOSED, MENU], n=len(waiting), lines=lines)


@router.command("requests closed", after=re.compile(r"(p[0-9]{1,4})?"))
async def show_closed(turn: Turn) -> None:
    """Those that are closed, the newest first."""
    page = max(int(turn.rest[1:] or 1), 1)
    found, total = await requests.ended(turn.tx, (page - 1) * PAGE, PAGE)
    if not found:
        return turn.reply("request.none_closed", [BACK, MENU])
    more = [Option(f"/requests closed p{page + 1}", Text("request.more"))] if page * PAGE < total else []
    lines = [Text("request.line.closed", {**named(one), "state": _state(one)}) for one in found]
    turn.reply("request.closed", [*map(open_request, found[:MOST]), *more, BACK, MENU], n=total, lines=lines)


@router.command("requests answer", opens=True, listed=False)
async def answer(turn: Turn) -> None:
    """Answer the one with this number."""
    request = await _find_open(turn)
    if request is None:
        return
    if request.answered_at is not None:
        return turn.reply("request.answered_already", [open_request(request), BACK], **named(request))
    turn.begin(AnswerRequest, number=str(request.id))


@router.done(AnswerRequest)
async def send_answer(turn: Turn, form: AnswerRequest) -> None:
    request = await requests.find_locked(turn.tx, int(form.number))
    if request is None or not await requests.answer(turn.tx, request, form.said, turn.now, by=turn.person.id):
        return _too_late(turn, form.number)
    _tell(turn, request, "request.told.answer", said=form.said)
    turn.reply("request.answered", [open_request(request), BACK], told=await _told(turn, request), **named(request))


@router.command("requests done", opens=True, listed=False)
async def done(turn: Turn) -> None:
    """The one with this number is done: what was done?"""
    await _ask_why(turn, "done")


@router.command("requests refuse", opens=True, listed=False)
async def refuse(turn: Turn) -> None:
    """The one with this number is not done: why not?"""
    await _ask_why(turn, "refused")


@router.done(CloseRequest)
async def close(turn: Turn, form: CloseRequest) -> None:
    request = await requests.find_locked(turn.tx, int(form.number))
    if request is None or not await requests.close(turn.tx, request, form.state, form.why, turn.now, by=turn.person.id):
        return _too_late(turn, form.number)
    _tell(turn, request, f"request.told.{form.state}", why=form.why)
    turn.reply(
        f"request.closed.{form.state}", [open_request(request), BACK], told=await _told(turn, request), **named(request)
    )


@router.command("requests erase", opens=True, dangerous=True, listed=False)
async def ask_erase(turn: Turn) -> None:
    """Erase the person who asked for it, once it is sure."""
    request = await _find_open(turn)
    if request is not None and await _may_erase(turn, request):
        turn.begin(EraseAsked, number=str(request.id), person=str(request.person_id))


@router.done(EraseAsked, dangerous=True)
async def erase_asked(turn: Turn, form: EraseAsked) -> None:
    """Who may is looked at again: she may have been appointed or erased meanwhile, and the request taken back."""
    request = await requests.find_locked(turn.tx, int(form.number))
    if request is None or request.state != "open" or str(request.person_id) != form.person:
        return _too_late(turn, form.number)
    if not await _may_erase(turn, request):
        return
    assert request.person_id is not None
    await erase.forget(turn.tx, request.person_id, turn.now, source="office", by=turn.person.id)
    turn.touched.add(request.person_id)
    turn.tell_admins("request.erased.told", [open_request(request)], **named(request))
    turn.reply("request.erased", [_proof(request), BACK], **named(request))


@router.command("requests proof", listed=False)
async def proof(turn: Turn) -> None:
    """When it was asked, answered and done, for who must show it."""
    request = await _find(turn)
    if request is None:
        return
    await turn.note("rights_proof", f"request:{request.id}")
    turn.reply(Reply(await tell_proof(turn, request), (open_request(request), BACK)))


@router.command("requests show", listed=False)
async def show_one(turn: Turn) -> None:
    """All of the one with this number; that somebody looked is noted, since it may tell who asked and why."""
    request = await _find(turn)
    if request is None:
        return
    await turn.note("rights_looked", f"request:{request.id}")
    entered = Text("staff.unnamed", {"number": str(request.entered_by)}) if request.entered_by else None
    text = Text(
        "request.card",
        {
            **named(request),
            "who": _who(request),
            "source": Text(f"request.source.{request.source}"),
            "entered": entered,
            "asked": request.asked_at,
            "said": request.said or None,
            "due": _due(turn, request),
            "answered": request.answered_at,
            "answer": request.answer or None,
            "state": None if request.state == "open" else _state(request),
            "why": request.why or None,
        },
    )
    turn.reply(Reply(text, (*_acts(request), _proof(request), BACK)))


def _acts(request: RightsRequest) -> list[Option]:
    if request.state != "open":
        return []
    acts = [*([] if request.answered_at else ["answer"]), "done", "refuse"]
    options = [Option(f"/requests {act} {request.id}", Text(f"command.requests.{act}.title")) for act in acts]
    if request.kind == "erase" and request.person_id is not None:
        title = Text("command.requests.erase.title")
        options.append(Option(f"/requests erase {request.id}", title, sense="danger"))
    return options


def _proof(request: RightsRequest) -> Option:
    return Option(f"/requests proof {request.id}", Text("command.requests.proof.title"))


def _line(turn: Turn, request: RightsRequest) -> Text:
    who = Text("request.no_account") if request.who and not request.person_id else _person(request)
    return Text("request.line", {**named(request), "who": who, "due": _due(turn, request)})


def _who(request: RightsRequest) -> Words:
    """What was written of her at the office, or the number of her account."""
    return request.who or _person(request)


def _person(request: RightsRequest) -> Text:
    if request.person_id is None:
        return Text("request.erased_one")
    return Text("staff.unnamed", {"number": str(request.person_id)})


def _due(turn: Turn, request: RightsRequest) -> Text | None:
    """What is to be done until when, and whether that is over."""
    if request.due is None:
        return None
    step, until = request.due
    return Text(f"request.due.{step}.late" if turn.now > until else f"request.due.{step}", {"until": until})


def _state(request: RightsRequest) -> Text:
    return Text(f"request.state.{request.state}", {"at": request.closed_at})


async def _find(turn: Turn) -> RightsRequest | None:
    """The one with this number; if there is none, the admin is told."""
    number = turn.rest.strip("# ")
    found = await requests.find(turn.tx, int(number[:15])) if number.isdecimal() else None
    if found is None:
        turn.reply("request.unknown", [BACK, NEW])
    return found


async def _find_open(turn: Turn) -> RightsRequest | None:
    request = await _find(turn)
    if request is not None and request.state != "open":
        _too_late(turn, str(request.id))
        return None
    return request


async def _ask_why(turn: Turn, state: str) -> None:
    request = await _find_open(turn)
    if request is not None:
        turn.begin(CloseRequest, number=str(request.id), state=state)


async def _may_erase(turn: Turn, request: RightsRequest) -> bool:
    """Whether there is somebody to erase, who is none of the staff; if not, she is told why."""
    found = await search.person(turn.tx, request.person_id) if request.person_id is not None else None
    if request.kind != "erase" or found is None:
        turn.reply("request.erase.nobody", [open_request(request), BACK])
        return False
    if found.roles:
        turn.reply("request.erase.staff", [open_request(request), BACK])
        return False
    return True


def _tell(turn: Turn, request: RightsRequest, key: str, **said: object) -> None:
    """Tell who asked, if she can be told here."""
    if request.person_id is not None:
        turn.tell(request.person_id, key, [MY], **named(request), **said)


async def _told(turn: Turn, request: RightsRequest) -> Text:
    return Text("request.is_told" if await hear(turn, [request.person_id]) else "request.tell_her")


def _too_late(turn: Turn, number: str) -> None:
    turn.reply("request.settled", [Option(f"/requests show {number}", Text("request.see")), BACK], number=number)
