"""Settings: read from the environment, from .env and from files; a wrong one is named, and stops the start."""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.settings import TelegramSettings
from bot.declared import Part, WrongSetting, setting
from bot.settings import all_settings, read_settings, strange_names
from tests import ROOT
from tests.fakes.post import PostSettings

KEY = "0123456789abcdefFEDCBA9876543210"
TOKEN = "123456789:AAEexampleexampleexampleexample"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in all_settings().declared:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name}_file".upper(), raising=False)


def homes(settings: type[Part]) -> dict[str, set[type]]:
    """The classes that a class of settings is made of, by each name that they define; of equal names one is lost."""
    found: dict[str, set[type]] = {}
    for part in settings.__mro__[1:]:
        if issubclass(part, Part) and part is not Part:
            for name in {*vars(part).get("__annotations__", ()), *vars(part)}:
                if not name.startswith("__") and name not in ("declared", "must_fit", "_shown"):
                    found.setdefault(name, set()).add(part)
    return found


def test_no_two_channels_settings_share_a_name() -> None:
    found = homes(all_settings())
    assert {"database_url", "telegram_token", "zalo_bot_token", "webhook_url"} <= found.keys()
    assert {name: classes for name, classes in found.items() if len(classes) > 1} == {}


def test_a_setting_of_two_channels_is_found() -> None:
    class Pigeons(Part):
        post_folder: Path | None = setting(None, description="Where they live.")

    class Both(PostSettings, Pigeons):
        pass

    assert homes(Both)["post_folder"] == {PostSettings, Pigeons}


def test_without_anything_it_is_the_demo() -> None:
    settings = read_settings()
    assert settings.is_demo
    assert settings.running == ("web",)


def test_a_token_means_telegram_and_the_web_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("SECRET_KEY", KEY)
    settings = read_settings()
    assert not settings.is_demo
    assert settings.running == ("telegram", "web")


def test_a_secret_can_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    (tmp_path / "key").write_text(KEY)
    monkeypatch.setenv("TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    (tmp_path / ".env").write_text(f"SECRET_KEY_FILE={tmp_path / 'key'}\n")
    settings = read_settings()
    assert isinstance(settings, TelegramSettings)
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.secret_key is not None
    assert settings.secret_key.get_secret_value() == KEY


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", "nowhere")
    with pytest.raises(WrongSetting, match="SECRET_KEY_FILE: nowhere cannot be read"):
        read_settings()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "SECRET_KEY_FILE: key is empty"), (b"\xff\xfe", "SECRET_KEY_FILE: key is not UTF-8 text")],
)
def test_a_file_that_holds_no_value_is_named(content: bytes, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("key").write_bytes(content)
    monkeypatch.setenv("SECRET_KEY_FILE", "key")
    with pytest.raises(WrongSetting) as wrong:
        read_settings()
    assert str(wrong.value) == said


def test_an_env_file_that_is_no_text_is_named() -> None:
    Path(".env").write_bytes(b"\xff\xfeT")
    with pytest.raises(WrongSetting, match=r"^\.env is not UTF-8 text$"):
        read_settings()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"TELEGRAM_TOKEN": "hello"}, "TELEGRAM_TOKEN: a token looks like"),
        ({"TELEGRAM_TOKEN": TOKEN}, "SECRET_KEY is needed"),
        ({"TELEGRAM_TOKEN": TOKEN, "SECRET_KEY": "short"}, "SECRET_KEY: write at least 32"),
        ({"TELEGRAM_TOKEN": TOKEN, "SECRET_KEY": "secret " * 5}, "SECRET_KEY: it can be guessed"),
        ({"TELEGRAM_TOKEN": TOKEN, "SECRET_KEY": "ab" * 20}, "SECRET_KEY: it can be guessed"),
        ({"TELEGRAM_MODE": "carrier-pigeon"}, "TELEGRAM_MODE: "),
        ({"TELEGRAM_TOKEN": TOKEN, "SECRET_KEY": KEY, "TELEGRAM_MODE": "webhook"}, "needs WEBHOOK_URL"),
        (
            {
                "TELEGRAM_TOKEN": TOKEN,
                "SECRET_KEY": KEY,
                "TELEGRAM_MODE": "webhook",
                "WEBHOOK_URL": "https://example.org",
            },
            "needs WEBHOOK_SECRET",
        ),
        ({"WEBHOOK_SECRET": "a b"}, "WEBHOOK_SECRET: write 16 to 256"),
        ({"CHANNELS": "pigeon"}, "CHANNELS: there is no channel 'pigeon'"),
        ({"CHANNELS": "telegram", "SECRET_KEY": KEY}, "CHANNELS names telegram"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL: write sqlite"),
        ({"DATABASE_URL": "postgresql://u@h/d"}, "DATABASE_URL: write sqlite"),
        ({"DATABASE_URL": "postgresql+asyncpg://u@h:port/d"}, "DATABASE_URL: write sqlite"),
        ({"DATABASE_URL": "postgresql+asyncpg://u@h:70000/d"}, "DATABASE_URL: write sqlite"),
        ({"DATABASE_URL": "postgresql+asyncpg://u@h/d?sslmode=require"}, "asyncpg knows no 'sslmode'; an encrypted"),
        ({"FILES_URL": "ftp://x"}, "FILES_URL: write the path of a folder, or s3://"),
        ({"BACKUP_ALSO_TO": "/mnt/usb", "CHANNELS": "web", "SECRET_KEY": KEY}, "s3://BUCKET"),
        ({"BACKUP_ALSO_TO": "s3://safe", "CHANNELS": "web", "SECRET_KEY": KEY}, "BACKUP_ALSO_SECRET are needed"),
        ({"FILES_URL": "s3://bucket", "CHANNELS": "web", "SECRET_KEY": KEY}, "FILES_KEY and FILES_SECRET are needed"),
        ({"HTTP_PORT": "eighty"}, "HTTP_PORT: "),
        ({"HTTP_PORT": "70000"}, "HTTP_PORT: "),
        ({"DEFAULT_LANGUAGE": "fr"}, "DEFAULT_LANGUAGE: "),
        ({"QUIET_HOURS": "21:0007:00"}, "QUIET_HOURS: '21:0007:00' is not a time range"),
        ({"QUIET_HOURS_ON": "telegram 21:0007:00"}, "QUIET_HOURS_ON: '21:0007:00' is not a time range"),
        ({"QUIET_HOURS_ON": "zallo 21:00-07:00"}, "QUIET_HOURS_ON: there is no channel 'zallo'"),
        ({"CALENDAR_A_MONTH": "zallo 4"}, "CALENDAR_A_MONTH: there is no channel 'zallo'"),
        ({"REHEARSAL_AT": "7"}, "REHEARSAL_AT: '7' is not a time"),
        ({"CALENDAR_A_MONTH": "zalo_bot four"}, "CALENDAR_A_MONTH: write a channel and a number"),
        ({"CHANNELS": "console", "SECRET_KEY": KEY}, "there is no channel 'console'"),
        ({"TIMEZONE": "Asia/Hồ_Chí_Minh"}, "TIMEZONE: 'Asia/Hồ_Chí_Minh' is not a time zone"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL: "),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT: "),
        ({"TELEGRAM_API_URL": "localhost:8081"}, "TELEGRAM_API_URL: write an address"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    given: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting) as wrong:
        read_settings()
    assert said in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_wrong_token_is_not_repeated_in_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "123:secret")
    with pytest.raises(WrongSetting) as wrong:
        read_settings()
    assert "secret" not in str(wrong.value)


