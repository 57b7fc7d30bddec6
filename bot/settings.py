"""Every setting, once: from the environment or ``.env``, each also as ``NAME_FILE``; wrong ones stop the start."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time, timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

from bot.channels.table import KINDS, runnable
from bot.declared import Secret, WrongSetting, as_read_by, like, setting
from bot.quiet import Quiet, QuietHours, pairs
from bot.schedule import Schedule
from bot.shares import Shares
from bot.web.limits import Limits
from locales import FIRST, LANGUAGES
from storage.database.address import DEFAULT, check_address

NEAR = 0.85
"""How alike two names are of which one is taken for the other, mistyped (difflib's ratio)."""
FEW_CHARACTERS = 10
"""Different characters that a key made by chance never falls short of."""


BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]+(/|\?|$)")


PASSWORD = re.compile(r"(://[^:/@]*):[^/]*@")
SECRETS = re.compile(r"(?i)([?&](?:password|passwd|secret|token|key|signature)=)[^&#]+")


def masked(written: str) -> str:
    """A text without the passwords of addresses in it."""
    return SECRETS.sub(r"\1********", PASSWORD.sub(r"\1:********@", written))


def _zone(written: str) -> ZoneInfo:
    try:
        return ZoneInfo(written)
    except Exception:
        raise ValueError(f"{written!r} is not a time zone; write one such as Asia/Ho_Chi_Minh") from None


def _time(written: str) -> time | None:
    if not re.fullmatch(r"(([01]\d|2[0-3]):[0-5]\d)?", written):
        raise ValueError(f"{written!r} is not a time; write it like 19:00")
    return time.fromisoformat(written) if written else None


def _counts(written: str) -> dict[str, int]:
    """How many of something, by channel."""
    if not re.fullmatch(r"(\s*\w+ \d{1,4}\s*(,|$))*", written):
        raise ValueError("write a channel and a number, such as zalo_bot 4")
    return {name: int(most) for name, most in pairs(written)}


def _own_hours(written: str) -> Mapping[str, QuietHours]:
    """Of single channels."""
    return Quiet.read("", written).own


def _by_channel(read: Callable[[str], Mapping[str, object]]) -> Callable[[str], str]:
    """The setting stays as it was written; each channel that it names must be one of ours."""

    def check(written: str) -> None:
        for name in read(written):
            if name not in KINDS:
                raise ValueError(f"there is no channel {name!r}; choose from {', '.join(KINDS)}")

    return as_read_by(check)


