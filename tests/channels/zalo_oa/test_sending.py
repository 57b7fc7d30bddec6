"""What is sent, when it may be sent, what it costs, and what became of it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.channels import Capabilities, Outcome, SendFailed
from bot.channels.zalo_oa import meaning, parts
from bot.channels.zalo_oa.uploads import fitting
from bot.message import Button, Document, Link, Message
from storage.platform import prices
from tests.channels.zalo_oa.line import LAN, Line, line
from tests.stage import Stage

CS, IMAGE, QUOTA = "/v3.0/oa/message/cs", "/v2.0/oa/upload/image", "/v3.0/oa/quota/message"
OFFER = Message(
    "Bác muốn làm gì ạ?", (Button("/a", "Đăng ký"), Button("/b", "Ủng hộ")), links=(Link("Xem", "https://a.vn/x"),)
)
TEMPLATE = {"zalo_oa_template": "4711", "zalo_oa_template_most": 40}


async def send(one: Line, message: Message) -> None:
    for part in one.channel.parts(message):
        await one.channel.send(LAN, part, "test:1")


async def failure(one: Line, message: Message | None = None) -> tuple[Outcome, str]:
    with pytest.raises(SendFailed) as failed:
        await send(one, message or Message("Chào bác"))
    return failed.value.outcome, failed.value.reason


async def counted(one: Line) -> dict[str, int]:
    async with one.app.database.read() as tx:
        return await prices.counted(tx, "zalo_oa", one.channel.books.month)


async def test_48_hours_are_free_7_days_are_paid_and_then_the_window_is_closed(stage: Stage) -> None:
    async with line(stage) as one:
        await one.let_in()
        await one.wrote(hours=48)
        await send(one, Message("miễn phí"))
        stage.clock.forward(minutes=1)
        await send(one, Message("trả phí"))
        stage.clock.forward(days=5)
        assert await failure(one) == ("closed", "window_closed")
        assert [sent.text for sent in one.api.person(LAN).inbox] == ["miễn phí", "trả phí"]
        assert await counted(one) == {"free": 1, "paid": 1}


async def test_before_nothing_is_sent_zalo_is_asked_whether_she_did_something_that_is_no_event(stage: Stage) -> None:
    async with line(stage) as one:
        await one.let_in()
        await one.wrote(days=8)
        await one.let_in()
        one.api.person(LAN).seen_at = stage.clock()  # she tapped the menu
        await send(one, Message("Chào"))
        assert len(one.api.said_to(QUOTA)) == 1
        assert await counted(one) == {"free": 1}


async def test_outside_the_window_the_template_takes_the_first_words_and_not_at_night(stage: Stage) -> None:
    async with line(stage, **TEMPLATE) as one:
        await one.let_in()
        await one.wrote(days=8)
        await send(one, Message("Mai 7 giờ bà con tập trung ở nhà văn hóa thôn, mang theo cuốc xẻng nhé. " * 60))
        [sent] = one.api.person(LAN).inbox
        assert sent.template is not None
        said = sent.template["template_data"]["noi_dung"]
        assert said == "Mai 7 giờ bà con tập trung ở nhà văn hó…"
        assert await counted(one) == {"template": 1}
        stage.clock.forward(hours=14)  # eleven in the evening
        assert await failure(one) == ("closed", "night")


async def test_where_zalo_counts_the_window_otherwise_the_template_goes(stage: Stage) -> None:
    async with line(stage, **TEMPLATE) as one:
        await one.let_in()
        await one.wrote()
        one.api.fail(CS, code=-230)
        await send(one, Message("Chào"))
        assert one.api.person(LAN).inbox[-1].template


@pytest.mark.parametrize("way", ["template", "attach"])
async def test_buttons_are_tapped_and_where_they_are_refused_numbers_are_from_then_on(way: str, stage: Stage) -> None:
    async with line(stage, zalo_oa_buttons=way) as one:
        await one.let_in()
        await one.wrote()
        one.api.takes_buttons = way
        await send(one, OFFER)
        [sent] = one.api.person(LAN).inbox
        assert dict(sent.buttons) == {"Đăng ký": "nd:/a", "Ủng hộ": "nd:/b", "Xem": {"url": "https://a.vn/x"}}
        one.api.takes_buttons = "none"
        await send(one, OFFER)
        await send(one, OFFER)
        assert [bool(sent.buttons) for sent in one.api.person(LAN).inbox] == [True, False, False]
        assert one.api.person(LAN).inbox[-1].text == "Bác muốn làm gì ạ?\nXem: https://a.vn/x\n1. Đăng ký\n2. Ủng hộ"
        assert [call.code for call in one.api.said_to(CS)] == [0, -233, 0, 0]


async def test_a_picture_is_uploaded_once_and_anew_when_its_id_has_expired(stage: Stage) -> None:
    async with line(stage) as one:
        await one.let_in()
        await one.wrote()
        name = await stored(one)
        await send(one, Message("Có ảnh", picture=name))
        await send(one, Message("Có ảnh", picture=name))
        assert len(one.api.said_to(IMAGE)) == 1
        one.api.uploads.clear()
        await send(one, Message("Có ảnh", picture=name))
        assert len(one.api.said_to(IMAGE)) == 2
        assert [(sent.text, bool(sent.photo)) for sent in one.api.person(LAN).inbox] == [("Có ảnh", True)] * 3


async def stored(one: Line) -> str:
    """The name of a picture that the program keeps."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return await one.app.fetcher.store(out.getvalue(), "zalo_oa", None)


