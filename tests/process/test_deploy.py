"""The files for running it somewhere name only what is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import yaml

from bot.settings import all_settings
from bot.turn.operate import Mistake, Passing
from bot.web.limits import Limits
from bot.web.server import OWN_FILES
from tests import ROOT

DEPLOY = ROOT / "deploy"
NAMES = {name.upper() for name in all_settings().declared}
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


def test_the_image_can_copy_the_database_of_its_own_compose_file_before_an_upgrade() -> None:
    """An older pg_dump refuses the server, and only Debian 13 has the client of 17."""
    built = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    given = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    (client,) = re.findall(r"postgresql-client-(\d+)", built)
    (server,) = re.findall(r"postgres:(\d+)", given["postgres"]["image"])
    assert int(client) >= int(server)
    (base,) = re.findall(r"ARG PYTHON_IMAGE=(\S+)", built)
    assert base.endswith("-trixie")
    assert base in given["bot-1"]["build"]["args"]["PYTHON_IMAGE"]


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


def test_the_service_unit_leaves_the_program_little_that_it_does_not_need() -> None:
    unit = (DEPLOY / "nhandao.service").read_text(encoding="utf-8")
    for line in (
        "SystemCallFilter=@system-service landlock_create_ruleset landlock_restrict_self", "SystemCallFilter=~@privileged",
        "SystemCallErrorNumber=EPERM", "MemoryMax=", "TasksMax=", "OOMPolicy=continue", "NoNewPrivileges=yes",
        "CapabilityBoundingSet=\n",
    ):  # fmt: skip
        assert f"\n{line}" in unit, line
    if judge := shutil.which("systemd-analyze"):  # from 0, safe, to 100
        command = (judge, "security", "--offline=yes", "--threshold=20", str(DEPLOY / "nhandao.service"))
        judged = subprocess.run(command, capture_output=True, text=True, check=False)
        assert judged.returncode == 0, judged.stdout + judged.stderr


def test_every_container_has_an_end_to_its_memory_and_processes_and_its_image_can_be_pinned() -> None:
    for name, one in yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"].items():
        assert (one["mem_limit"], one["pids_limit"]) > ("", 0), name
        assert one["security_opt"] == ["no-new-privileges:true"]
        pinned = one["build"]["args"]["PYTHON_IMAGE"] if "build" in one else one["image"]
        assert re.fullmatch(r"\$\{[A-Z]+_IMAGE:-[a-z]+:[\w.-]+\}", pinned), name
    built = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^FROM (\S+)", built) == ["${PYTHON_IMAGE}"] * 2


def test_one_command_pins_every_image_by_digest_or_changes_nothing(tmp_path: Path) -> None:
    for name in ("compose.yaml", "pin-images"):
        shutil.copy(DEPLOY / name, tmp_path)
    noted, docker = tmp_path / ".env", tmp_path / "docker"
    noted.write_text("DOMAIN=tnd.example.vn\nPOSTGRES_IMAGE=postgres:17@sha256:of-before\n")

    def pin(told: str) -> int:
        docker.write_text(f"#!/bin/sh\n{told}\n")
        docker.chmod(0o755)
        path = f"{tmp_path}:/usr/bin:/bin"
        return subprocess.run(
            [tmp_path / "pin-images"], env={"PATH": path}, capture_output=True, check=False
        ).returncode

    before = noted.read_text()
    for told in ("exit 1", "true", "echo postgres:17", f'[ "$4" = postgres:17 ] || echo sha256:{"a" * 64}'):
        assert pin(told) == 1
        assert noted.read_text() == before
    assert pin(f"echo sha256:{'a' * 64}") == 0
    pinned = dict(line.split("=", 1) for line in noted.read_text().splitlines())
    images = re.findall(r"\$\{([A-Z]+_IMAGE):-([^}]+)\}", (DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert pinned == {"DOMAIN": "tnd.example.vn", **{name: f"{image}@sha256:{'a' * 64}" for name, image in images}}
    assert {path.name for path in tmp_path.iterdir()} == {"compose.yaml", "pin-images", ".env", "docker"}
