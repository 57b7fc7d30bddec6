"""Install the emulator, start everything, go on the journey, and stop everything again."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from storage.demo import demo
from tests.emulator import journey
from tests.emulator.relay import Relay
from tests.emulator.resident import Resident
from tests.emulator.servers import START, DidNotStart, Missing, emulator, install, serving
from tests.fakes.ports import free_port
from tests.stage import KEY, Clock, Stage

TOKEN = "123456789:EmulatedTokenOfTheTestsOnly"
SECRET = "a-secret-of-the-emulator-only"


def main() -> int:
    """Returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="nhandao-emulator-") as made:
        folder = Path(made)
        try:
            redis = shutil.which("redis-server")
            if redis is None:
                raise Missing("redis-server (apt-get install --no-install-recommends redis-server)")
            print("Installing the emulator into an environment of its own …", flush=True)
            python = install(folder / "venv")
            asyncio.run(run(folder, python, redis))
        except Missing as what:
            print(f"The journey needs what is missing here: {what}", file=sys.stderr)
            return 2
        except (AssertionError, DidNotStart) as failed:
            print(f"The journey failed: {failed}", file=sys.stderr)
            return 1
    print("The whole journey went as it should.")
    return 0


async def run(folder: Path, python: Path, redis: str) -> None:
    """Raises AssertionError and DidNotStart."""
    await plant(folder)
    port = free_port()
    async with emulator(python, redis, folder) as url, Relay(url, f"http://127.0.0.1:{port}", SECRET) as relay:
        async with program(folder, port, relay), Resident(url, TOKEN) as resident:
            await journey.travel(resident, folder)
        print("Called, and unknown to the emulator:", journey.named(relay.unknown))


async def plant(folder: Path) -> None:
    """A database with the demo's households in it."""
    stage = Stage(folder, clock=Clock(datetime.now(UTC)))
    async with stage.program() as app, app.database.write() as tx:
        await demo.plant(tx, app.files, stage.clock(), stage.settings.zone)


@asynccontextmanager
async def program(folder: Path, port: int, relay: Relay) -> AsyncIterator[None]:
    """Our program as an operator starts it, once it has set its webhook; where something fails, its log is printed."""
    settings = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "CHANNELS": "telegram", "SECRET_KEY": KEY,
        "HTTP_PORT": str(port), "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": relay.url, "TELEGRAM_PER_SECOND": "0",
        "TELEGRAM_MODE": "webhook", "WEBHOOK_URL": relay.url, "WEBHOOK_SECRET": SECRET,
    }  # fmt: skip
    command = (sys.executable, "-m", "bot", "run")
    async with serving("nhandao", port, *command, folder=folder, settings=settings) as log:
        try:
            await _webhook_is_set(relay)
            yield
        except AssertionError:
            print(log.read_text(encoding="utf-8"), file=sys.stderr)
            raise


async def _webhook_is_set(relay: Relay) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(START):
        while True:
            told = (await client.post(f"{relay.url}/bot{TOKEN}/getWebhookInfo")).raise_for_status().json()
            if told["result"]["url"] == f"{relay.url}/telegram":
                return
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
