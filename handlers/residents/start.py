"""The first contact: who answers here, what is kept and what for, and where to go from there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import orjson

from bot.dialog.beneath import plain_yes_no
from bot.dialog.fields import Choice, Choices, Hidden, Known
from bot.dialog.fields.languages import LanguageChoice, languages_in
from bot.dialog.forms import Form
from bot.dialog.orders import PICKED
from bot.message import LATER, Heard, Json, Option, Reply, Text, Words, changed
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import DESK, MY, TRY
from handlers.calendar.list import welcome
from handlers.identity.proof import other_accounts
from handlers.names import role_for
from locales import LANGUAGES, own_name
from storage.aid import addresses
from storage.campaign import campaigns, invitations, units
from storage.rights import links, requests
from storage.talk import consents, people, sessions
from storage.talk.consents import PURPOSES, ConsentText

router = Router("start")

CONSENT_VERSION = "2026-12.3"
"""Changes whenever the text does, in any language."""
SENTENCE = 1000
"""Letters of a first message that are answered once the person has agreed."""
MAIN = 6
"""So many entries of the menu are what people come for; those after them stand aside."""
DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")


class FirstMessage(Hidden):
    """What somebody sent before she agreed; no photo that she sends meanwhile is lost on the way."""

    def absorb(self, kept: Json, heard: Heard, form: Form) -> tuple[Json, Words | None] | None:
        if not heard.picture:
            return None
        if not kept:
            return _kept(heard), Text("consent.photo_waits")
        first = orjson.loads(kept)
        same_album = bool(heard.album) and heard.album == first.get("album")
        more = orjson.dumps(first | {"more": [*first.get("more", []), heard.picture]}).decode()
        return more, None if same_album else Text("consent.photo_waits")


class Agree(Choice):
    """Whether she agrees to take part; «đồng ý» and «có» are yes, and no more than that. Its one main button stays in
    sight on a small phone."""

    all_again = True

    def options(self, form: Form) -> Sequence[Option]:
        main, *rest = super().options(form)
        return [changed(main, sense="goes"), *rest]

    def read(self, heard: Heard, form: Form) -> str:
        said = None if heard.pressed else plain_yes_no(heard.text)
        return super().read(heard, form) if said is None else "take_part" if said else "look"


class Purposes(Choices):
    """What she agrees to, each purpose by itself. «Đồng ý» is yes to taking part and to what is ticked."""

    def ticked(self, form: Form) -> Sequence[str]:
        assert isinstance(form, Consent)
        return form.held

    def instead(self, heard: Heard, form: Form) -> Mapping[str, Json] | None:
        if heard.pressed or plain_yes_no(heard.text) is not True:
            return None
        ticked = {*(form.answers.get(PICKED) or ()), "take_part"}
        return {self.name: [purpose for purpose in PURPOSES if purpose in ticked]}


class Consent(Form, name="consent", review=False):
    """What a person agrees to: to take part, by one button, or each purpose by itself. No answer is not consent."""

    then = Hidden()
    first = FirstMessage()
    sentence = Hidden()
    known = Known()
    agree = Agree(("take_part", "choose", "look")).when(lambda f: "take_part" not in f.held)
    purposes = Purposes(PURPOSES, least=0).when(lambda f: "take_part" in f.held or f.agree == "choose")

    @property
    def held(self) -> list[str]:
        """The purposes that she agreed to before."""
        return list((self.known or {}).get("held", ()))

    @property
    def chosen(self) -> list[str]:
        """The purposes that she agrees to from now on; the button takes none of those back that she agreed to before."""
        if self.purposes is not None:
            return self.purposes
        return [*self.held, "take_part"] if self.agree == "take_part" else self.held

    @property
    def answered(self) -> str:
        """The question by which she chose."""
        return "agree" if self.purposes is None else "purposes"


class Language(Form, name="language", review=False):
    """The language the bot speaks with this person."""

    language = LanguageChoice()


@router.command("start", means=("start_again",), like=invitations.CODE)
async def start(turn: Turn) -> None:
    """Welcome somebody, who may look around before anything is asked; the code of a poster, an address, an invitation or
    another phone leads on from there, and so does what was said first."""
    if turn.account.new and invitations.CODE.fullmatch(turn.heard.text.strip()):
        turn.rest = turn.heard.text.strip()
    then = await _deep_link(turn) if turn.rest else ""
    if turn.account.new and not then and not turn.rest:
        then = _said_first(turn)
    if turn.person.consents:
        return await _welcome_back(turn, then)
    _go_from(turn, _welcome(turn), then)


@router.command("consent", opens=True)
async def consent(turn: Turn) -> None:
    """Choose again what may be done with one's data."""
    why = None
    if turn.account.new and not turn.replies:
        turn.reply(Reply(_welcome(turn)))
    elif turn.rest.startswith("/"):
        why = Text("consent.photo_waits" if turn.heard.picture else "consent.needed")
    held = await consents.current(turn.tx, turn.person.id)
    waits = {"then": turn.rest, "first": _first_message(turn), "sentence": turn.words or None}
    turn.begin(Consent, above=why, known={"held": held}, **waits)


