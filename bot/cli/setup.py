"""Set up a campaign for any commune, area or province: by questions in the terminal, or by options."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import logs
from bot.channels.telegram.settings import TOKEN
from bot.cli.backup import sheet
from bot.cli.opening import must_be_there, open_app
from bot.cli.staff import invite
from bot.cli.terminal import ask
from bot.dialog.forms import Facts, Field, Invalid
from bot.dialog.orders import KNOWN
from bot.message import Heard, Json
from bot.process.app import App
from bot.settings import Settings, read_settings
from bot.turn.operate import Mistake
from handlers.admins.setup import SetupForm, planned
from locales import Speech
from storage.backup import keys
from storage.campaign import campaigns, setup
from storage.database import Tx

ENV = Path(".env")
NEEDED = ("province", "communes")
"""Whoever gives these as options is asked nothing: the rest is as usual."""


async def init(given: Mapping[str, str], language: str) -> int:
    """Ask for what is not given, make the campaign with its units, and print the first admin's code."""
    fresh = not ENV.exists() and not _is_set("TELEGRAM_TOKEN") and not _is_set("CHANNELS")
    settings = read_settings(channels="web", secret_key=secrets.token_hex(32)) if fresh else read_settings()
    if settings.is_demo:
        raise Mistake(".env has no TELEGRAM_TOKEN and no CHANNELS: set one, and SECRET_KEY (see .env.example)")
    logs.set_up("WARNING", settings.log_format)
    speech = Speech(language, settings.zone)
    if not fresh:
        await _refuse_a_second(settings, speech)
    facts = Facts(datetime.now(settings.zone).date(), speech)
    form = _filled(SetupForm({"known": {"token": TOKEN if fresh else ""}}, facts), given)
    private = _write_settings(form) if fresh else ""
    settings = read_settings() if fresh else settings
    app = await open_app(settings, (), may="create", begun=False)
    try:
        print(await _begin(app, form))
        if private:
            print(f"\n{sheet(settings, speech, private, settings.backup_key)}")
    finally:
        await app.close()
    return 0


async def _begin(app: App, form: SetupForm) -> str:
    """Write everything in one transaction; returns what to say. Raises Mistake if there is a campaign."""
    area, campaign = planned(form)
    speech = form.facts.speech
    async with app.database.write() as tx:
        if not await setup.begin(tx, area, campaign, app.now()):
            raise Mistake(await _there_is_one(tx, app.settings, speech))
        made = speech.say(
            "setup.made", title=form.title, year=str(campaign["year"]), organiser=form.organiser,
            communes=SetupForm.communes.show(form.communes, form), first=form.first_on, last=form.last_on,
        )  # fmt: skip
        return f"{made}\n\n{await invite(tx, app, 'admin', '', speech)}"


async def _refuse_a_second(settings: Settings, speech: Speech) -> None:
    """Raise Mistake before anything is asked, if there is a campaign already."""
    try:
        await must_be_there(settings, "look")
    except Mistake:
        return
    app = await open_app(settings, (), begun=False)
    try:
        async with app.database.read() as tx:
            if await campaigns.active(tx) is not None:
                raise Mistake(await _there_is_one(tx, settings, speech))
    finally:
        await app.close()


async def _there_is_one(tx: Tx, settings: Settings, speech: Speech) -> str:
    there = await campaigns.active(tx)
    assert there is not None
    said = speech.say("setup.exists", title=there.title, year=str(there.year), organiser=there.organiser)
    return f"DATABASE_URL={settings.shown('database_url')}: {said}"


def _filled(form: SetupForm, given: Mapping[str, str]) -> SetupForm:
    """The form with what was given as options, and the rest as usual, or asked for. Raises Mistake."""
    as_usual = all(given.get(name) for name in NEEDED)
    for field in form.asked():
        if said := given.get(field.name):
            form.answers[field.name] = _read(field, Heard(text=said), form)
        elif as_usual and field.skippable:
            form.answers[field.name] = None
        elif as_usual and field.options(form):
            form.answers[field.name] = _read(field, Heard(pressed=KNOWN), form)
        elif as_usual:
            raise Mistake(f"--{field.name} is needed: {form.facts.speech(field.ask(form).text)}")
    if as_usual:
        return form
    print(form.facts.speech.say("setup.hello"))
    filled = ask(SetupForm, form.answers, form.facts, read=sys.stdin.readline, write=print)
    if not isinstance(filled, SetupForm):
        raise Mistake(form.facts.speech.say("setup.stopped"))
    return filled


def _read(field: Field[Any], heard: Heard, form: SetupForm) -> Json:
    """An option's value as the question reads an answer. Raises Mistake."""
    try:
        return field.dump(field.read(heard, form))
    except Invalid as wrong:
        option = f"--{field.name.removesuffix('_on')} {heard.text}".strip()
        raise Mistake(f"{option}: {form.facts.speech.say(f'wrong.{wrong.code}', **wrong.params)}") from None


def _write_settings(form: SetupForm) -> str:
    """Write what the program cannot do without into ``.env``, for nobody else to read; returns the private key of the backups,
    which is written nowhere; empty if they have a key already."""
    lines = [f"TELEGRAM_TOKEN={form.token}" if form.token else "CHANNELS=web"]
    if not _is_set("SECRET_KEY"):
        lines.append(f"SECRET_KEY={secrets.token_hex(32)}")
    if not _is_set("WEB_PUSH_KEY"):
        lines.append(f"WEB_PUSH_KEY={secrets.token_hex(32)}")
    private = ""
    if not _is_set("BACKUP_KEY"):
        private, public = keys.new_pair()
        lines.append(f"BACKUP_KEY={public}")
    with open(os.open(ENV, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]))
    print(form.facts.speech.say("setup.env", path=str(ENV.absolute())), file=sys.stderr)
    return private


def _is_set(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))
