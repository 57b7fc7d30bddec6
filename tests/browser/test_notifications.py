"""Notifications on a real page and in its real worker. Chromium subscribes at Google's servers only, so that one step is
the test's: what the page asks for is looked at, and the address and the keys that it is given are a browser's of ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
import sqlalchemy as sa
from playwright.async_api import expect

from bot.channels.web.push_services import PushServices
from bot.process.startup import utc_now
from storage.tables import web_pushes
from tests.browser.acts import look_everywhere, say
from tests.browser.conftest import Open
from tests.fakes.push_service import HOST, Browser
from tests.fakes.served import Served, served
from tests.stage import Template, until

KEY = "1f" * 32
PUBLIC_KEY = PushServices(KEY, "https://chat.example.org", (), utc_now).public_key
ON = "Nhận thông báo ở máy này"
SUBSCRIBES = """
(() => {
  let standing = null;
  PushManager.prototype.subscribe = async (options) => {
    window.asked = options;
    return standing = { options, toJSON: () => (SUBSCRIPTION), unsubscribe: async () => { standing = null; return true; } };
  };
  PushManager.prototype.getSubscription = async () => standing;
})();
"""
SHOWN = (
    "navigator.serviceWorker.ready.then(r => r.getNotifications()).then(all => all.map(n => [n.title, n.body, n.tag]))"
)


@pytest_asyncio.fixture
async def site(template: Template, tmp_path: Path) -> AsyncIterator[Served]:
    template.copy(tmp_path)
    async with served(
        tmp_path, webhook_url="https://chat.example.org", web_push_key=KEY, web_push_hosts=HOST
    ) as running:
        yield running


async def test_the_offer_is_for_everybody(site: Served, open_page: Open, axe: str) -> None:
    page = await open_page(site.url, bypass_csp=True, permissions=["notifications"], expected=("403",))
    await say(page, "thông báo trên máy này")
    await expect(page.get_by_role("button", name=ON)).to_be_visible()
    await look_everywhere(page, axe)


async def test_the_button_subscribes_the_page_and_its_worker_says_that_there_is_news(
    site: Served, open_page: Open
) -> None:
    page = await open_page(site.url, permissions=["notifications"], expected=("403",))
    browser, registered = Browser(), list[str]()
    await page.evaluate(SUBSCRIBES.replace("SUBSCRIPTION", json.dumps(browser.to_json())))
    tools = await page.context.new_cdp_session(page)
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda said: registered.extend(_ids(said)))
    await tools.send("ServiceWorker.enable")

    await page.get_by_role("textbox").fill("thông báo trên máy này")
    await page.get_by_role("textbox").press("Enter")
    await page.get_by_role("button", name=ON).click()
    await page.get_by_role("button", name="Đồng ý tham gia").click()  # before that nothing is kept of anybody
    await page.get_by_role("button", name=ON).last.click()
    await expect(page.get_by_text("Đã bật.")).to_be_visible()
    async with site.app.database.read() as tx:
        assert await tx.value(sa.select(web_pushes.c.subscription)) is not None
    assert await page.evaluate("asked.userVisibleOnly && asked.applicationServerKey") == PUBLIC_KEY

    await until(lambda: registered)
    brought = {"title": "Có tin mới", "body": "Bấm để mở trang và đọc.", "lang": "vi"}
    at = {"origin": f"{site.url}/", "registrationId": registered[-1]}
    for _ in range(2):
        await tools.send("ServiceWorker.deliverPushMessage", {**at, "data": json.dumps(brought)})
    async with asyncio.timeout(60):
        while not (shown := await page.evaluate(SHOWN)):
            await asyncio.sleep(0.02)
    assert shown == [[brought["title"], brought["body"], "news"]], "one takes the place of the other"

    await page.get_by_role("button", name="Tắt thông báo ở máy này").click()
    await expect(page.get_by_text("Đã tắt.")).to_be_visible()
    assert await page.evaluate("PushManager.prototype.getSubscription()") is None
    async with site.app.database.read() as tx:
        assert await tx.value(sa.select(web_pushes.c.subscription)) is None


def _ids(said: dict[str, Any]) -> list[str]:
    return [one["registrationId"] for one in said["registrations"]]