def test_a_password_in_an_address_is_not_shown() -> None:
    settings = read_settings(database_url="postgresql+asyncpg://nhandao:s3:cret@db/nhandao", files_secret="hush")
    assert settings.shown("database_url") == "postgresql+asyncpg://nhandao:********@db/nhandao"
    assert "hush" not in settings.shown("files_secret")


def test_the_example_lists_exactly_the_settings() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = re.findall(r"(?m)^([A-Z_]+)=", example)
    assert sorted(listed) == sorted(name.upper() for name in all_settings().declared)
    assert not re.findall(r"(?m)^[A-Z_]+=.+", example), "an example holds no values"


def test_a_name_that_is_no_setting_is_told_with_the_nearest_one(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("HTTP_PROT=1\nHTTP_PORT=2\nSECRET_KEY_FILE=key\nPIGEONS=3\n", encoding="utf-8")
    monkeypatch.setenv("TELEGRAM_TOKN", "x")
    monkeypatch.setenv("HTTP_PROXY", "none of ours, and not near enough")
    monkeypatch.setenv("NOT_NEAR_ANY", "x")
    assert sorted(strange_names()) == [
        "HTTP_PROT in .env is not a setting; did you mean HTTP_PORT?",
        "PIGEONS in .env is not a setting; .env.example lists them all",
        "TELEGRAM_TOKN in the environment is not a setting; did you mean TELEGRAM_TOKEN?",
    ]


def test_no_password_is_shown_by_settings_nor_by_a_traceback_with_them() -> None:
    given: dict[str, Any] = {
        "database_url": "postgresql+asyncpg://u:canary1@db.internal/d?password=canary2",
        "files_url": "s3://pictures?endpoint=https://k:canary3@s3.example&secret=canary4",
        "secret_key": "canary5" + KEY, "metrics_token": "canary6" + KEY, "telegram_token": TOKEN, "channels": "web",
        "files_key": "f", "files_secret": "canary7",
    }  # fmt: skip
    settings = read_settings(**given)
    try:
        raise ValueError(settings)
    except ValueError as failed:
        shown = "".join(traceback.TracebackException.from_exception(failed, capture_locals=True).format())
    shown = "".join(line for line in shown.splitlines() if "given =" not in line)
    every = "\n".join([shown, repr(settings), str(settings), f"{settings}", *map(settings.shown, settings.declared)])
    assert "db.internal" in every
    assert "canary" not in every
    assert TOKEN not in every


def test_what_is_wrong_is_said_without_what_was_written() -> None:
    with pytest.raises(WrongSetting) as wrong:
        read_settings(database_url="postgresql+asyncpg://u:canary@h:port/d", metrics_token="canary")
    assert "canary" not in str(wrong.value)
