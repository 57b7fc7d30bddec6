"""What a resident sees: a pledge, a photo, a reload, a dead line; and that the pages keep their promises."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
from playwright.async_api import Page, expect

from bot.channels.web import opens
from bot.channels.web.open_pages import Pages
from storage.campaign import invitations
from storage.tables import campaigns, pictures
from tests.browser.acts import PERSON, agree, choose, look_everywhere, say, violations
from tests.browser.conftest import PATIENCE, Open
from tests.fakes.crowd import announce
from tests.fakes.served import Served
from tests.stage import photo, sheet

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def test_a_resident_pledges_from_the_first_word_to_the_code(site: Served, open_page: Open) -> None:
    page = await open_page(site.url)
    await expect(page.get_by_text("Tôi là chương trình trả lời tự động")).to_be_visible()
    await choose(page, "Giúp một gia đình")
    await expect(page.locator("img[src*='/picture/']")).to_be_visible()
    await choose(page, "Tôi muốn giúp")
    await choose(page, "Đồng ý tham gia")
    await choose(page, "Vốn mở góc tạp hóa nhỏ")
    await say(page, "1tr5")
    await expect(page.get_by_text("một triệu năm trăm nghìn đồng")).to_be_visible()
    await choose(page, "Cam kết giúp")
    await expect(page.get_by_text("Đã ghi cam kết TND")).to_be_visible()


async def test_a_photo_with_a_caption_begins_a_report_and_the_page_survives_a_reload(
    site: Served, open_page: Open, tmp_path: Path
) -> None:
    page = await open_page(site.url)
    await agree(page)
    await page.locator("input[type=file]").first.set_input_files(photo(tmp_path, "deed"))
    await page.get_by_role("textbox").fill("Nấu cháo cho bệnh nhân nghèo mỗi sáng thứ Bảy")
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await expect(page.get_by_text("Ai đã làm việc này?")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Ai đã làm việc này?")).to_be_visible()
    await expect(page.locator("img[src*='/picture/']")).to_be_visible()
    await expect(page.get_by_text("Ai đã làm việc này?")).to_have_count(1)


async def test_the_review_of_a_report_shows_its_photos_small(site: Served, open_page: Open, tmp_path: Path) -> None:
    page = await open_page(site.url)
    await agree(page)
    await page.locator("input[type=file]").first.set_input_files(
        [photo(tmp_path, one, one) for one in ("teal", "navy")]
    )
    await page.get_by_role("textbox").fill("Sáng nay nhóm bếp nấu cháo cho 60 bệnh nhân nghèo ở Vĩnh Linh")
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await expect(page.get_by_text("Ai đã làm việc này?")).to_be_visible()
    await say(page, "Nhóm bếp Ví Dụ")
    await choose(page, "Không rõ mặt ai")
    review = page.get_by_role("article").filter(has_text="Mời anh/chị xem lại")
    await expect(review.locator(".thumbs img")).to_have_count(2)
    shown = "(img) => img.decode().then(() => img.naturalWidth > 0 && img.getBoundingClientRect().width < 80)"
    assert [await image.evaluate(shown) for image in await review.locator(".thumbs img").all()] == [True, True]
    await page.reload()
    await expect(review.locator(".thumbs img")).to_have_count(2)


async def test_what_somebody_says_is_recorded_and_goes_to_the_officers(site: Served, open_page: Open) -> None:
    page = await open_page(site.url, permissions=["microphone"])
    await agree(page)
    mic = page.get_by_role("button", name="Ghi âm lời nói")
    await mic.click()
    await expect(page.get_by_text("Đang ghi âm")).to_be_visible()
    await page.wait_for_timeout(1000)
    await mic.click()
    await expect(page.locator(".tray audio")).to_be_visible()
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await expect(page.get_by_text("gửi lời này cho cán bộ xã nào")).to_be_visible()
    await choose(page, "Xã Cửa Tùng")
    await expect(page.get_by_text("Cán bộ sẽ nghe và trả lời bằng chữ")).to_be_visible()
    await page.reload()
    await expect(page.locator("audio[src*='/voice/']")).to_be_visible()
    heard = await page.evaluate("fetch(document.querySelector('audio').src).then((a) => a.headers.get('content-type'))")
    assert heard == "audio/webm"


async def test_where_the_microphone_is_refused_the_page_says_what_to_do(site: Served, open_page: Open) -> None:
    page = await open_page(site.url)
    await agree(page)
    await page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('refused')) }")
    await page.get_by_role("button", name="Ghi âm lời nói").click()
    await expect(page.get_by_text("Chưa dùng được micro")).to_be_visible()


async def test_a_photo_that_comes_first_waits_on_the_page_until_its_sender_agrees(
    site: Served, open_page: Open, tmp_path: Path
) -> None:
    page = await open_page(site.url)
    uploads: list[str] = []
    page.on("request", lambda request: uploads.append(request.url) if request.method == "POST" else None)
    await expect(page.get_by_text("Tôi là chương trình trả lời tự động")).to_be_visible()
    for n, name in enumerate(("first", "second"), 1):
        shot = photo(tmp_path, name, "teal" if name == "first" else "navy")
        await page.locator("input[type=file]").first.set_input_files(shot)
        await page.get_by_role("textbox").fill(
            "Nấu cháo cho bệnh nhân nghèo mỗi sáng thứ Bảy" if name == "first" else ""
        )
        await page.get_by_role("button", name="Gửi", exact=True).click()
        await expect(page.get_by_text("Phần anh/chị vừa gửi Hội chưa lưu")).to_have_count(n)
    assert uploads == []
    async with site.app.database.read() as tx:
        before = await tx.value(sa.select(sa.func.count()).select_from(pictures))
    await choose(page, "Đồng ý tham gia")
    await expect(page.get_by_text("Ai đã làm việc này?").first).to_be_visible()
    await expect(page.locator("img[src*='/picture/'], img[src^='blob:']")).to_have_count(2)
    for _ in range(PATIENCE // 100):
        async with site.app.database.read() as tx:
            stored = await tx.value(sa.select(sa.func.count()).select_from(pictures)) - before
        if stored == 2:
            break
        await page.wait_for_timeout(100)
    assert stored == 2


async def test_the_link_of_an_invitation_is_pressed_once_and_leaves_no_code_in_the_address(
    site: Served, open_page: Open
) -> None:
    async with site.app.database.write() as tx:
        _, code = await invitations.invite(tx, "officer", None, None, site.app.now())
    page = await open_page(opens(site.url, code))
    await expect(page.get_by_text("Mời anh/chị bấm “Bắt đầu”")).to_be_visible()
    assert page.url == f"{site.url}/"
    async with site.app.database.read() as tx:
        assert len(await invitations.open_ones(tx, site.app.now())) == 1, "who only looks uses nothing up"
    await choose(page, "Bắt đầu")
    await expect(page.get_by_text("cán bộ, toàn chiến dịch").first).to_be_visible()
    async with site.app.database.read() as tx:
        assert await invitations.open_ones(tx, site.app.now()) == []


async def test_a_link_that_is_followed_on_the_open_page_is_offered_too(site: Served, open_page: Open) -> None:
    page = await open_page(site.url)
    await expect(page.get_by_role("button", name="Giúp một gia đình", exact=True)).to_be_visible()
    await page.evaluate("location.hash = 'start=DC-0001'")
    await choose(page, "Bắt đầu")
    await expect(page.get_by_text("Bà M.").first).to_be_visible()
    assert "start=" not in page.url


async def test_a_spreadsheet_is_chosen_dropped_and_sent_with_the_keyboard(
    site: Served, open_page: Open, tmp_path: Path
) -> None:
    page = await open_page(site.url)
    await agree(page)
    chooser = page.get_by_label("Chọn ảnh hoặc bảng tính")
    await chooser.focus()
    await chooser.set_input_files(sheet(tmp_path, "good"))
    await page.get_by_role("button", name="Bỏ tệp good.xlsx").press("Enter")
    await expect(page.get_by_text("good.xlsx")).to_have_count(0)
    await chooser.set_input_files(sheet(tmp_path, "good"))
    await expect(page.locator(".tray")).to_contain_text("good.xlsx")
    await page.get_by_role("textbox").press("Enter")
    await expect(page.get_by_text("good.xlsx")).to_have_count(1)
    await expect(page.get_by_text("Tôi chưa mở được tệp này")).to_be_visible()


async def test_what_is_written_in_a_tunnel_is_sent_when_the_bus_comes_out(site: Served, open_page: Open) -> None:
    page = await open_page(site.url, expected=("ERR_INTERNET_DISCONNECTED",))
    await agree(page)
    await page.context.set_offline(True)
    await say(page, "trợ giúp")
    await page.wait_for_timeout(300)
    await page.context.set_offline(False)
    await expect(page.get_by_text("Anh/chị cứ nhắn như nói chuyện")).to_be_visible()
    await expect(page.get_by_text("Anh/chị cứ nhắn như nói chuyện")).to_have_count(1)


async def test_a_network_without_sockets_still_talks(site: Served, open_page: Open) -> None:
    page = await open_page(f"{site.url}/healthz", expected=("404",))
    await page.context.unroute_all()
    await page.route_web_socket("**/ws*", lambda socket: socket.close())
    await page.goto(site.url)
    await agree(page)
    await say(page, "trợ giúp")
    await expect(page.get_by_text("Anh/chị cứ nhắn như nói chuyện")).to_be_visible()


async def test_markup_that_people_type_stays_text(site: Served, open_page: Open) -> None:
    page = await open_page(site.url)
    await page.evaluate("window.hacked = false")
    await agree(page)
    nasty = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>{{7}}"
    await choose(page, "Làm tình nguyện viên")
    await say(page, nasty)
    await expect(page.get_by_text("<script>").first).to_be_visible()
    await say(page, "Trần Thị Thử")
    await say(page, "1990")
    await say(page, "0912345678")
    await expect(page.get_by_text("Anh/chị ở thôn nào, xã nào?")).to_be_visible()
    assert await page.evaluate("window.hacked") is False


async def test_an_announcement_shows_its_marks_as_elements_and_its_links_as_links(
    site: Served, open_page: Open
) -> None:
    page = await open_page(site.url)
    await page.evaluate("window.hacked = false")
    await agree(page)
    await say(page, "/consent")
    await choose(page, "Nhận thông báo")
    await choose(page, "Xong")
    text = "*Sáng mai* mời bà con <img src=x onerror=window.hacked=1> xem [lịch _mới_](https://vi-du.vn/lich)"
    await announce(site.app, text, urgent=True, links=(("Bản đồ", "https://vi-du.vn/ban-do"),))
    site.app.broadcasting.wake()
    await expect(page.locator("strong", has_text="Sáng mai")).to_be_visible()
    await expect(page.locator("em", has_text="mới")).to_be_visible()
    await expect(page.get_by_text("<img src=x")).to_be_visible()
    for name, url in (("lịch", "https://vi-du.vn/lich"), ("Bản đồ", "https://vi-du.vn/ban-do")):
        link = page.get_by_role("link", name=name).first
        await expect(link).to_have_attribute("href", url)
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert await page.evaluate("window.hacked") is False


async def test_the_policy_forbids_a_script_that_somebody_smuggles_in(site: Served, open_page: Open) -> None:
    page = await open_page(site.url, expected=("Content Security Policy",))
    await expect(page.get_by_role("textbox")).to_be_visible()
    ran = await page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1'; document.body.append(s);"
        " return window.hacked === 1; }"
    )
    assert ran is False


async def test_the_demo_has_three_chats_that_see_each_other(demo: Served, open_page: Open) -> None:
    page = await open_page(demo.url, viewport={"width": 1440, "height": 900})
    for name in ("Người dân", "Cán bộ", "Quản trị"):
        await expect(page.get_by_role("region", name=name)).to_be_visible()
    resident, officer = page.get_by_role("region", name="Người dân"), page.get_by_role("region", name="Cán bộ")
    await expect(officer.get_by_role("button", name="Việc cần làm")).to_be_visible()
    await expect(resident.get_by_role("button", name="Giúp một gia đình")).to_be_visible()
    for text in ("/camket DC-0004", "1", "xong", "2tr", "1"):
        await page.wait_for_timeout(PERSON)
        before = await resident.locator("article").count()
        await resident.get_by_role("textbox").fill(text)
        await resident.get_by_role("textbox").press("Enter")
        await expect(resident.locator("article").nth(before + 1)).to_be_visible()
    await expect(resident.get_by_text("Đã ghi cam kết TND")).to_be_visible()
    await expect(officer.get_by_text("Cam kết mới TND")).to_be_visible()
    colours = {
        await page.get_by_role("region", name=name)
        .locator("header")
        .evaluate("e => getComputedStyle(e).backgroundColor")
        for name in ("Người dân", "Cán bộ", "Quản trị")
    }
    assert len(colours) == 3


async def test_everybody_can_use_the_chat_and_pledge_without_a_mouse(site: Served, open_page: Open, axe: str) -> None:
    page = await open_page(site.url, bypass_csp=True)
    for label in ("Giúp một gia đình", "Tôi muốn giúp", "Đồng ý tham gia", "Vốn mở góc tạp hóa nhỏ", "500.000 đ"):
        await tab_to(page, label)
        if label in ("Tôi muốn giúp", "Đồng ý tham gia"):
            await look_everywhere(page, axe)
        await page.wait_for_timeout(PERSON)
        await page.keyboard.press("Enter")
    await tab_to(page, "Cam kết giúp")
    await look_everywhere(page, axe)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Hội đã ghi cam kết TND")).to_be_visible()


async def test_erasing_oneself_and_changing_the_language_are_for_everybody(
    site: Served, open_page: Open, axe: str
) -> None:
    page = await open_page(site.url, bypass_csp=True)
    await agree(page)
    await say(page, "/language")
    await expect(page.get_by_role("button", name="English", exact=True)).to_be_visible()
    await look_everywhere(page, axe)
    await choose(page, "English")
    await expect(page.get_by_role("button", name="Help a family", exact=True).last).to_be_visible()
    await look_everywhere(page, axe)
    await say(page, "/forgetme")
    await expect(page.locator("article").last).to_contain_text("delete")
    await look_everywhere(page, axe)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_everybody_can_use_the_demo(demo: Served, open_page: Open, axe: str, theme: str) -> None:
    page = await open_page(demo.url, bypass_csp=True, color_scheme=theme, viewport={"width": 1440, "height": 900})
    await expect(page.get_by_text("Tôi là chương trình trả lời tự động")).to_have_count(1)
    await expect(page.get_by_role("button", name="Việc cần làm")).to_have_count(2)
    assert await violations(page, axe) == []


async def test_the_keyboard_is_enough(site: Served, open_page: Open) -> None:
    page = await open_page(site.url)
    await tab_to(page, "Làm tình nguyện viên")
    await page.keyboard.press("Enter")
    await tab_to(page, "Thêm thông báo, nêu tên")
    await page.keyboard.press("Enter")
    await tab_to(page, "Tham gia")
    await page.keyboard.press("Space")
    ticked = page.get_by_role("button", name="Tham gia", exact=True)
    await expect(ticked).to_have_attribute("aria-pressed", "true")
    await expect(ticked).to_have_attribute("value", "consent.purposes=-take_part")  # the answer has come
    await expect(ticked).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Họ và tên của anh/chị là gì?")).to_be_visible()


async def tab_to(page: Page, label: str) -> None:
    """Move the focus to this button."""
    await expect(page.get_by_role("button", name=label, exact=True)).to_be_visible()
    named = "document.activeElement.matches('button') && document.activeElement.innerText.replace('\\u00a0', ' ')"
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate(named) == label:
            return
    raise AssertionError(label)


async def test_a_browser_that_speaks_english_is_spoken_to_in_english(site: Served, open_page: Open) -> None:
    page = await open_page(site.url, locale="en-GB")
    await expect(page.get_by_text("I answer automatically")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "en"


async def test_without_scripts_there_is_a_sentence_and_a_number_to_call(site: Served, open_page: Open) -> None:
    page = await open_page(site.url, java_script_enabled=False)
    assert "cần JavaScript" in await page.locator("noscript").inner_html()
    await expect(page.locator("a[href^='tel:']")).to_be_hidden()
    async with site.app.database.write() as tx:
        await tx.run(sa.update(campaigns).values(hotline="0000 000 000"))
    await page.reload()
    await expect(page.get_by_role("link", name="Gọi 0000 000 000")).to_be_visible()


async def test_an_officer_s_page_shows_dots_for_her_passphrase_and_nothing_of_hers_once_she_is_logged_out(
    site: Served, open_page: Open
) -> None:
    secret = "bốn con ngựa ô trên đồi"
    page = await open_page(site.url)
    await agree(page)
    async with site.app.database.write() as tx:
        _, code = await invitations.invite(tx, "officer", None, None, site.app.now())
    await say(page, f"/start {code}")
    await expect(page.get_by_text("đặt một mật khẩu")).to_be_visible()
    await page.wait_for_timeout(PERSON)
    box = page.get_by_role("textbox")
    await box.fill(secret)
    assert await box.evaluate("box => getComputedStyle(box).webkitTextSecurity") == "disc"
    assert await page.evaluate("Object.values(sessionStorage).join()") == ""
    await box.press("Enter")
    await expect(page.get_by_text("Đã đặt mật khẩu")).to_be_visible()
    await expect(page.get_by_text("••••••")).to_be_visible()
    await expect(page.get_by_text(secret)).to_have_count(0)
    await say(page, "/desk")
    await expect(page.get_by_text("Việc đang chờ").first).to_be_visible()
    await say(page, "/logout")
    await expect(page.get_by_text("Phiên trò chuyện đã hết hạn")).to_be_visible()
    await expect(page.get_by_text("Việc đang chờ")).to_have_count(0)
    await page.get_by_role("link", name="Tải lại trang").click()
    await say(page, "/confirm")
    await expect(page.get_by_text("xin gõ mật khẩu").last).to_be_visible()
    await say(page, secret)
    await expect(page.get_by_text("Việc đang chờ").first).to_be_visible()
    await expect(page.get_by_text(secret)).to_have_count(0)


async def test_a_new_page_shows_nothing_after_a_logout_even_if_it_never_came_back_before(
    site: Served, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as slow:
        slow.setattr(Pages, "reopen", lambda *given: None)
        page = await open_page(site.url)
        await agree(page)
        async with site.app.database.write() as tx:
            _, code = await invitations.invite(tx, "officer", None, None, site.app.now())
        await say(page, f"/start {code}")
        await expect(page.get_by_text("đặt một mật khẩu")).to_be_visible()
        await say(page, "bốn con ngựa ô trên đồi")
        await say(page, "/desk")
        await expect(page.get_by_text("Việc đang chờ").first).to_be_visible()
        await say(page, "/logout")
        await expect(page.get_by_text("Đã đăng xuất")).to_be_visible()
    await expect(page.get_by_text("Phiên trò chuyện đã hết hạn")).to_be_visible()
    await expect(page.get_by_text("Việc đang chờ")).to_have_count(0)


async def test_whoever_erases_herself_still_reads_the_answer_when_her_session_has_ended(
    site: Served, open_page: Open
) -> None:
    page = await open_page(site.url)
    await agree(page)
    await say(page, "/forgetme")
    await page.wait_for_timeout(PERSON)
    async with page.expect_websocket():  # the page comes back as somebody new
        await say(page, "xóa hết")
    await expect(page.get_by_text("Đã xóa")).to_be_visible()
    await say(page, "xin chào")
    await expect(page.get_by_text("Tôi là chương trình trả lời tự động")).to_have_count(2)
    await expect(page.get_by_text("Đã xóa")).to_be_visible()
    await expect(page.get_by_text("Phiên trò chuyện đã hết hạn")).to_have_count(0)
