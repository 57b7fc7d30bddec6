"""The commands that the program and its handbooks advise run as they are written, where systemd or compose keeps it."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from msgspec.structs import astuple

from bot.cli.doctor import checks
from bot.turn.operate import COMPOSE, SYSTEMD
from tests import ROOT
from tests.fakes.ports import free_port
from tests.stage import KEY
from tests.started import environment, set_up

SYSTEMD_RUN = """#!/bin/sh
# As systemd does it: the keys as files of its own, the folder, and nothing of the caller's environment but PATH.
for one; do
    case $one in
        LoadCredential=*)
            mkdir -p "$HOME/credentials"; pair=${one#*=}
            install -m 400 "${pair#*:}" "$HOME/credentials/${pair%%:*}" ;;
        --working-directory=*) cd "${one#*=}" || exit 200 ;;
        -*|UMask=*) ;;
        *) break ;;
    esac
    shift
done
exec env -i PATH="$PATH" HTTP_PORT="$HTTP_PORT" CREDENTIALS_DIRECTORY="$HOME/credentials" "$@"
"""
DOCKER = """#!/bin/sh
echo "$(basename "$PWD")$ docker $*" >>"$HOME/typed"
case "$*" in *ps*) cat "$HOME/running" ;; esac
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program is installed as the handbook says, and the ways to it are put beside other programs."""
    deploy, bin, venv = tmp_path / "opt" / "deploy", tmp_path / "bin", tmp_path / "opt" / ".venv" / "bin"
    for folder in (deploy, bin, venv, tmp_path / "data", tmp_path / "keys"):
        folder.mkdir(parents=True)
    for name in ("nhandao-systemd", "nhandao-compose"):
        way = (ROOT / "deploy" / name).read_text(encoding="utf-8")
        way = way.replace("/var/lib/nhandao", str(tmp_path / "data")).replace("/etc/nhandao", str(tmp_path / "keys"))
        (deploy / name).write_text(way, encoding="utf-8")
    (venv / "nhandao").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m bot "$@"\n')
    (bin / "systemd-run").write_text(SYSTEMD_RUN)
    (bin / "docker").write_text(DOCKER)
    (bin / "id").write_text("#!/bin/sh\necho 0\n")
    for path in (*deploy.iterdir(), venv / "nhandao", *bin.iterdir()):
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


async def typed(machine: Path, *words: str) -> tuple[int, str]:
    """Type it somewhere on this machine: exit status and what is printed."""
    process = await asyncio.create_subprocess_exec(
        "nhandao", *words, cwd=machine, env=environment(HTTP_PORT=str(free_port())), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


async def test_under_systemd_every_command_runs_as_it_is_written_with_the_service_s_keys_and_folder(
    machine: Path,
) -> None:
    (machine / "bin" / "nhandao").symlink_to(machine / "opt" / "deploy" / "nhandao-systemd")
    await set_up(machine / "data")
    (machine / "data" / ".env").write_text("CHANNELS=web\n")
    (machine / "data" / ".env").chmod(0o600)
    assert "SECRET_KEY" in (await typed(machine, "audit", "verify"))[1], "without a key it is not guessed"
    (machine / "keys" / "secret_key").write_text(f"{KEY}\n")
    assert "The audit log is intact" in (await typed(machine, "audit", "verify"))[1]
    status, sheet = await typed(machine, "backup", "--keys")
    assert (status, "AGE-SECRET-KEY-1" in sheet) == (0, True)
    assert "BACKUP_KEY=age1" in (machine / "data" / ".env").read_text()
    status, said = await typed(machine, "backup")
    assert (status, "restored on trial" in said) == (0, True), said
    assert list((machine / "data").rglob("*.tar.age"))
    status, said = await typed(machine, "doctor")
    assert (status, "Nothing is wrong" in said) == (0, True), said
    assert "→ sudo systemctl start nhandao" in said


async def test_under_compose_it_runs_in_the_container_that_runs_and_else_in_one_of_its_own(machine: Path) -> None:
    (machine / "bin" / "nhandao").symlink_to(machine / "opt" / "deploy" / "nhandao-compose")
    (machine / "running").write_text("postgres\nbot-1\n")
    await typed(machine, "restore", "--check", "a file")
    (machine / "running").write_text("postgres\n")
    await typed(machine, "doctor")
    asked = "deploy$ docker compose ps --services --status running"
    assert (machine / "typed").read_text().splitlines() == [
        asked, "deploy$ docker compose exec -T bot-1 nhandao restore --check a file",
        asked, "deploy$ docker compose run --rm -T bot-1 nhandao doctor",
    ]  # fmt: skip


def test_who_asks_as_root_is_told_a_command_that_has_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "WAY", tmp_path / "nhandao")
    monkeypatch.setattr(sys, "argv", ["/opt/nhandao/.venv/bin/nhandao", "doctor"])
    assert checks._as_owner(0) == "runuser -u root -- /opt/nhandao/.venv/bin/nhandao doctor"
    assert checks._as_owner(4_000_000).startswith("setpriv --reuid=4000000 --clear-groups /opt/nhandao")
    (tmp_path / "nhandao").touch()
    assert checks._as_owner(0) == f"{tmp_path}/nhandao doctor"


def test_what_compose_is_told_names_its_own_services() -> None:
    services = set(re.findall(r"(?m)^  ([a-z0-9-]+):", (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")))
    for command in astuple(COMPOSE):
        assert command.startswith("docker compose "), command
        assert set(re.findall(r"\b(?:bot-\d|proxy)\b", command)) <= services
    assert not [command for command in astuple(SYSTEMD) if "docker" in command]
    assert "KEPT_BY=compose" in (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["nhandao-systemd", "nhandao-compose"])
def test_each_way_can_be_run_and_the_handbook_says_how_to_put_it_there(name: str) -> None:
    path = ROOT / "deploy" / name
    assert os.access(path, os.X_OK)
    assert shutil.which("sh")
    put = f"ln -s /opt/nhandao/deploy/{name} /usr/local/bin/nhandao"
    assert put in path.read_text(encoding="utf-8")
    assert put in (ROOT / "docs" / "may-chu.md").read_text(encoding="utf-8")
