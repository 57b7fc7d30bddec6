"""Decide what one message is, a command, an answer or plain words, and let the right code answer it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from bot.dialog import lead
from bot.dialog.choose import turned, understand
from bot.dialog.course import LEAVE
from bot.dialog.fields import ELSEWHERE, Commune, Photos, Story, Voices
from bot.dialog.fields.languages import LanguageChoice, languages_in
from bot.dialog.fields.words import unread
from bot.dialog.forms import Form
from bot.dialog.orders import HOME, MORE, ORDERS
from bot.message import LATER, Heard, Option, Reply, Text, changed
from bot.receive.guess import guess, urgent
from bot.receive.lock import asked, asks_secret, hide, holds_private_key, is_command, is_locked, line_of
from bot.turn.routes import Command
from bot.turn.turn import THIS, Turn
from bot.vietnamese.fold import exact, fold
from bot.vietnamese.phone import read_phone
from locales import phrases
from storage.files import pictures
from storage.talk import people
from storage.talk.sessions import CONFIRMED_FOR

START, MENU, CONSENT, CONFIRM, LANGUAGE = "start", "menu", "consent", "confirm", "language"
MOST_REPEATED = 60
"""Characters of what somebody typed that are said again."""
OFFERED = 8
"""So many choices can still be taken in at a glance."""


@cache
def orders() -> dict[str, str]:
    """What is typed to cancel, go back or skip, in every language; without marks too, where that is no other word."""
    strict = {exact(phrase) for phrase in phrases("order.strict.words")}
    said = [(phrase, order) for order in ORDERS for phrase in phrases(f"order.{order.removeprefix('+')}.words")]
    folded = {exact(fold(phrase)): order for phrase, order in said if exact(phrase) not in strict}
    return folded | {exact(phrase): order for phrase, order in said}


async def converse(turn: Turn) -> None:
    """Answer one message. Everything it causes is in the turn's transaction and in the turn's replies."""
    if turn.heard.event:
        return await _happened(turn)
    if turn.heard.contact and "take_part" in turn.person.consents and (phone := read_phone(turn.heard.contact).value):
        await people.vouch_for_phone(turn.tx, turn.account.id, phone)
    turn.heard = heard = understand(turn.heard, turn.place, orders(), turn.choices)
    if holds_private_key(heard):
        await hide(turn)
        turn.reply("private_key")
        return turn.ask_again()
    if secret := asks_secret(turn):
        await hide(turn)
    if is_locked(turn):
        if (danger := urgent(turn)) is not None:
            await danger.handler(turn)
        return await _prove(turn, line_of(turn))
    if heard.sheet is not None and (for_sheets := turn.routes.for_sheets):
        return await command(turn, f"/{for_sheets.name}")
    if turn.account.new and not is_command(heard):
        return await command(turn, f"/{START}")
    if heard.picture.startswith(LATER) and not (turn.place and turn.place.form == CONSENT):
        return await _agree_first(turn)
    if heard.pressed == MORE and turn.place is not None:
        options = tuple(turned(turn.place, turn.choices))
        return turn.reply(Reply(Text("more.rest"), options, lettered=turn.place.lettered))
    if heard.pressed:
        turn.recall()
        heard = turn.heard
    if is_command(heard):
        return await command(turn, heard.pressed or heard.text)
    if turn.place is not None and turn.place.form in turn.routes.dialogs:
        if secret:
            return await _answer(turn, turn.place, heard)
        if not heard.picture and (meant := _meant_besides(turn, turn.place, heard)):
            return await command(turn, f"/{meant.name}")
        if (danger := urgent(turn)) is not None:
            await danger.handler(turn)
            if not _tells(turn):
                return turn.ask_again()
        if heard.voice and (for_voices := turn.routes.for_voices) and not _is_about_voices(turn, turn.place):
            passes_on = Option(f"/{for_voices.name}", Text(f"{for_voices.key}.title"))
            return turn.ask_again(Text("voice.at_question"), [passes_on])  # it can be passed on
        return await _answer(turn, turn.place, heard)
    await _out_of_the_blue(turn, heard)


async def command(turn: Turn, line: str) -> None:
    """Carry out a command line such as «/pledge DC-0007», if this person may."""
    found, name, turn.rest = turn.routes.split(line.strip().removeprefix("/"), turn.person.has_role)
    if found is None:
        return await _unknown(turn, name)
    found, turn.rest = turn.routes.narrowed(found, turn.rest)
    if not turn.person.has_role(found.role):
        await turn.refuse(f"/{found.name}")
        return await _unknown(turn, name)
    for_itself = turn.rest in ("", THIS) or found.wide or found.takes(turn.rest)
    if not for_itself and (subcommands := turn.routes.below(found)):
        return _which(turn, subcommands)
    if found.after is not None and found.after.fullmatch(turn.rest) is None:
        return turn.reply(
            "unknown_argument", [Option(f"/{found.name}", Text(f"{found.key}.title"))], said=turn.rest[:MOST_REPEATED]
        )
    if found.campaign and not turn.campaign.active:
        return _closed(turn)
    if _must_ask_first(turn, found):
        return _ask_to_leave(turn, line)
    if not found.unproved and turn.proof_older_than(turn.FRESH if found.dangerous else CONFIRMED_FOR):
        return await _prove(turn, line)
    theirs = found.for_others and turn.person.has_role("officer")
    if found.consent and found.consent not in turn.person.consents and not theirs:
        turn.rest = line
        found = turn.routes.commands[CONSENT]
    was = turn.place
    await found.handler(turn)
    if not found.opens and turn.place is was and not turn.next:
        turn.ask_again()
    await _go_on(turn)


async def _go_on(turn: Turn, line: str = "") -> None:
    """Carry out the command line, or answer the words, that come next, if there are any."""
    line, turn.next = turn.next or line, ""
    if line and not line.startswith("/"):
        line = turn.routes.line(line, turn.person.has_role) or await guess(turn, line)
    if line:
        await command(turn, line)


async def _agree_first(turn: Turn) -> None:
    """A photo that was not fetched: whoever has agreed meanwhile has it fetched, everybody else is asked first."""
    if "take_part" in turn.person.consents:
        turn.photos.append(turn.heard.picture)
    elif for_photos := turn.routes.for_photos:
        await command(turn, f"/{for_photos.name}")


async def _answer(turn: Turn, place: lead.Place, heard: Heard) -> None:
    led = turn.routes.dialogs[place.form]
    if not turn.person.has_role(led.role):  # it was taken away while the form was open
        await turn.refuse(place.form)
        turn.place = None
        return await _unknown(turn, place.form)
    step = lead.resume(led.form, place, heard, turn.facts)
    if step.unread and (meant := _named_besides(turn, place, heard)):
        return await command(turn, f"/{meant.name}")
    if step.done is not None and led.campaign and not turn.campaign.active:
        return _closed(turn, place.form)  # it stays open where it is, with every answer
    if step.done is not None and led.dangerous and turn.proof_older_than(3 * turn.FRESH):
        return await _prove(turn)  # it stays open where it is
    if step.done is not None and (gone := await _swept(turn, step.done)):
        turn.reply("photo.gone")
        return turn.reopen(step.done, gone)
    if step.done is not None and (gone := _gone_commune(turn, step.done)):
        turn.reply("unit.no_longer")
        return turn.reopen(step.done, gone)
    turn.follow(step)
    if turn.held_back and turn.place is not None and not step.replies:
        turn.ask_again()
        turn.joined = step.joined
        return
    if step.done is not None:
        await led.finish(turn, step.done)
    elif turn.place is None and not step.next and led.left is not None:
        await led.left(turn, place.answers or {})
    if turn.place is None and not turn.next and not step.next:
        _lead_on(turn)
        await turn.routes.rest(turn)
    await _go_on(turn, "" if step.done is not None else step.next)


def _meant_besides(turn: Turn, place: lead.Place, heard: Heard) -> Command | None:
    """The command that these words stand for although a question is open: one that is always heard; and whoever is asked
    for consent may look around instead, and read first what is kept."""
    said = turn.routes.said(heard.text, turn.person.has_role)
    if said is None:
        return _language_meant(turn, heard)
    if said.name == place.form or (said.name == LANGUAGE and _asks_language(turn, heard)):
        return None
    looks = place.form == CONSENT and not heard.pressed and not said.consent
    return said if said.always or looks else None


def _named_besides(turn: Turn, place: lead.Place, heard: Heard) -> Command | None:
    """The command that words name which are no answer to the open question: «trợ giúp», «hỏi cán bộ», «trang chính»."""
    if heard.pressed or heard.picture or place.asking == LEAVE:
        return None
    said = turn.routes.said(heard.text, turn.person.has_role)
    return None if said is None or said.name in (START, place.form) else said


def _lead_on(turn: Turn) -> None:
    """After the end of a form there is a next step: the menu, unless something better is offered, or comes by itself."""
    if turn.replies and not (turn.farewell or turn.photos) and not any(reply.options for reply in turn.replies):
        turn.replies[-1] = changed(turn.replies[-1], options=(Option(HOME, Text(f"command.{MENU}.title")),))


def _language_meant(turn: Turn, heard: Heard) -> Command | None:
    """A sentence that asks for another language («english please»), where no story is told."""
    if heard.pressed or len(languages_in(heard.text)) != 1 or isinstance(asked(turn), Story):
        return None
    if _asks_language(turn, heard):
        return None
    return turn.routes.commands[LANGUAGE] if turn.understand(heard.text).sure == LANGUAGE else None


def _asks_language(turn: Turn, heard: Heard) -> bool:
    """Whether a language that is named answers the open question."""
    return isinstance(asked(turn), LanguageChoice) and len(languages_in(heard.text)) == 1


def _tells(turn: Turn) -> bool:
    """Whether the message tells a story, which is kept even if it has to be answered first."""
    return bool(turn.heard.picture) or isinstance(asked(turn), Story)


async def _prove(turn: Turn, line: str = "") -> None:
    """First she proves who she is; then the line is carried out, or the form goes on that is open."""
    turn.rest = line
    await turn.routes.commands[CONFIRM].handler(turn)


def _is_about_voices(turn: Turn, place: lead.Place) -> bool:
    return any(isinstance(field, Voices) for field in turn.routes.dialogs[place.form].form.fields.values())


async def _swept(turn: Turn, form: Form) -> str:
    """The question whose photos are no longer kept, since the form was open for so long; or nothing."""
    for name, field in form.fields.items():
        sent = form.answers.get(name)
        if isinstance(field, Photos) and sent and not await pictures.here(turn.tx, sent["pictures"]):
            return name
    return ""


async def _out_of_the_blue(turn: Turn, heard: Heard) -> None:
    """No form is open: plain words may stand for a command, or be for whoever listens; a photo is the start of a report."""
    said_command = heard.text and not heard.picture and turn.routes.line(heard.text, turn.person.has_role)
    if not said_command and not heard.problem and await turn.routes.listen(turn):
        return await _go_on(turn)
    if heard.pressed in ORDERS:
        turn.reply("order.nothing_open")
    elif heard.pressed:
        turn.reply(Reply(Text("stale.gone"), passing=True))
    elif heard.problem:
        return turn.reply(f"wrong.{heard.problem}")
    elif heard.voice and (for_voices := turn.routes.for_voices):
        return await command(turn, f"/{for_voices.name}")
    elif heard.picture and (for_photos := turn.routes.for_photos):
        if (danger := urgent(turn)) is not None:
            await danger.handler(turn)
        return await command(turn, f"/{for_photos.name}")
    elif said_command:
        return await command(turn, said_command)
    elif heard.text:
        line = await guess(turn, heard.text)
        return await command(turn, line) if line else None
    else:
        turn.reply(f"wrong.{unread(heard)}")
    await turn.routes.commands[MENU].handler(turn)


def answered(turn: Turn) -> bool:
    """Whether what happened is answered, so that it must pass the flood gate like a message."""
    open_form = turn.place is not None and bool(turn.place.form)
    return turn.heard.event in ("withheld", "followed") or (turn.heard.event == "edited" and open_form)


async def _happened(turn: Turn) -> None:
    """Something that is no message."""
    if turn.heard.event == "blocked":
        await people.set_state(turn.tx, turn.account.id, "blocked")
    elif turn.heard.event == "unblocked":
        await people.set_state(turn.tx, turn.account.id, "open")
    elif turn.heard.event == "followed":
        comes = turn.account.new or turn.account.state == "blocked"
        await people.set_state(turn.tx, turn.account.id, "open")
        if comes:  # who wrote before she followed was greeted then
            await turn.routes.commands[START].handler(turn)
    elif turn.heard.event == "withheld" and (for_withheld := turn.routes.for_withheld):
        await for_withheld.handler(turn)
    elif turn.heard.event == "edited" and answered(turn):
        turn.ask_again(Text("edited"))


def _gone_commune(turn: Turn, form: Form) -> str:
    """The question whose commune is no longer a unit, since the form was open while it was removed; or nothing."""
    known = {ELSEWHERE, *(unit.id for unit in turn.facts.communes)}
    for name, field in form.fields.items():
        if isinstance(field, Commune) and form.answers.get(name) not in (None, *known):
            return name
    return ""


def _must_ask_first(turn: Turn, wanted: Command) -> bool:
    """Whether this command would throw answers away that somebody took the trouble to give."""
    place = turn.place
    if not wanted.opens or place is None or place.form not in turn.routes.dialogs:
        return False
    return lead.started(place, turn.routes.dialogs[place.form].form, turn.facts)


def _ask_to_leave(turn: Turn, line: str) -> None:
    assert turn.place is not None
    turn.follow(lead.leave(turn.routes.dialogs[turn.place.form].form, turn.place, turn.facts, line))


def _which(turn: Turn, subcommands: Sequence[Command]) -> None:
    """What follows a command is none of its subcommands: offer the nearest, or the first few."""
    allowed = [c for c in subcommands if turn.person.has_role(c.role)]
    near = turn.routes.near(turn.rest.partition(" ")[0], turn.person.has_role, allowed) or allowed[:OFFERED]
    turn.reply("unknown_command.near", [Option(f"/{c.name}", Text(f"{c.key}.title")) for c in near])


def _closed(turn: Turn, kept: str = "") -> None:
    """No campaign is switched on; what was about to be sent stays in its open form ``kept``."""
    whose: dict[str, Any] = {"title": turn.campaign.title, "organiser": turn.campaign.organiser}
    if kept:
        turn.reply("campaign.closed.kept", confirm=Text(f"{kept}.confirm"), **whose)
    else:
        turn.reply("campaign.closed", **whose)
    if turn.campaign.hotline:
        turn.reply("help.hotline", organiser=turn.campaign.organiser, hotline=turn.campaign.hotline)
    turn.ask_again()


async def _unknown(turn: Turn, name: str) -> None:
    """The same answer for what does not exist and for what is not allowed."""
    near = turn.routes.near(name, turn.person.has_role)
    options = [Option(f"/{c.name}", Text(f"{c.key}.title")) for c in near]
    turn.reply("unknown_command.near" if near else "unknown_command", options)
    if turn.place is not None and turn.place.form:
        return turn.ask_again()
    if not near:
        await turn.routes.commands[MENU].handler(turn)