def test_a_picture_is_made_as_small_as_the_platform_takes_it() -> None:
    noise = Image.effect_noise((900, 700), 90)
    out = io.BytesIO()
    noise.save(out, "PNG")
    small = fitting(out.getvalue(), 60_000)
    assert len(small) <= 60_000
    assert Image.open(io.BytesIO(small)).format == "JPEG"
    assert fitting(small, 60_000) is small


async def test_a_pdf_goes_as_a_file_and_a_contact_is_asked_for_by_a_card(stage: Stage) -> None:
    async with line(stage, zalo_oa_contact_image="https://example.org/logo.png") as one:
        await one.let_in()
        await one.wrote()
        await send(one, Message("Báo cáo đây ạ", document=Document("bao-cao.pdf", b"%PDF-1.7")))
        await send(one, Message("Số điện thoại của bác?", contact="Chia sẻ số của tôi"))
        shown = [(sent.text, sent.document, sent.asks_contact) for sent in one.api.person(LAN).inbox]
        assert shown == [
            ("", b"%PDF-1.7", False), ("Báo cáo đây ạ", b"", False),
            ("Số điện thoại của bác?", b"", False), ("", b"", True),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "message",
    [
        OFFER, Message("Chào"), Message("Có ảnh", picture="a.jpg"), Message("a " * 3000, OFFER.buttons),
        Message("Tệp", document=Document("a.pdf", b"%PDF")), Message("Tệp", document=Document("a.xlsx", b"PK")),
        Message("Số?", contact="Chia sẻ"), Message("Ảnh", OFFER.buttons, picture="a.jpg"),
        Message("Chọn", tuple(Button(str(n), f"Số {n}") for n in range(9))),
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["off", "template"])
async def test_a_part_is_its_own_only_part(message: Message, way: str, stage: Stage) -> None:
    async with line(stage, zalo_oa_buttons=way, zalo_oa_contact_image="https://example.org/a.png") as one:
        for part in one.channel.parts(message):
            assert list(one.channel.parts(part)) == [part]


CODES: list[tuple[int, Outcome, str]] = [
    *((code, "closed", reason) for code, reason in meaning.UNREACHABLE.items()),
    *((code, "retry", "") for code in (*meaning.ASK_A_HUMAN, *meaning.LATER)),
    *((code, "refused", "") for code in (-201, -210, -233, -240, -242, -248, -999)),
]


async def test_each_class_of_errors_has_its_outcome_and_a_human_is_asked_where_one_is_needed(stage: Stage) -> None:
    async with line(stage) as one:
        await one.let_in()
        await one.wrote()
        for code, outcome, reason in CODES:
            one.api.fail(CS, code=code)
            found = await failure(one)
            assert found[0] == outcome, code
            assert found[1].startswith(reason), code
            troubles = {trouble.name for trouble in one.channel.troubles()}
            assert ("human" in troubles) == (code in meaning.ASK_A_HUMAN), code
            assert one.channel.books.stopped == (code in meaning.ASK_A_HUMAN)
            await one.channel.books.mend("human")
        await send(one, Message("Chào"))


@pytest.mark.parametrize(
    ("how", "outcome"), [({"answer": "page"}, "retry"), ({"answer": "cut", "accepted": True}, "unknown")]
)
async def test_what_is_in_doubt_and_what_was_never_carried_out(how: dict[str, str], outcome: str, stage: Stage) -> None:
    async with line(stage) as one:
        await one.let_in()
        await one.wrote()
        one.api.fail(CS, **how)
        assert (await failure(one))[0] == outcome


def test_too_many_buttons_and_too_long_ones_are_numbers() -> None:
    can = Capabilities(buttons=5)
    assert parts.buttons_of(Message("?", tuple(Button(str(n), "x") for n in range(6))), can) == []
    assert parts.buttons_of(Message("?", (Button("1", "x" * 101),)), can) == []
    assert len(parts.buttons_of(Message("?", (Button("1", "x"),), skip=Button("+skip", "Bỏ qua")), can)) == 2