@router.done(Consent)
async def save_consent(turn: Turn, form: Consent) -> None:
    chosen = form.chosen
    turn.words = form.sentence or ""
    text = turn.speech.say(f"consent.{form.answered}.ask")
    shown = ConsentText(CONSENT_VERSION, text, turn.speech.language, turn.account.channel)
    if turn.person.consents - set(chosen):
        await requests.note_done(turn.tx, "withdraw", turn.person.id, turn.now, turn.speech.zone)
    await consents.choose(turn.tx, turn.person.id, chosen, shown, turn.now)
    turn.person.consents = frozenset(chosen)
    if "announcements" not in chosen:
        await people.hush(turn.tx, turn.person.id)
    if "take_part" not in chosen:
        turn.reply("consent.only_looking")
        turn.next = form.then if _open_to_all(form.then) else "/menu"
        return
    turn.reply("consent.thanks")
    if "announcements" in chosen and "announcements" not in form.held:
        await welcome(turn)
    if form.first:
        first = orjson.loads(form.first)
        if first["picture"].startswith(LATER):
            turn.photos += [first["picture"], *first.get("more", ())]
            return turn.reply("consent.photo_comes")
        turn.heard = Heard(
            text=first["text"],
            picture=first["picture"],
            album=first["album"],
            more=tuple(first.get("more", ())),
            name=turn.heard.name,
        )
    for_photos = turn.routes.for_photos if form.first else None
    turn.next = f"/{for_photos.name}" if for_photos else form.then or "/menu"


@router.command("menu", means=("greeting",), opens=True)
async def menu(turn: Turn) -> None:
    """The six things that people come for, in their words; a form that was open is left for it."""
    turn.place = None
    _offer(turn)


@router.command("language", menu=7, always=True)
async def language(turn: Turn) -> None:
    """Choose the language; whoever names one in her sentence («english please») is answered in it at once. An open form
    goes on in it with all its answers."""
    said = turn.words or ("" if turn.heard.pressed else turn.heard.text)
    named = [turn.rest] if turn.rest in LANGUAGES else languages_in(said)
    if len(named) == 1:
        return await _speak(turn, named[0])
    if turn.open_form in (None, Language):
        return turn.begin(Language)
    languages = [Option(f"/language {code}", own_name(code)) for code in LANGUAGES]
    turn.ask_again(Text("language.language.ask"), languages)


@router.done(Language)
async def save_language(turn: Turn, form: Language) -> None:
    await _speak(turn, form.language)


async def _speak(turn: Turn, language: str) -> None:
    await people.speak(turn.tx, turn.person.id, language)
    turn.speak(language)
    if turn.open_form not in (None, Language):
        kept = Text("language.kept", {"thanks": Text("language.thanks"), "answers": turn.told})
        return turn.ask_again(kept if turn.told else Text("language.thanks"))
    if turn.open_form is Language:
        turn.place = None
    if turn.account.new:
        turn.replies.clear()  # the greeting is said in this language only
    _offer(turn, Text("language.thanks") if turn.person.consents else _welcome(turn))


