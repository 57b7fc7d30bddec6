"""Debian's Chromium, driven by Playwright; every request that leaves the server, and every error on a page, fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from tests.fakes.served import Served, served
from tests.stage import Template

PATIENCE = 20_000
"""Milliseconds until a test gives up waiting for something on a page: a busy machine is slow, not wrong."""
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-dev-shm-usage --use-fake-device-for-media-stream --use-fake-ui-for-media-stream"
).split()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser."""
    expect.set_options(timeout=PATIENCE)
    assert CHROMIUM, "the browser tests need Chromium: apt-get install chromium, or set CHROMIUM to its path"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture
async def site(template: Template, tmp_path: Path) -> AsyncIterator[Served]:
    template.copy(tmp_path)
    async with served(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def demo(template: Template, tmp_path: Path) -> AsyncIterator[Served]:
    template.copy(tmp_path)
    async with served(tmp_path, demo=True) as running:
        yield running


Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture
async def open_page(browser: Browser) -> AsyncIterator[Open]:
    """Open an address in a fresh profile; nothing may go wrong on it unseen."""
    contexts, problems = [], list[str]()

    async def open_(url: str, *, expected: tuple[str, ...] = (), **how: Any) -> Page:
        shape: dict[str, Any] = {
            "viewport": {"width": 390, "height": 844},
            "locale": "vi-VN",
            "timezone_id": "Asia/Ho_Chi_Minh",
            "reduced_motion": "reduce",
        }
        context = await browser.new_context(**(shape | how))
        contexts.append(context)
        context.set_default_timeout(PATIENCE)

        async def stay(route: Route) -> None:
            if route.request.url.startswith((url.partition("#")[0], "data:", "blob:")):
                return await route.continue_()
            problems.append(f"a request left the server: {route.request.url}")
            await route.abort()

        def note(kind: str, text: str) -> None:
            if not any(part in text for part in expected):
                problems.append(f"{kind}: {text}")

        await context.route("**/*", stay)
        page = await context.new_page()
        page.on("pageerror", lambda error: note("error", str(error)))
        page.on("console", lambda line: note("console", line.text) if line.type in ("error", "warning") else None)
        await page.goto(url)
        return page

    yield open_
    for context in contexts:
        await context.close()
    assert problems == []


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, as it is published."""
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
