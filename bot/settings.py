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

from pydantic import AfterValidator, Field, SecretStr, ValidationError, create_model, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import DotEnvSettingsSource, EnvSettingsSource

from bot.channels.table import KINDS, runnable
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


class WrongSetting(ValueError):
    """A setting cannot stand; says which, why, and what to do, in one line each."""


def _zone(written: str) -> ZoneInfo:
    try:
        return ZoneInfo(written)
    except Exception:
        raise ValueError(f"{written!r} is not a time zone; write one such as Asia/Ho_Chi_Minh") from None


def _time(written: str) -> time | None:
    if not re.fullmatch(r"(([01]\d|2[0-3]):[0-5]\d)?", written):
        raise ValueError(f"{written!r} is not a time; write it like 19:00")
    return time.fromisoformat(written) if written else None


def _backup_key(written: str) -> None:
    if not re.fullmatch(r"(age1[02-9ac-hj-np-z]{58})?", written):
        raise ValueError("this is no public key of the age format; `nhandao backup --keys` makes one")


def _counts(written: str) -> dict[str, int]:
    """How many of something, by channel."""
    if not re.fullmatch(r"(\s*\w+ \d{1,4}\s*(,|$))*", written):
        raise ValueError("write a channel and a number, such as zalo_bot 4")
    return {name: int(most) for name, most in pairs(written)}


def _read_by(reader: Callable[[str], object]) -> AfterValidator:
    """The setting stays as it was written, and can stand if what reads it later can read it."""

    def check(written: str) -> str:
        reader(written)
        return written

    return AfterValidator(check)


def _by_channel(read: Callable[[str], Mapping[str, object]]) -> AfterValidator:
    """The same, for what is written of single channels: each must be one of ours."""

    def check(written: str) -> None:
        for name in read(written):
            if name not in KINDS:
                raise ValueError(f"there is no channel {name!r}; choose from {', '.join(KINDS)}")

    return _read_by(check)


