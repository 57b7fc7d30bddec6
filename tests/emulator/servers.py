"""The servers that the emulator needs, and itself, as processes on loopback that end with the script."""

from __future__ import annotations

import asyncio
import subprocess
import venv
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fakes import s3
from tests.fakes.ports import free_port
from tests.started import environment

LOCK = Path(__file__).with_name("requirements.lock")
CONTROL_KEY = "a-key-of-the-emulator-only"
START, STOP = 60.0, 10.0
"""Seconds that a server may take to listen, and to end."""


class Missing(Exception):
    """What this machine must have first."""


class DidNotStart(Exception):
    """A server that is needed; its text says which, and what it wrote."""


def install(folder: Path) -> Path:
    """Make an environment with the emulator in it; returns its Python. Raises Missing."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    done = subprocess.run([*pip, "--requirement", str(LOCK)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"the emulator; it could not be installed:\n{done.stderr}")
    return python


@asynccontextmanager
async def serving(
    name: str, port: int, *command: str | Path, folder: Path, settings: Mapping[str, str]
) -> AsyncIterator[Path]:
    """A process that listens on this port; what it writes is in the file. Raises DidNotStart."""
    log = folder / f"{name}.log"
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env=environment(**settings), stdout=written, stderr=subprocess.STDOUT
        )
    try:
        if not await _listens(process, port):
            raise DidNotStart(f"{name} does not listen on port {port}:\n{log.read_text(errors='replace')}")
        yield log
    finally:
        await _end(process)


async def _listens(process: asyncio.subprocess.Process, port: int) -> bool:
    loop = asyncio.get_running_loop()
    until = loop.time() + START
    while process.returncode is None and loop.time() < until:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return True
    return False


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP)
    except TimeoutError:
        process.kill()
        await process.wait()


@asynccontextmanager
async def emulator(python: Path, redis: str, folder: Path) -> AsyncIterator[str]:
    """Its address; it keeps messages in a Redis and photos in an S3 server, both empty. Raises DidNotStart."""
    redis_port, port = free_port(), free_port()
    memory = ("--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    with s3.server() as photos:
        settings = {
            "MOCK_SERVER_HOST": "127.0.0.1", "MOCK_SERVER_PORT": str(port), "AUTH_KEYS": CONTROL_KEY,
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0", "MINIO_ENDPOINT": photos.removeprefix("http://"),
        }  # fmt: skip
        command = (python, "-m", "telemelya.server.app")
        async with (
            serving("redis", redis_port, redis, *memory, folder=folder, settings={}),
            serving("telemelya", port, *command, folder=folder, settings=settings),
        ):
            yield f"http://127.0.0.1:{port}"
