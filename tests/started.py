"""The program as an operator starts it: a process of its own."""

from __future__ import annotations

import asyncio
import atexit
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.fakes.forked import Forked
from tests.fakes.ports import free_port
from tests.stage import KEY

PATIENCE = 300.0
"""Seconds that a command may take on a busy machine."""


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    return {**kept, "HTTP_PORT": "0", **settings}


async def nhandao(folder: Path, *arguments: str, said: str = "", **settings: str) -> tuple[int, str, str]:
    """Run a command to its end: exit status, output, errors.

    It is forked from a process that has loaded the program, unless it is another program that PYTHONPATH leads to.
    """
    if "PYTHONPATH" in settings:
        return await _in_a_python_of_its_own(folder, *arguments, said=said, **settings)
    with tempfile.TemporaryDirectory(prefix="nhandao-said-") as beside:
        heard, out, errors = (Path(beside, name) for name in ("said", "out", "errors"))
        heard.write_text(said, encoding="utf-8")
        command = ("bot", *arguments)
        process = await asyncio.to_thread(Forked, folder, environment(**settings), command, errors, heard, out)
        status = await asyncio.wait_for(process.wait(), PATIENCE)
        return status, out.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8")


async def _in_a_python_of_its_own(folder: Path, *arguments: str, said: str, **settings: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=folder, env=environment(**settings), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(said.encode()), PATIENCE)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def set_up(folder: Path, **settings: str) -> dict[str, str]:
    """A campaign of the five communes of Vĩnh Linh, of a real program; returns its settings.

    With the same settings it is a copy of the first one: to make it takes seconds.
    """
    settings = {"CHANNELS": "web", "SECRET_KEY": KEY, **settings}
    if "DATABASE_URL" in settings:
        await _begin(folder, settings)
        return settings
    like = tuple(sorted(settings.items()))
    if like not in _begun:
        first = Path(tempfile.mkdtemp(prefix="nhandao-begun-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        atexit.register(shutil.rmtree, first)
        await _begin(first, settings)
        _begun[like] = first
    shutil.copytree(_begun[like], folder, dirs_exist_ok=True)
    return settings


_begun: dict[tuple[tuple[str, str], ...], Path] = {}
"""By their settings, the campaigns that copies are made of."""


async def _begin(folder: Path, settings: Mapping[str, str]) -> None:
    where = ("--province", "Quảng Trị", "--communes", "huyện Vĩnh Linh")
    status, _, err = await nhandao(folder, "init", *where, **settings)
    assert status == 0, err


@asynccontextmanager
async def running(
    folder: Path, *arguments: str, **settings: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A serving process and its address."""
    port = str(free_port())
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, env=environment(**(settings | {"HTTP_PORT": port})),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with httpx.AsyncClient() as client:
            for _ in range(600):
                try:
                    await client.get(f"http://127.0.0.1:{port}/healthz")
                    break
                except httpx.ConnectError:
                    assert process.returncode is None, (await process.communicate())[1].decode()
                    await asyncio.sleep(0.05)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")
