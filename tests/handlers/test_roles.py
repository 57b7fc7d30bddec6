"""Who may do what: the whole table, generated from the code, is printed into docs/roles.md and walked act by act.

A command or form that another file adds is in the table by itself. It needs a line in SAMPLES (what follows the command),
or in ``tests.questions.KNOWN`` (what a form must know when it is opened). UPDATE_DOCS=1 writes docs/roles.md anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

import pytest
import sqlalchemy as sa

from bot.process.app import App
from bot.turn.routes import Routes
from handlers import ROUTERS
from locales import Speech
from storage.campaign import staff
from storage.tables import audit, consents, inbox, units
from storage.talk import people, places
from storage.talk.people import may
from tests import ROOT
from tests.questions import FORMS, KNOWN, questions
from tests.stage import Stage

ROUTES = Routes(ROUTERS)
PAGE = ROOT / "docs" / "roles.md"
SAY = Speech("vi", UTC)
BEN_QUAN, AREA = "19366", "464"


@dataclass(frozen=True)
class Sample:
    """What follows a command. ``of_area``: it names something that an officer of Bến Quan must not touch."""

    says: str = ""
    of_area: bool = False


SAMPLES = {
    **{name: Sample() for name in (
        "start", "consent", "menu", "language", "help", "volunteer", "behalf", "addresses", "deed", "my", "link", "privacy",
        "mydata", "stop", "forgetme", "staff", "staff invite", "units", "campaign", "campaign edit", "campaign new",
        "campaign off", "settings", "stats", "status", "status clock", "health", "broadcasts", "withheld", "zalo", "help all",
        "try", "emergency", "hotline", "how_to_give", "give_blood", "unsafe", "complaint", "thanks", "about", "answers", "end",
        "voice", "notify", "notify on", "notify off", "backup", "backup now", "everything", "requests",
        "requests new", "requests closed", "datarequest", "datarequest erase",
    )},
    **{name: Sample() for name in (
        "propose", "ask", "reply", "desk", "desk pledges", "desk deeds", "desk volunteers", "desk questions", "desk addresses",
        "desk many", "desk appeals", "desk changes", "desk add", "desk brought", "desk propose", "desk template", "desk import",
        "desk handover", "desk mine", "volunteers", "report", "years",
    )},
    **{f"desk {act}": Sample("TND26-VTDE1", of_area=True) for act in (
        "deed", "take", "release", "assign", "photos", "approve", "decline", "ask", "reopen", "appeal", "uphold", "reverse",
    )},
    **{f"desk {act}": Sample("TND26-DEM01", of_area=True) for act in (
        "pledge", "confirm", "arrived", "fulfilled", "cancel", "write", "call",
    )},
    **{f"desk {act}": Sample("DC-0002", of_area=True) for act in (
        "address", "survey", "need", "verify", "accept", "refuse", "pause", "close", "duplicate", "apart", "revive", "consent",
        "picture", "dossier", "share", "unshare", "correct", "promise",
    )},
    **{f"desk {act}": Sample("4", of_area=True) for act in ("volunteer", "contact", "note", "notes", "unnote")},
    **{f"desk {act}": Sample("TND26-22222") for act in ("question", "answer", "settle", "void")},
    **{f"desk {act}": Sample("1") for act in ("change", "compare", "apply", "reject", "withdraw")},
    **{f"my {act}": Sample("TND26-DEM01") for act in ("cancel", "change", "enough")},
    "my withdraw": Sample("TND26-VTDE1"),
    **{act: Sample("TND26-VTDE1") for act in ("appeal", "my unappeal", "desk appealfor")},
    "address": Sample("DC-0001"),
    "pledge": Sample("DC-0001"),
    "staff grant": Sample("#1"),
    "staff revoke": Sample("1"),
    "sessions end": Sample("1"),
    **{act: Sample() for act in ("sessions", "logout", "confirm", "passphrase")},
    **{f"staff {act}": Sample("1") for act in ("invitations", "cancel", "approve")},
    "units show": Sample("19414"),
    "units add": Sample("19414"),
    "units rename": Sample("19414"),
    "units merge": Sample("19414"),
    "units recode": Sample("19414"),
    "units remove": Sample("19414"),
    "campaign on": Sample("TND26"),
    **{f"answers {act}": Sample("hours") for act in ("show", "write", "default")},
    "lessons": Sample(),
    **{f"lessons {act}": Sample("1") for act in ("accept", "refuse")},
    "desk teach": Sample("TND26-22222"),
    **{f"answers {act}": Sample("1") for act in ("confirm", "refuse")},
    "settings change": Sample("invitation_hours"),
    "audit": Sample("#1"),
    "find": Sample("0912345678"),
    **{f"requests {act}": Sample("1") for act in ("show", "answer", "done", "refuse", "erase", "proof")},
    **{f"datarequest {act}": Sample("1") for act in ("show", "drop")},
    "export": Sample("address"),
    "person": Sample("0912345678"),
    "open": Sample("TND26-VTDE1"),
    "block": Sample("#3"),
    "unblock": Sample("#3"),
    "calendar": Sample(),
    **{f"calendar {act}": Sample() for act in ("load", "messages", "add", "picture", "ics")},
    **{f"calendar {act}": Sample("1") for act in (
        "page", "show", "preview", "on", "off", "skip", "move", "edit", "line", "once", "now", "tomorrow", "drop", "again",
    )},
    "broadcast": Sample(),
    **{f"broadcast {act}": Sample() for act in ("new", "history", "search", "templates")},
    **{f"broadcast {act}": Sample("1") for act in (
        "show", "edit", "test", "right", "send", "approve", "undo", "pause", "resume", "cancel", "missed", "again", "correct",
        "recall", "tomorrow", "copy", "keep", "template", "begin", "unkeep",
    )},
}  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """Somebody who tries. ``role`` is what she holds now, for the unit with this code, empty for everywhere."""

    name: str
    role: str = ""
    unit: str = ""
    was: str = ""
    """A role that was taken away."""

    def may(self, role: str, sample: Sample) -> bool:
        elsewhere = sample.of_area and self.unit == BEN_QUAN
        return may(role, [self.role]) and not elsewhere


ACTORS = (
    Actor("resident"),
    Actor("former", was="admin"),
    Actor("elsewhere", "officer", BEN_QUAN),
    Actor("officer", "officer", AREA),
    Actor("admin", "admin"),
)


@dataclass(frozen=True)
class Try:
    """One actor and one act, said in one way."""

    actor: Actor
    act: str
    role: str
    how: dict[str, str]
    sample: Sample = Sample()
    form: str = ""

    @property
    def address(self) -> str:
        return f"{self.actor.name} {self.act} {sorted(self.how)}"


def commands() -> Iterator[Try]:
    """Every command and subcommand, typed and by a button, which may be borrowed, forged or old."""
    for command in ROUTES.commands.values():
        sample = SAMPLES[command.name]
        line = f"/{command.name} {sample.says}".strip()
        for actor in ACTORS:
            for how in ({"text": line}, {"pressed": line, "pressed_on": "1"}):
                yield Try(actor, f"/{command.name}", command.role, how, sample)


def dialogs() -> Iterator[Try]:
    """Every form in the middle: its question answered, and its button pressed."""
    asked = {form.name: place for form, _, place in reversed(questions())}
    for led in ROUTES.dialogs.values():
        place = asked[led.form.name]
        for actor in ACTORS:
            for how in ({"text": "1"}, {"pressed": f"{led.form.name}.{place.asking}=1", "pressed_on": "1"}):
                yield Try(actor, led.form.name, led.role, how, form=led.form.name)


def test_every_act_has_a_sample() -> None:
    for name in ROUTES.commands:
        assert name in SAMPLES, f"say in SAMPLES what follows /{name}, so that it is tried by everybody who may not"
    for form in FORMS:
        hidden = {field.name for field in form.fields.values() if field.hidden and field.name == "known"}
        assert hidden <= KNOWN.get(form.name, {}).keys(), f"say in KNOWN what {form.name} knows when it is opened"
    assert not SAMPLES.keys() - ROUTES.commands.keys()


@pytest.mark.parametrize("tries", [commands, dialogs], ids=["commands", "forms"])
async def test_everybody_may_do_what_the_table_says_and_nothing_else(stage: Stage, tries: object) -> None:
    every = list(tries())  # type: ignore[operator]  # one of the two above
    async with stage.program() as app:
        numbers = await appear(app, stage, every)
        await app.engine.receive([stage.room.arrival(one.address, **one.how) for one in every])
        await app.settle()
        async with app.database.read() as tx:
            rows = await tx.all(sa.select(audit.c.actor, audit.c.object).where(audit.c.act == "refused"))
    refused = {(row["actor"], row["object"]) for row in rows}
    for one in every:
        said = [message.text for to, message in stage.room.said if to == one.address]
        assert said, one.address
        elsewhere = may(one.role, [one.actor.role]) and not one.actor.may(one.role, one.sample)
        told = "desk.unknown" if elsewhere else "unknown_command"
        unknown = any(text.startswith(SAY.say(told)) for text in said)
        wanted = not one.actor.may(one.role, one.sample)
        who = f"person:{numbers[one.address]}"
        assert unknown == wanted, (one.address, said)
        tried = any(actor == who for actor, _ in refused) if elsewhere else (who, one.act) in refused
        assert tried == wanted, (one.address, said)


async def test_what_means_nothing_after_a_command_of_officers_or_admins_opens_nothing_and_does_nothing(
    stage: Stage,
) -> None:
    wanted = [c for c in ROUTES.commands.values() if c.role != "resident"]
    every = [Try(actor, c.name, c.role, {"text": f"/{c.name} zzz99"}) for c in wanted for actor in ACTORS[-2:]]
    every = [one for one in every if one.actor.role == one.role]
    async with stage.program() as app:
        numbers = await appear(app, stage, every)
        async with app.database.read() as tx:
            before = await tx.value(sa.select(sa.func.count()).select_from(audit))
        await app.engine.receive([stage.room.arrival(one.address, **one.how) for one in every])
        await app.settle()
        async with app.database.read() as tx:
            done = await tx.all(sa.select(audit.c.actor, audit.c.act).order_by(audit.c.id).offset(before))
            open_forms = await places.load(tx, set(numbers.values()))
    by = {number: one.act for one in every for number in [numbers[one.address]]}
    looked = {"find", "person", "block", "unblock", "staff grant", "volunteers", "staff revoke"}
    assert [by[who] for who, place in open_forms.items() if place["form"]] == []
    assert {by[int(row["actor"].partition(":")[2])] for row in done if row["act"] != "refused"} <= looked


async def test_a_number_beyond_every_id_is_no_thing_and_no_error(stage: Stage) -> None:
    every = [
        Try(ACTORS[-1], f"{c.name} {said[:9]}", c.role, {"text": f"/{c.name} {said}"})
        for c in ROUTES.commands.values()
        for said in ("9" * 30, f"#{'9' * 30}")
    ]
    async with stage.program() as app:
        await appear(app, stage, every)
        await app.engine.receive([stage.room.arrival(one.address, **one.how) for one in every])
        await app.settle()
    assert [row["address"] for row in await stage.rows(inbox) if row["attempts"] or row["state"] != "done"] == []
    answered = {to for to, _ in stage.room.said}
    assert answered >= {one.address for one in every}


async def test_a_button_of_a_form_that_is_not_open_does_nothing_for_anybody(stage: Stage) -> None:
    every = [one for one in dialogs() if "pressed" in one.how]
    async with stage.program() as app:
        async with app.database.read() as tx:
            before = await tx.value(sa.select(sa.func.count()).select_from(audit))
        await appear(app, stage, [Try(one.actor, one.act, one.role, one.how) for one in every])
        async with app.database.read() as tx:
            granted = await tx.value(sa.select(sa.func.count()).select_from(audit)) - before
        await app.engine.receive([stage.room.arrival(one.address, **one.how) for one in every])
        await app.settle()
        async with app.database.read() as tx:
            assert await tx.value(sa.select(sa.func.count()).select_from(audit)) - before == granted
    for one in every:
        said = [message.text for to, message in stage.room.said if to == one.address]
        assert said[0].startswith(SAY.say("stale.gone")), (one.address, said)


async def test_in_a_group_nobody_may_do_anything(stage: Stage) -> None:
    """Each command in a group of its own, then all in one: the only answer is the farewell, once in ten minutes."""
    before = len(await stage.rows(audit))
    own = {f"-{n}": name for n, name in enumerate(ROUTES.commands, start=101)}
    await stage.send([stage.room.arrival(group, event="group", text=f"/{name}") for group, name in own.items()])
    await stage.send([stage.room.arrival("-100", event="group", text=f"/{name}") for name in ROUTES.commands])
    assert sorted(to for to, _ in stage.room.said) == sorted(["-100", *own])
    assert all(message.text == SAY.say("group.leave") and message.leave for _, message in stage.room.said)
    assert len(await stage.rows(audit)) == before


async def appear(app: App, stage: Stage, every: list[Try]) -> dict[str, int]:
    """Make the people who try, with their roles and the forms they have open; returns their numbers."""
    async with app.database.write() as tx:
        now = stage.clock()
        codes = {row["code"]: row["id"] for row in await tx.all(sa.select(units.c.code, units.c.id))}
        met = await people.meet(tx, {("room", one.address): "vi" for one in every}, now)
        numbers = {one.address: met["room", one.address][0].id for one in every}
        proof = {"text_version": "t", "text_hash": "t", "language": "vi", "channel": "t", "given_at": now}
        agreed = [{"person_id": number, "purpose": "take_part", **proof} for number in numbers.values()]
        await tx.run(sa.insert(consents), agreed)
        for one in every:
            number = numbers[one.address]
            if one.actor.role:
                await staff.grant(tx, number, one.actor.role, codes.get(one.actor.unit), "operator", now)
            if one.actor.was:
                await staff.grant(tx, number, one.actor.was, None, "operator", now)
                await staff.revoke(tx, number, one.actor.was, None, "operator", now)
        asked = {form.name: place for form, _, place in reversed(questions())} if any(one.form for one in every) else {}
        open_now: dict[int, tuple[str, object] | None] = {}
        for one in every:
            if one.form:
                place = asked[one.form]
                kept = {"form": one.form, "answers": place.answers, "asking": place.asking, "offered": place.offered}
                open_now[numbers[one.address]] = (one.form, kept)
        await places.save(tx, open_now, now)
    return numbers


def table() -> str:
    """Every act and who may do it, as docs/roles.md shows it."""
    english = Speech("en", UTC)

    def row(name: str, role: str, what: str) -> str:
        marks = [("✓" if may(role, [held]) else "") for held in ("", "officer", "admin")]
        return f"| {name} | {' | '.join(marks)} | {what} |"

    head = ["| act | resident | officer | admin | what |", "|---|:-:|:-:|:-:|---|"]
    acts = [row(f"`/{c.name}`", c.role, english.say(f"{c.key}.help")) for c in ROUTES.commands.values()]
    forms = [row(f"`{d.form.name}`", d.role, english.say(f"{d.form.name}.title")) for d in ROUTES.dialogs.values()]
    return "\n".join(
        [
            "# Who may do what",
            "",
            "Generated from the code, and walked act by act in `tests/handlers/test_roles.py`; "
            "`UPDATE_DOCS=1 make test` writes it.",
            "An officer acts for their own units and what those contain. Whoever may not gets the answer of a command",
            "that does not exist, and the try is written into the audit log. Roles are looked up at the moment of the act.",
            "",
            "## Commands",
            "",
            *head,
            *acts,
            "",
            "## Forms",
            "",
            "Each answer is checked again: a form that is open ends when the role is taken away.",
            "",
            *head,
            *forms,
            "",
        ]
    )


def test_the_page_of_roles_says_what_the_code_does() -> None:
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(table(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == table()