class Settings(BaseSettings, Shares):
    """The settings of the program itself; `all_settings` adds each channel's.

    The descriptions are what ``.env.example`` and ``nhandao config check`` say.
    """

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    database_url: Annotated[str, _read_by(check_address)] = Field(
        DEFAULT,
        description="Where everything is kept; on several machines postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE, "
        "over TLS unless it ends with ?ssl=disable.",
    )
    files_url: str = Field(
        "",
        description="Where pictures are kept: a folder, or s3://BUCKET/PREFIX?endpoint=https://…&region=…. "
        "Empty: the folder files beside the database.",
    )
    files_key: str = Field("", description="The access key for s3.")
    files_secret: SecretStr | None = Field(None, description="The secret key that belongs to it.")
    http_host: str = Field("127.0.0.1", description="The address the web chat and the webhook listen on.")
    http_port: int = Field(8080, ge=0, le=65535, description="Their port.")
    http_connections: int = Field(20_000, ge=50, description="Open connections at once, as far as descriptors allow.")
    http_connections_per_source: int = Field(
        6000,
        ge=1,
        description="How many of them from one address (IPv6: one /64). A carrier puts thousands of phones behind one.",
    )
    http_sockets: int = Field(16_000, ge=1, description="Chat pages open at once.")
    http_sockets_per_source: int = Field(5000, ge=1, description="How many of them from one address.")
    http_uploads: int = Field(200, ge=1, description="Photos on their way at once; one address may have half of them.")
    http_uploads_mb: int = Field(96, ge=48, description="Their megabytes together; one address may have half of them.")
    http_head_seconds: float = Field(15, gt=0, description="After so many seconds a request's headers must be here.")
    http_body_seconds: float = Field(
        30, gt=0, description="And after so many its body; a second more for each 8 kB, ten minutes at most."
    )
    channels: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The channels to run, separated by commas: telegram, web. Empty: web, and telegram if there is a token.",
    )
    default_language: str = Field(
        FIRST, description="The language for people whose channel reports none that we speak."
    )
    timezone: Annotated[str, _read_by(_zone)] = Field(
        "Asia/Ho_Chi_Minh",
        description="The time zone in which dates are read and shown.",
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Encrypts phone numbers and messages: at least 32 characters. Keep a copy: without it they cannot be read.",
    )
    secret_key_before: SecretStr | None = Field(
        None,
        description="The key before SECRET_KEY, while what it encrypted is encrypted anew; `nhandao key rotate` writes it.",
    )
    broadcast_approval_over: int = Field(
        200,
        ge=0,
        description="A broadcast to more people than this needs the approval of a second officer or an admin.",
    )
    quiet_hours: Annotated[str, _read_by(QuietHours.read)] = Field(
        "21:00-07:00", description="Broadcasts that are not urgent wait until these hours end. Empty: never."
    )
    quiet_hours_on: Annotated[str, _by_channel(lambda written: Quiet.read("", written).own)] = Field(
        "", description="Other quiet hours for single channels, such as: zalo_bot 20:00-08:00, telegram 22:00-06:00."
    )
    calendar_grace_minutes: int = Field(
        120,
        ge=1,
        le=1440,
        description="After so many minutes of delay, a calendar message waits for an officer's decision.",
    )
    calendar_a_month: Annotated[str, _by_channel(_counts)] = Field(
        "",
        description="The most calendar messages one person gets in a month on a channel, such as: zalo_bot 4.",
    )
    rehearsal_at: Annotated[str, _read_by(_time)] = Field(
        "19:00",
        description="When officers get a preview of tomorrow's calendar messages.",
    )
    backup_key: Annotated[str, _read_by(_backup_key)] = Field(
        "",
        description="The public key that backups are sealed to: age1…, made by `nhandao backup --keys`. Empty: no backups.",
    )
    backup_to: str = Field(
        "",
        description="The folder for backups, best on another disk. Empty: the folder backups beside the database.",
    )
    backup_also_to: str = Field(
        "", description="A bucket to which each backup is brought, too: s3://BUCKET/PREFIX?endpoint=https://…&region=…."
    )
    backup_also_key: str = Field("", description="The access key for it.")
    backup_also_secret: SecretStr | None = Field(None, description="The secret key that belongs to it.")
    backup_at: Annotated[str, _read_by(_time)] = Field(
        "02:30", description="When every night's backup is made and proven. Empty: only by `nhandao backup`."
    )
    export_by_chat: bool = Field(
        False,
        description="Whether a small export that an admin asks for may be sent into the chat, sealed to their key: a transfer "
        "abroad on Telegram and Zalo. Otherwise it lies in the folder for backups.",
    )
    report_heading: str = Field(
        "",
        description="What stands above a printed report, opposite the organisation, in its exact form; | begins a line. "
        "Empty: nothing.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="With it Prometheus may read /metrics: a bearer token of at least 16 characters. Empty: no /metrics.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much to log.")
    log_format: Literal["text", "json"] = Field("text", description="text for people, json for machines.")

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

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What a traceback, a debugger or a log shows of the settings: no password of an address either."""
        for name, value in super().__repr_args__():
            yield name, masked(value) if isinstance(value, str) else value

    @field_validator("channels", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("channels")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in runnable():
                raise ValueError(f"there is no channel {name!r}; choose from {', '.join(runnable())}")
        return value

    @field_validator("default_language")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError(f"{value!r} is not spoken; choose from {', '.join(LANGUAGES)}")
        return value

    @field_validator("files_url")
    @classmethod
    def _files(cls, value: str) -> str:
        if "://" in value and not BUCKET.match(value):
            raise ValueError("write the path of a folder, or s3://BUCKET/PREFIX?endpoint=https://…&region=…")
        return value

    @field_validator("backup_also_to")
    @classmethod
    def _bucket(cls, value: str) -> str:
        if value and not BUCKET.match(value):
            raise ValueError("write s3://BUCKET/PREFIX?endpoint=https://…&region=…")
        return value

    @field_validator("secret_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value()) < 32:
            raise ValueError("write at least 32 characters; `openssl rand -hex 32` makes a good one")
        if value and is_guessable(value.get_secret_value()):
            raise ValueError(
                "it can be guessed; write a good one (`openssl rand -hex 32`), and the old one, if there is a database, "
                "as SECRET_KEY_BEFORE"
            )
        return value

    @model_validator(mode="after")
    def _together(self) -> Settings:
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
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _Files(settings_cls, env_settings, dotenv_settings), dotenv_settings


def is_guessable(key: str) -> bool:
    """Whether a key is of few characters, or of one piece again and again."""
    return len(set(key)) < FEW_CHARACTERS or key in key[1:] + key[:-1]


class _Files(PydanticBaseSettingsSource):
    """``NAME_FILE`` holds the path of a file with the value of ``NAME``, as container secrets do."""

    def __init__(self, settings: type[BaseSettings], *beside: PydanticBaseSettingsSource) -> None:
        super().__init__(settings)
        self.given: dict[str, str | None] = {}
        for source in reversed(beside):
            if isinstance(source, EnvSettingsSource | DotEnvSettingsSource):
                self.given |= source.env_vars

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        path = self.given.get(f"{field_name}_file")
        if not path:
            return None, field_name, False
        name = f"{field_name}_file".upper()
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as wrong:
            raise WrongSetting(f"{name}: {path} cannot be read ({wrong.strerror})") from None
        except UnicodeDecodeError:
            raise WrongSetting(f"{name}: {path} is not UTF-8 text") from None
        if not value:
            raise WrongSetting(f"{name}: {path} is empty")
        return value, field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def all_settings() -> type[Settings]:
    """The settings of the program and of every kind of channel, as one class that is each of its parts."""
    return _joined(tuple(dict.fromkeys(kind.settings for kind in KINDS.values() if kind.settings.model_fields)))


@cache
def _joined(parts: Sequence[type[Settings]]) -> type[Settings]:
    """A class is made once: that takes longer than to read all settings."""
    found: type[Settings] = create_model("AllSettings", __base__=(Settings, *parts))
    return found


def read_settings(**given: Any) -> Settings:
    """The settings of this process. Raises WrongSetting with one line for each that cannot stand."""
    try:
        return all_settings()(**given)
    except ValidationError as wrong:
        lines = []
        for error in wrong.errors():
            name = "_".join(str(part) for part in error["loc"][:1]).upper()
            reason = error["msg"].removeprefix("Value error, ")
            lines.append(f"{name}: {reason}" if name else reason)
        raise WrongSetting("\n".join(lines)) from None
    except UnicodeDecodeError:
        raise WrongSetting(".env is not UTF-8 text") from None


def strange_names() -> Iterator[str]:
    """A line for each name in ``.env`` that is no setting, and each in the environment that looks like one, mistyped."""
    settings = all_settings()
    known = [name.upper() + tail for name in settings.model_fields for tail in ("", "_FILE")]
    written = DotEnvSettingsSource(settings, env_file=".env").env_vars
    for where, names in ((".env", map(str.upper, written)), ("the environment", os.environ)):
        for name in names:
            if name in known:
                continue
            if near := get_close_matches(name, known, n=1, cutoff=NEAR):
                yield f"{name} in {where} is not a setting; did you mean {near[0]}?"
            elif where == ".env":
                yield f"{name} in {where} is not a setting; .env.example lists them all"
