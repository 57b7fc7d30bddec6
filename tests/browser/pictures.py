"""Take the pictures of the README and of the handbook from the running program: ``python -m tests.browser.pictures``."""

from __future__ import annotations

import asyncio
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import chromium
from tests.fakes.served import served
from tests.stage import KEY, Template
from tests.started import CODE, nhandao, running

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
LOOK = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "reduced_motion": "reduce"}


async def talk(page: Page, name: str, lines: list[str]) -> None:
    """Say these lines in one pane, at a person's pace."""
    pane = page.get_by_role("region", name=name)
    await expect(pane.get_by_role("button").last).to_be_visible()
    for line in lines:
        await page.wait_for_timeout(900)
        before = await pane.locator("article").count()
        button = pane.get_by_role("button", name=line, exact=True)
        if await button.count():
            await button.last.click()
        else:
            await pane.get_by_role("textbox").fill(line)
            await pane.get_by_role("textbox").press("Enter")
        await expect(pane.locator("article").nth(before + 1)).to_be_visible()
    await page.wait_for_timeout(600)


async def take() -> None:
    """All of them."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made_up, tempfile.TemporaryDirectory() as empty:
        await Template(Path(made_up)).make()
        async with chromium() as browser:
            await take_demo(browser, Path(made_up))
            await take_phones(browser, Path(made_up))
            await take_desk(browser, Path(made_up))
            await take_first_day(browser, Path(empty))


async def take_demo(browser: Browser, folder: Path) -> None:
    """The demo with a pledge that the officer hears of."""
    async with served(folder, demo=True) as demo:
        page = await browser.new_page(viewport={"width": 1440, "height": 860}, **LOOK)  # type: ignore[arg-type]
        await page.goto(demo.url)
        pledge = ["/camket DC-0005", "Đồng ý tham gia", "Mua một con bê giống", "1tr5", "Cam kết giúp"]
        await talk(page, "Người dân", pledge)
        await expect(page.get_by_role("region", name="Cán bộ").get_by_text("Cam kết mới")).to_be_visible()
        await page.screenshot(path=PICTURES / "demo.png")


async def take_phones(browser: Browser, folder: Path) -> None:
    """A card on a phone, in both languages."""
    async with served(folder) as site:
        for language, lines, ask in (
            ("vi", ["Giúp một gia đình"], "Tôi muốn giúp"),
            ("en", ["Help a family"], "I want to help"),
        ):
            look = LOOK | {"locale": language}
            page = await browser.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=2, **look)  # type: ignore[arg-type]
            await page.goto(site.url)
            await talk(page, "Tháng Nhân đạo", lines)
            await page.get_by_role("button", name=ask).scroll_into_view_if_needed()
            await page.wait_for_timeout(600)
            await page.screenshot(path=PICTURES / f"phone-{language}.png")


async def take_desk(browser: Browser, folder: Path) -> None:
    """What waits for an officer, and the card of a pledge on which she acts."""
    async with served(folder, demo=True) as demo:
        page = await browser.new_page(viewport={"width": 1440, "height": 860}, **LOOK)  # type: ignore[arg-type]
        await page.goto(demo.url)
        desk = page.get_by_role("region", name="Cán bộ")
        await talk(page, "Cán bộ", ["việc cần làm"])
        await keep_small(desk, "desk")
        await desk.get_by_role("button", name="Cam kết (").click()
        await expect(desk.get_by_role("button", name="500.000 đ cho chị N.")).to_be_visible()
        await talk(page, "Cán bộ", ["500.000 đ cho chị N."])
        await keep_small(desk, "desk-pledge")


async def take_first_day(browser: Browser, folder: Path) -> None:
    """The handbook's first day, from an empty folder: the first admin's link, what is still missing, an invitation."""
    settings = {"CHANNELS": "web", "SECRET_KEY": KEY, "WEBHOOK_URL": "https://tnd.example.vn"}
    status, out, err = await nhandao(folder, "init", "--province", "Lâm Đồng", "--communes", "Xã Đức Trọng", **settings)
    code = CODE.search(out)
    assert status == 0 and code, err
    async with running(folder, "run", **settings) as (_, url):
        page = await browser.new_page(viewport={"width": 390, "height": 680}, **LOOK)  # type: ignore[arg-type]
        await page.goto(f"{url}/#start={code[0]}")
        await expect(page.get_by_role("button", name="Bắt đầu")).to_be_visible()
        await keep_small(page, "first-link")
        await talk(page, "Tháng Nhân đạo", ["Bắt đầu", "bốn từ không liên quan", "/trangthai"])
        await keep_small(page, "first-status")
        await talk(page, "Tháng Nhân đạo", ["/nhansu mời", "Cán bộ", "Xã Đức Trọng", "Tạo lời mời"])
        await keep_small(page, "first-invitation")


async def keep_small(seen_on: Page | Locator, name: str) -> None:
    """A picture of few colours, which is all that a handbook needs."""
    await asyncio.sleep(0.9)
    with Image.open(io.BytesIO(await seen_on.screenshot())) as seen:
        seen.convert("RGB").quantize(48).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(take())
