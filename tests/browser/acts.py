"""What a person does on the page, and what axe-core says of it."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Page, expect

PERSON = 400
"""Milliseconds between two acts of somebody quick; more would be a flood, and is stopped."""


async def say(page: Page, text: str) -> None:
    await page.wait_for_timeout(PERSON)
    box = page.get_by_role("textbox")
    await box.fill(text)
    await box.press("Enter")


async def choose(page: Page, label: str) -> None:
    await page.wait_for_timeout(PERSON)
    await page.get_by_role("button", name=label, exact=True).last.click()


async def agree(page: Page) -> None:
    """Agree to take part, and to nothing else."""
    await expect(page.get_by_role("button", name="Giúp một gia đình", exact=True)).to_be_visible()
    await say(page, "/consent")
    await page.get_by_role("button", name="Đồng ý tham gia", exact=True).click()
    await expect(page.get_by_text("Anh/chị muốn làm gì?")).to_have_count(2)


async def violations(page: Page, axe: str) -> list[Any]:
    """What axe-core finds (WCAG 2.2 A and AA, and its best practices)."""
    await page.evaluate(axe)
    found = await page.evaluate("axe.run()")
    return [json.dumps([v["id"], [n["html"] for n in v["nodes"]]], ensure_ascii=False) for v in found["violations"]]


async def look_everywhere(page: Page, axe: str) -> None:
    """In every width and theme nothing is amiss, and nothing reaches beyond the edge."""
    for width, height in ((320, 568), (390, 844), (1280, 800)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for theme in ("light", "dark"):
            await page.emulate_media(color_scheme=theme)
            assert await violations(page, axe) == [], (width, theme)