def _offer(turn: Turn, above: Text | None = None) -> None:
    """The menu under something that was said. Officers have their desk first, and do not ask themselves; who has nothing
    registered yet may try a pledge."""
    shown = sorted((c for c in turn.routes.commands.values() if c.menu), key=lambda c: c.menu)
    options = [Option(f"/{c.name}", Text(f"{c.key}.title"), sense="aside" if c.menu > MAIN else "") for c in shown]
    if turn.person.has_role("officer"):
        options = [DESK, *(option for option in options if option.value not in ("/ask", "/language"))]
    elif not turn.person.consents:
        options = [TRY if option.value == MY.value else option for option in options]
    turn.reply(Reply(Text("menu"), tuple(options), above=above))


def _go_from(turn: Turn, greeting: Text, then: str) -> None:
    """Greet, and go on with what the person came for; whoever came for nothing yet sees the menu."""
    if then:
        turn.reply(Reply(greeting))
        turn.next = then
    else:
        _offer(turn, greeting)


def _welcome(turn: Turn) -> Text:
    of = turn.campaign
    return Text("start.welcome", {"organiser": of.organiser, "title": of.title, "year": str(of.year)})


def _said_first(turn: Turn) -> str:
    """What the very first message asks for: a command line, or words to be understood; empty if it is only a greeting."""
    heard = turn.heard
    if heard.pressed or heard.text.startswith("/"):
        return ""
    if heard.picture:
        for_photos = turn.routes.for_photos
        return f"/{for_photos.name}" if for_photos else ""
    said = turn.routes.said(heard.text, turn.person.has_role)
    if said:
        return "" if said.name in ("start", "menu") else f"/{said.name}"
    return heard.text[:SENTENCE]


async def _welcome_back(turn: Turn, then: str) -> None:
    """Who had stopped the announcements gets them again: that is what /start says on every platform."""
    if "announcements" in await consents.find_stopped(turn.tx, turn.person.id):
        shown = ConsentText(CONSENT_VERSION, turn.speech.say("start.again"), turn.speech.language, turn.account.channel)
        await consents.give(turn.tx, turn.person.id, ["announcements"], shown, turn.now)
        turn.person.consents |= {"announcements"}
        return _go_from(turn, Text("start.again"), then)
    _go_from(turn, Text("start.back", {"title": turn.campaign.title, "year": str(turn.campaign.year)}), then)


async def _deep_link(turn: Turn) -> str:
    """Where a code leads; a code that is nobody's is ignored kindly, since anybody can write one."""
    code = turn.rest
    if not DEEP_LINK.fullmatch(code):
        return ""
    if invitations.CODE.fullmatch(code) and (invited := await _join_staff(turn)):
        return invited
    if await addresses.find(turn.tx, code) is not None:
        return f"/address {code.upper()}"
    leads_to = await campaigns.poster(turn.tx, code)
    if leads_to is None:
        return f"/link open {code}" if links.CODE.fullmatch(code) else ""
    await people.came_from(turn.tx, turn.account.id, code)
    return leads_to


async def _join_staff(turn: Turn) -> str:
    """Use an invitation; it leads to what its bearer may do now. Empty if it is none, was used, or is too old."""
    invited = await invitations.redeem(turn.tx, turn.rest, turn.person.id, turn.now)
    if invited is None:
        await turn.refuse("invitation")
        turn.reply("staff.invitation.unknown")
        return ""
    turn.touched.add(turn.person.id)
    was_staff = bool(turn.person.roles)
    held = turn.person.roles.get(invited.role, frozenset()) | {invited.unit_id}
    turn.person.roles = {**turn.person.roles, invited.role: held}
    what = role_for(invited.role, await units.name(turn.tx, invited.unit_id))
    turn.reply("staff.welcome", what=what)
    turn.tell_admins("staff.invitation.used", number=str(turn.person.id), what=what)
    if was_staff or not turn.is_browser:  # an invitation is no proof of who she was before
        return "/help"
    await sessions.confirm(turn.tx, turn.account.id, turn.now)
    turn.account.confirmed_at = turn.now
    return "/help" if await other_accounts(turn) else "/passphrase"


def _first_message(turn: Turn) -> str:
    return _kept(turn.heard) if turn.heard.picture else ""


def _kept(heard: Heard) -> str:
    """A photo with its caption, as the form keeps it."""
    return orjson.dumps({"text": heard.text, "picture": heard.picture, "album": heard.album}).decode()


def _open_to_all(line: str) -> bool:
    return line.startswith(("/address", "/addresses", "/help", "/passphrase"))
