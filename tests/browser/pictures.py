"""Take the README's pictures from the running program: ``python -m tests.browser.pictures``."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.conftest import chromium
from tests.fakes.served import served
from tests.stage import Template

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
        if line != "Tham gia" and line != "Take part":
            await expect(pane.locator("article").nth(before + 1)).to_be_visible()
    await page.wait_for_timeout(600)


async def take() -> None:
    """The demo with a pledge that the officer hears of, and a card on a phone, in both languages."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        await Template(Path(folder)).make()
        async with chromium() as browser, served(Path(folder), demo=True) as demo:
            page = await browser.new_page(viewport={"width": 1440, "height": 860}, **LOOK)  # type: ignore[arg-type]
            await page.goto(demo.url)
            pledge = ["/camket DC-0005", "Tham gia", "Xong", "Mua một con bê giống", "1tr5", "Cam kết giúp"]
            await talk(page, "Người dân", pledge)
            await expect(page.get_by_role("region", name="Cán bộ").get_by_text("Cam kết mới")).to_be_visible()
            await page.screenshot(path=PICTURES / "demo.png")
        async with chromium() as browser, served(Path(folder)) as site:
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


if __name__ == "__main__":
    asyncio.run(take())
