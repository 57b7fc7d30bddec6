"""The files for running it somewhere name only what is there."""

from __future__ import annotations

import re

import yaml

from bot.settings import all_settings
from bot.turn.operate import Mistake, Passing
from bot.web.limits import Limits
from bot.web.server import OWN_FILES
from tests import ROOT

DEPLOY = ROOT / "deploy"
NAMES = {name.upper() for name in all_settings().model_fields}
NOT_OURS = {"FORWARDED_ALLOW_IPS"}
"""uvicorn's own."""


def test_the_compose_file_sets_settings_that_exist_and_names_services_that_the_proxy_knows() -> None:
    given = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    bots = {name: one for name, one in given["services"].items() if name.startswith("bot-")}
    assert len(bots) == 2
    for bot in bots.values():
        assert {name.removesuffix("_FILE") for name in bot["environment"]} - NOT_OURS <= NAMES
        assert set(bot["secrets"]) <= set(given["secrets"])
        for name, value in bot["environment"].items():
            if name.endswith("_FILE"):
                assert value == f"/run/secrets/{name.removesuffix('_FILE').lower()}"
    proxy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert set(re.findall(r"(\S+):8080", proxy)) == set(bots)
    assert set(given["volumes"]) == {
        mount.partition(":")[0]
        for one in given["services"].values()
        for mount in one["volumes"]
        if not mount.startswith(".")
    }


def test_the_image_is_built_from_what_is_there() -> None:
    built = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", built) for name in line.split()]
    assert set(copied) >= {"bot", "handlers", "locales", "storage", "requirements.lock", "pyproject.toml"}
    ignored = (DEPLOY.parent / ".dockerignore").read_text(encoding="utf-8").split("\n")
    for name in copied:
        assert (DEPLOY.parent / name).exists(), name
        assert f"!{name}" in ignored, name


def test_the_service_unit_sets_settings_that_exist() -> None:
    unit = (DEPLOY / "nhandao.service").read_text(encoding="utf-8")
    named = re.findall(r"\b([A-Z_]{3,})_FILE=", unit)
    assert named
    assert set(named) <= NAMES
    assert "RestartPreventExitStatus=2\n" in unit
    assert (Mistake.status, Passing.status) == (2, 1)
    assert "Restart=always\n" in unit
    assert "StartLimitIntervalSec=0\n" in unit, "systemd would give up after five starts in ten seconds"


def test_there_are_descriptors_and_room_for_what_the_limits_allow() -> None:
    limits = Limits()
    unit = (DEPLOY / "nhandao.service").read_text(encoding="utf-8")
    given = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["bot-1"]
    for files in (re.findall(r"LimitNOFILE=(\d+)", unit)[0], given["ulimits"]["nofile"]):
        assert int(files) >= limits.connections + OWN_FILES
    size = re.fullmatch(r"/tmp:size=(\d+)m", given["tmpfs"][0])
    assert size
    assert int(size[1]) << 20 > 2 * limits.upload_bytes