def _runnable(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in runnable():
            raise ValueError(f"there is no channel {name!r}; choose from {', '.join(runnable())}")
    return names


def _spoken(written: str) -> None:
    if written not in LANGUAGES:
        raise ValueError(f"{written!r} is not spoken; choose from {', '.join(LANGUAGES)}")


def _files(written: str) -> None:
    if "://" in written and not BUCKET.match(written):
        raise ValueError("write the path of a folder, or s3://BUCKET/PREFIX?endpoint=https://…&region=…")


def _key(given: Secret) -> Secret:
    written = given.get_secret_value()
    if written and len(written) < 32:
        raise ValueError("write at least 32 characters; `openssl rand -hex 32` makes a good one")
    if written and is_guessable(written):
        raise ValueError(
            "it can be guessed; write a good one (`openssl rand -hex 32`), and the old one, if there is a database, "
            "as SECRET_KEY_BEFORE"
        )
    return given


def is_guessable(key: str) -> bool:
    """Whether a key is of few characters, or of one piece again and again."""
    return len(set(key)) < FEW_CHARACTERS or key in key[1:] + key[:-1]


A_BUCKET = like(rf"{BUCKET.pattern}.*", "write s3://BUCKET/PREFIX?endpoint=https://…&region=…")
BACKUP_KEY = like(
    r"age1[02-9ac-hj-np-z]{58}", "this is no public key of the age format; `nhandao backup --keys` makes one"
)
LONG_ENOUGH = like(r"(?s).{16,}", "write at least 16 characters; `openssl rand -hex 32` makes a good one")


class Settings(Shares):
    """The settings of the program itself; `all_settings` adds each channel's.

    The descriptions are what ``.env.example`` and ``nhandao config check`` say.
    """

    database_url: Annotated[str, as_read_by(check_address)] = setting(
        DEFAULT,
        description="Where everything is kept; on several machines postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE, "
        "over TLS unless it ends with ?ssl=disable.",
    )
    files_url: Annotated[str, as_read_by(_files)] = setting(
        "",
        description="Where pictures are kept: a folder, or s3://BUCKET/PREFIX?endpoint=https://…&region=…. "
        "Empty: the folder files beside the database.",
    )
    files_key: str = setting("", description="The access key for s3.")
    files_secret: Secret | None = setting(None, description="The secret key that belongs to it.")
    http_host: str = setting("127.0.0.1", description="The address the web chat and the webhook listen on.")
    http_port: int = setting(8080, ge=0, le=65535, description="Their port.")
    http_connections: int = setting(20_000, ge=50, description="Open connections at once, as far as descriptors allow.")
    http_connections_per_source: int = setting(
        6000,
        ge=1,
        description="How many of them from one address (IPv6: one /64). A carrier puts thousands of phones behind one.",
    )
    http_sockets: int = setting(16_000, ge=1, description="Chat pages open at once.")
    http_sockets_per_source: int = setting(5000, ge=1, description="How many of them from one address.")
    http_uploads: int = setting(
        200, ge=1, description="Photos on their way at once; one address may have half of them."
    )
    http_uploads_mb: int = setting(
        96, ge=48, description="Their megabytes together; one address may have half of them."
    )
    http_head_seconds: float = setting(15, gt=0, description="After so many seconds a request's headers must be here.")
    http_body_seconds: float = setting(
        30, gt=0, description="And after so many its body; a second more for each 8 kB, ten minutes at most."
    )
    channels: Annotated[tuple[str, ...], _runnable] = setting(
        (),
        description="The channels to run, separated by commas: telegram, web. Empty: web, and telegram if there is a token.",
    )
    default_language: Annotated[str, as_read_by(_spoken)] = setting(
        FIRST, description="The language for people whose channel reports none that we speak."
    )
    timezone: Annotated[str, as_read_by(_zone)] = setting(
        "Asia/Ho_Chi_Minh",
        description="The time zone in which dates are read and shown.",
    )
    secret_key: Annotated[Secret | None, _key] = setting(
        None,
        description="Encrypts phone numbers and messages: at least 32 characters. Keep a copy: without it they cannot be read.",
    )
    secret_key_before: Secret | None = setting(
        None,
        description="The key before SECRET_KEY, while what it encrypted is encrypted anew; `nhandao key rotate` writes it.",
    )
    broadcast_approval_over: int = setting(
        200,
        ge=0,
        description="A broadcast to more people than this needs the approval of a second officer or an admin.",
    )
    quiet_hours: Annotated[str, as_read_by(QuietHours.read)] = setting(
        "21:00-07:00", description="Broadcasts that are not urgent wait until these hours end. Empty: never."
    )
    quiet_hours_on: Annotated[str, _by_channel(_own_hours)] = setting(
        "", description="Other quiet hours for single channels, such as: zalo_bot 20:00-08:00, telegram 22:00-06:00."
    )
    calendar_grace_minutes: int = setting(
        120,
        ge=1,
        le=1440,
        description="After so many minutes of delay, a calendar message waits for an officer's decision.",
    )
    calendar_a_month: Annotated[str, _by_channel(_counts)] = setting(
        "",
        description="The most calendar messages one person gets in a month on a channel, such as: zalo_bot 4.",
    )
    rehearsal_at: Annotated[str, as_read_by(_time)] = setting(
        "19:00",
        description="When officers get a preview of tomorrow's calendar messages.",
    )
    backup_key: Annotated[str, BACKUP_KEY] = setting(
        "",
        description="The public key that backups are sealed to: age1…, made by `nhandao backup --keys`. Empty: no backups.",
    )
    backup_to: str = setting(
        "",
        description="The folder for backups, best on another disk. Empty: the folder backups beside the database.",
    )
    backup_also_to: Annotated[str, A_BUCKET] = setting(
        "", description="A bucket to which each backup is brought, too: s3://BUCKET/PREFIX?endpoint=https://…&region=…."
    )
    backup_also_key: str = setting("", description="The access key for it.")
    backup_also_secret: Secret | None = setting(None, description="The secret key that belongs to it.")
    backup_at: Annotated[str, as_read_by(_time)] = setting(
        "02:30", description="When every night's backup is made and proven. Empty: only by `nhandao backup`."
    )
    export_by_chat: bool = setting(
        False,
        description="Whether a small export that an admin asks for may be sent into the chat, sealed to their key: a transfer "
        "abroad on Telegram and Zalo. Otherwise it lies in the folder for backups.",
    )
    report_heading: str = setting(
        "",
        description="What stands above a printed report, opposite the organisation, in its exact form; | begins a line. "
        "Empty: nothing.",
    )
    metrics_token: Annotated[Secret | None, LONG_ENOUGH] = setting(
        None,
        description="With it Prometheus may read /metrics: a bearer token of at least 16 characters. Empty: no /metrics.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = setting("INFO", description="How much to log.")
    log_format: Literal["text", "json"] = setting("text", description="text for people, json for machines.")

    @property
    def zone(self) -> ZoneInfo:
        return _zone(self.timezone)

    @property
    def quiet(self) -> Quiet:
        return Quiet.read(self.quiet_hours, self.quiet_hours_on)

    @property
    def schedule(self) -> Schedule:
        """When messages that nobody asked for may go out, and how many."""
        return Schedule(
            self.quiet,
            grace=timedelta(minutes=self.calendar_grace_minutes),
            rehearsal=_time(self.rehearsal_at),
            a_month=_counts(self.calendar_a_month),
            approval_over=self.broadcast_approval_over,
        )

    @property
    def backup_time(self) -> time | None:
        """When the nightly backup is made, there where the program is at home."""
        return _time(self.backup_at)

    @property
    def limits(self) -> Limits:
        """What strangers may use of the HTTP server at once."""
        return Limits(
            self.http_connections, self.http_connections_per_source, self.http_sockets, self.http_sockets_per_source,
            self.http_uploads, self.http_uploads_mb << 20, self.http_head_seconds, self.http_body_seconds,
        )  # fmt: skip

    @property
    def running(self) -> tuple[str, ...]:
        """The channels that run."""
        return self.channels or tuple(k.name for k in KINDS.values() if k.always or k.is_given(self))

    @property
    def is_demo(self) -> bool:
        """Without any channel's token and without a wish there is nothing to run but the demo."""
        return not self.channels and not any(kind.is_given(self) for kind in KINDS.values())

    def shown(self, name: str) -> str:
        """A setting as it may stand on a screen: without what is secret in it."""
        value = getattr(self, name)
        if isinstance(value, tuple):
            return ",".join(value)
        return "" if value is None else masked(str(value))

    def _shown(self) -> Iterator[tuple[str, str]]:
        """No password of an address either."""
        for name, value in super()._shown():
            yield name, masked(value)

    def must_fit(self) -> None:
        super().must_fit()
        for name in self.channels:
            if missing := KINDS[name].missing(self):
                raise ValueError(f"CHANNELS names {name}, so {missing[0]} is needed")
        if self.files_url.startswith("s3://") and not (self.files_key and self.files_secret):
            raise ValueError("FILES_URL names a bucket, so FILES_KEY and FILES_SECRET are needed")
        if self.backup_also_to and not (self.backup_also_key and self.backup_also_secret):
            raise ValueError("BACKUP_ALSO_TO names a bucket, so BACKUP_ALSO_KEY and BACKUP_ALSO_SECRET are needed")
        if not self.is_demo and self.secret_key is None:
            raise ValueError(
                "SECRET_KEY is needed to keep people's data sealed; `openssl rand -hex 32` makes a good one"
            )


def all_settings() -> type[Settings]:
    """The settings of the program and of every kind of channel, as one class that is each of its parts."""
    return _joined(tuple(dict.fromkeys(kind.settings for kind in KINDS.values() if kind.settings.declared)))


@cache
def _joined(parts: Sequence[type[Settings]]) -> type[Settings]:
    """A class is made once: that takes longer than to read all settings."""
    return type("AllSettings", (Settings, *parts), {})


def read_settings(*, env_file: str = ".env", **given: Any) -> Settings:
    """The settings of this process, some of them ``given``. Raises WrongSetting with one line for each that cannot stand."""
    return all_settings().of(_said(env_file) | given)


def _said(env_file: str) -> dict[str, str]:
    """What the environment, files and ``.env`` say, in this order; what is empty says nothing. Raises WrongSetting."""
    try:
        beside = dotenv_values(env_file) if env_file else {}
    except UnicodeDecodeError:
        raise WrongSetting(".env is not UTF-8 text") from None
    written, here = ({name.lower(): value for name, value in of.items() if value} for of in (beside, os.environ))
    named = written | here
    paths = {name: path for name in all_settings().declared if (path := named.get(f"{name}_file"))}
    files = {name: _content(f"{name}_file".upper(), path) for name, path in paths.items()}
    return written | files | here


def _content(name: str, path: str) -> str:
    """What is in the file that ``NAME_FILE`` names: it holds the value of ``NAME``, as container secrets do."""
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except OSError as wrong:
        raise WrongSetting(f"{name}: {path} cannot be read ({wrong.strerror})") from None
    except UnicodeDecodeError:
        raise WrongSetting(f"{name}: {path} is not UTF-8 text") from None
    if not value:
        raise WrongSetting(f"{name}: {path} is empty")
    return value


def strange_names() -> Iterator[str]:
    """A line for each name in ``.env`` that is no setting, and each in the environment that looks like one, mistyped."""
    known = [name.upper() + tail for name in all_settings().declared for tail in ("", "_FILE")]
    for where, names in ((".env", map(str.upper, dotenv_values(".env"))), ("the environment", os.environ)):
        for name in names:
            if name in known:
                continue
            if near := get_close_matches(name, known, n=1, cutoff=NEAR):
                yield f"{name} in {where} is not a setting; did you mean {near[0]}?"
            elif where == ".env":
                yield f"{name} in {where} is not a setting; .env.example lists them all"
