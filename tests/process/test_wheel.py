"""The program as it is installed: a wheel in an environment of its own, as pipx makes one, that runs where no checkout is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

from tests import ROOT
from tests.fakes.ports import free_port
from tests.started import CODE


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed console script. Only the dependencies are borrowed from the environment of the tests."""
    made, there = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("there")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*build, str(made), str(ROOT)], check=True)
    (wheel,) = made.glob("nhandao-*.whl")
    venv.create(there, with_pip=False)
    python = there / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", str(wheel)]
    subprocess.run(install, check=True)
    (site,) = there.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"])
    return there / "bin" / "nhandao"


def run(program: Path, folder: Path, *arguments: str, said: str = "", **settings: str) -> str:
    """What a command prints, in this folder."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "HTTP_PORT": "0", **settings}
    command = [str(program), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, input=said, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_the_wheel_that_runs_and_it_holds_all_that_the_program_needs(program: Path, tmp_path: Path) -> None:
    assert run(program, tmp_path, "--version") == f"{version('nhandao')}\n"
    python = program.with_name("python")
    assert str(program.parent.parent) in run(python, tmp_path, "-c", "import bot; print(bot.__file__)")
    # It makes its database, plants the demo and answers: migrations, sentences and data are all there.
    assert "Chữ thập đỏ Vĩnh Linh" in run(program, tmp_path, "chat", said="/help\n")
    assert (tmp_path / "data" / "demo.db").exists()


def test_a_shell_completes_its_commands(program: Path, tmp_path: Path) -> None:
    script = run(program, tmp_path, "--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "nhandao" in script
    asked = {"_NHANDAO_COMPLETE": "complete_bash", "COMP_WORDS": "nhandao sta", "COMP_CWORD": "1"}
    assert run(program, tmp_path, **asked).split() == ["staff"]


def test_the_demo_opens_outside_a_checkout(program: Path, tmp_path: Path) -> None:
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HTTP_PORT": str(port)}
    demo = subprocess.Popen([program, "demo"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    try:
        assert any(f"The demo is open: http://127.0.0.1:{port}" in line for line in demo.stdout)
        assert httpx.get(f"http://127.0.0.1:{port}").status_code == 200
    finally:
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(20) == 0
        demo.stdout.close()


def test_a_campaign_is_set_up_in_an_empty_folder_and_its_address_is_told(program: Path, tmp_path: Path) -> None:
    said = "\n".join(["", "Nghệ An", "Quỳ Châu", "", "", "", "", "", "", "1"]) + "\n"
    out = run(program, tmp_path, "init", said=said)
    assert CODE.search(out), out
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert run(program, tmp_path, "open", HTTP_PORT="8123") == "web: http://127.0.0.1:8123\n"
    assert "Xã Quỳ Châu" in run(program, tmp_path, "units", "export")
