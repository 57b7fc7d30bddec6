"""How a conversation looks while it goes on: what was taken and what was not, where one can go back, and on a slow line."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.acts import agree, choose, say, violations
from tests.browser.conftest import Open
from tests.fakes.served import Served
from tests.figures import measured

SLOW = 400 * 1024 // 8
"""Bytes a second of a poor mobile line."""
LATENCY = 100
"""Milliseconds."""
MOST = 35_000
"""Bytes that come until the first answer, without fonts, which may come later, and the photo."""
CROWD = 20
"""More messages at once than anybody may send."""


async def asked_for_a_year(page: Page) -> None:
    """Register as a volunteer, up to the second question."""
    await agree(page)
    await choose(page, "Làm tình nguyện viên")
    await expect(page.get_by_text("Họ và tên của anh/chị là gì?")).to_be_visible()
    await say(page, "Trần Thị Thử")
    await expect(page.get_by_text("Anh/chị sinh năm nào?")).to_be_visible()


async def test_what_a_flood_swept_away_does_not_look_delivered_also_after_a_reload(
    site: Served, open_page: Open
) -> None:
    page = await open_page(site.url)
    await expect(page.get_by_role("button", name="Giúp một gia đình", exact=True)).to_be_visible()
    box = page.get_by_role("textbox")
    for n in range(CROWD):
        await box.fill(f"tin số {n}")
        await box.press("Enter")
    lost = page.locator(".me.dropped")
    await expect(lost.filter(has_text=f"tin số {CROWD - 1}")).to_be_visible()
    await expect(lost.first).to_contain_text("Chưa nhận")
    await expect(page.locator(".me", has_text="tin số 0").first).to_have_class("m me")
    await expect(page.locator(".dots")).to_have_count(0)
    n = await lost.count()
    await page.reload()
    await expect(page.locator(".me", has_text=f"tin số {CROWD - 1}")).to_be_visible()
    await expect(lost).to_have_count(n)


async def test_what_was_ticked_is_still_ticked_after_a_reload(site: Served, open_page: Open) -> None:
    page = await open_page(site.url)
    await expect(page.get_by_role("button", name="Giúp một gia đình", exact=True)).to_be_visible()
    await say(page, "/consent")
    await choose(page, "Thêm thông báo, nêu tên")
    box = page.get_by_role("button", name="Nhận thông báo", exact=True)
    await box.click()
    await expect(box).to_have_attribute("aria-pressed", "true")
    said = await page.locator("article").count()
    await page.wait_for_timeout(1000)  # the answer takes the place of the question
    await page.reload()
    await expect(box).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("article")).to_have_count(said)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_at_every_question_one_can_go_back_or_cancel(site: Served, open_page: Open, axe: str, theme: str) -> None:
    page = await open_page(site.url, bypass_csp=True, color_scheme=theme, viewport={"width": 320, "height": 568})
    await asked_for_a_year(page)
    for label in ("Quay lại", "Hủy"):
        button = page.get_by_role("button", name=label, exact=True)
        await expect(button).to_be_in_viewport(ratio=1)
        place = await button.bounding_box()
        assert place is not None
        assert place["height"] >= 44
    assert await violations(page, axe) == []
    await choose(page, "Quay lại")
    await expect(page.get_by_text("Họ và tên của anh/chị là gì?")).to_have_count(2)
    await expect(page.get_by_role("button", name="Quay lại", exact=True)).to_have_count(0)
    await choose(page, "Hủy")
    await expect(page.get_by_role("button", name="Về trang chính", exact=True)).to_be_visible()


async def test_on_the_smallest_phone_all_that_a_pledge_s_ends_offer_is_in_sight(site: Served, open_page: Open) -> None:
    page = await open_page(site.url, viewport={"width": 320, "height": 568})
    await agree(page)
    await say(page, "/pledge DC-0003")
    await choose(page, "Sách vở, áo ấm")
    await choose(page, "200.000 đ")
    for label in ("Cam kết giúp", "Sửa lại", "Để lại số điện thoại", "Hủy"):
        await expect(page.get_by_role("button", name=label, exact=True).last).to_be_in_viewport(ratio=1)
    await choose(page, "Cam kết giúp")
    await expect(page.get_by_text("Cảm ơn anh/chị! Hội đã ghi cam kết")).to_be_visible()
    for label in ("Đăng ký của tôi", "Về trang chính"):
        button = page.get_by_role("button", name=label, exact=True).last
        await expect(button).to_be_in_viewport(ratio=1)
        place, box = await button.bounding_box(), await page.get_by_role("textbox").bounding_box()
        assert place is not None and box is not None
        assert place["height"] >= 44
        assert place["y"] + place["height"] <= box["y"], label


async def test_on_a_slow_line_the_first_button_costs_few_bytes(site: Served, open_page: Open) -> None:
    page = await open_page(f"{site.url}/healthz", expected=("404",))
    await page.context.unroute_all()
    line = await page.context.new_cdp_session(page)
    await line.send("Network.enable")
    slow = {"offline": False, "latency": LATENCY, "downloadThroughput": SLOW, "uploadThroughput": SLOW}
    await line.send("Network.emulateNetworkConditions", slow)
    came: dict[str, int] = {}
    addresses: dict[str, str] = {}

    def note(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["response"]["url"]

    def count(event: dict[str, Any]) -> None:
        came[event["requestId"]] = int(event["encodedDataLength"])

    line.on("Network.responseReceived", note)
    line.on("Network.loadingFinished", count)
    await page.set_viewport_size({"width": 320, "height": 568})
    began = time.monotonic()
    await page.goto(site.url, wait_until="commit")
    await page.get_by_role("button", name="Giúp một gia đình", exact=True).click()
    await expect(page.get_by_role("button", name="Tôi muốn giúp")).to_be_visible()
    took = time.monotonic() - began
    weight = sum(
        size for id, size in came.items() if not re.search(r"\.woff2$|/fonts\.css$|/picture/", addresses.get(id, ""))
    )
    measured(
        f"the first button pressed and answered in Chromium, {SLOW * 8 // 1024} kbit/s and {LATENCY} ms, 320 px",
        f"{took:.1f} s",
        f"{weight // 1000} kB without fonts and the photo, {MOST // 1000} allowed",
    )
    assert 10_000 < weight < MOST
