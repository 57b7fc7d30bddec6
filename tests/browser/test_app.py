"""The page on a small phone, and as an app that opens without a network."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from bot.channels.web.install import WORKER
from bot.web.server import STATIC
from tests.browser.acts import choose, say
from tests.browser.conftest import Open
from tests.fakes.served import Served

CONTROLLED = (
    "new Promise(done => navigator.serviceWorker.controller ? done()"
    " : navigator.serviceWorker.addEventListener('controllerchange', () => done()))"
)
"""Waits for the worker. The page's policy forbids ``wait_for_function`` to look twice."""
SMALL: dict[str, Any] = {"width": 320, "height": 568}


async def is_clear(page: Page, label: str) -> bool:
    """Whether this button is wholly on the screen, and nothing lies over it."""
    button = page.get_by_role("button", name=label, exact=True).last
    await expect(button).to_be_visible()
    found: bool = await button.evaluate(
        "b => { const {left, right, top, bottom} = b.getBoundingClientRect(); return [top + 2, bottom - 2].every("
        "y => [left + 16, right - 16].every(x => b.contains(document.elementFromPoint(x, y)))); }"
    )
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_small_phone_shows_the_greeting_with_a_button_and_then_the_wish_to_help(
    site: Served, open_page: Open, theme: str
) -> None:
    page = await open_page(site.url, viewport=SMALL, color_scheme=theme)
    await expect(page.get_by_text("Xin chào!")).to_be_in_viewport()
    assert await is_clear(page, "Giúp một gia đình")
    await page.get_by_role("button", name="Giúp một gia đình").click()
    await expect(page.get_by_role("button", name="Tôi muốn giúp")).to_be_in_viewport(ratio=1)
    assert await is_clear(page, "Tôi muốn giúp")


async def test_households_to_choose_from_are_cards_with_what_is_missing(site: Served, open_page: Open) -> None:
    page = await open_page(site.url)
    await page.get_by_role("button", name="Giúp một gia đình").click()
    await page.get_by_role("button", name="Xem tất cả").click()
    card = page.get_by_role("button").filter(has_text="Gia đình ông V.")
    await expect(card).to_contain_text("Xã Vĩnh Hoàng")
    await expect(card).to_contain_text("còn thiếu")
    await expect(card.locator("img")).to_have_count(1)
    await card.press("Enter")
    await expect(page.get_by_text("Mã: DC-0008")).to_be_visible()


async def test_neither_a_late_photo_nor_scrolling_moves_a_button_from_under_the_finger(
    site: Served, open_page: Open
) -> None:
    page = await open_page(site.url)
    fetched = asyncio.Event()

    async def fetch_late(route: Route) -> None:
        await fetched.wait()
        await route.continue_()

    await page.route("**/picture/*", fetch_late)
    await page.get_by_role("button", name="Giúp một gia đình").click()
    button = page.get_by_role("button", name="Xem tất cả")
    await button.hover()
    place = await button.bounding_box()
    await page.mouse.down()
    fetched.set()
    await page.locator(".bot img").evaluate("img => img.decode()")
    await page.evaluate("new Promise(requestAnimationFrame)")
    assert await button.bounding_box() == place
    await page.mouse.up()
    await expect(page.get_by_role("button").filter(has_text="Gia đình ông V.")).to_be_visible()


async def test_at_twice_the_size_there_is_room_to_write(site: Served, open_page: Open) -> None:
    page = await open_page(site.url, viewport={"width": 195, "height": 422})
    await expect(page.get_by_role("button", name="Giúp một gia đình")).to_be_visible()
    box = await page.get_by_role("textbox").bounding_box()
    assert box is not None
    assert box["height"] < 60 and box["width"] > 150
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_page_opens_without_a_network_says_what_waits_and_goes_on_by_itself(
    site: Served, open_page: Open
) -> None:
    page = await open_page(site.url, expected=("ERR_INTERNET_DISCONNECTED", "ERR_FAILED"))
    await expect(page.get_by_role("button", name="Giúp một gia đình")).to_be_visible()
    await page.evaluate(CONTROLLED)
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.get_by_text("Tin nhắn được giữ lại và sẽ tự gửi khi có mạng")).to_be_visible()
    await page.get_by_role("textbox").fill("tôi muốn giúp")
    await page.get_by_role("textbox").press("Enter")
    await expect(page.get_by_text("Còn 1 tin chờ ở đây")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("tôi muốn giúp")).to_be_visible()
    await expect(page.get_by_text("Còn 1 tin chờ ở đây")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_text("Việc này cần anh/chị đồng ý trước")).to_be_visible()
    await expect(page.locator(".net")).to_be_empty()


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 568), (195, 422), (640, 360), (160, 284)])
async def test_the_main_button_of_consent_is_in_sight_on_a_small_phone_and_at_twice_the_size(
    site: Served, open_page: Open, width: int, height: int
) -> None:
    page = await open_page(site.url, viewport={"width": width, "height": height})
    await expect(page.get_by_role("button", name="Giúp một gia đình")).to_be_visible()
    await say(page, "/consent")
    await expect(page.get_by_role("button", name="Đồng ý tham gia")).to_be_in_viewport(ratio=1)
    assert await is_clear(page, "Đồng ý tham gia")


async def test_what_sends_what_changes_and_what_ends_the_ticking_are_in_sight_on_a_small_phone(
    site: Served, open_page: Open
) -> None:
    page = await open_page(site.url, viewport=SMALL)
    await choose(page, "Giúp một gia đình")
    await choose(page, "Tôi muốn giúp")
    await choose(page, "Thêm thông báo, nêu tên")
    assert await is_clear(page, "Xong")
    await choose(page, "Tham gia")
    await choose(page, "Xong")
    await choose(page, "Vốn mở góc tạp hóa nhỏ")
    await choose(page, "200.000 đ")
    assert await is_clear(page, "Cam kết giúp")
    assert await is_clear(page, "Sửa lại")
    await expect(page.get_by_text("Mời anh/chị xem lại")).to_be_in_viewport()


async def test_the_page_says_how_it_is_installed(site: Served, open_page: Open) -> None:
    page = await open_page(site.url)
    said = await (await page.request.get(f"{site.url}/app.webmanifest")).json()
    assert said["name"] == "Tháng Nhân đạo 2026"
    assert said["display"] == "standalone"
    for one in said["icons"]:
        assert (await page.request.get(f"{site.url}{one['src']}")).ok


def test_the_worker_keeps_every_script_of_the_page() -> None:
    named = re.findall(r"'(\w+)'", re.findall(r"\['chat'.*?\]", WORKER.read_text(encoding="utf-8"))[0])
    assert sorted(named) == sorted(path.stem for path in STATIC.glob("*.js") if path.stem != "demo")
