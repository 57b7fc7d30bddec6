"""What a reply is, is told once; a channel that can shows it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.channels import Capabilities
from bot.message import Card, Document, Option, Reply, Span
from bot.turn.bubbles import joined
from bot.turn.render import gathered, render
from locales import Speech

SPEECH = Speech("vi", ZoneInfo("Asia/Ho_Chi_Minh"))
STORY = "🙂 chuyện " * 60


def test_a_long_quotation_is_folded_where_it_stands_and_a_short_one_is_not() -> None:
    can = Capabilities(quotes=True)
    [span] = render(Reply(f"😀 Bà M.\n{STORY}\nCần: gạo", quote=STORY), SPEECH, can=can).spans
    assert span == Span("quote", 9, len(STORY.encode("utf-16-le")) // 2)
    assert not render(Reply("Bà M.\nngắn", quote="ngắn"), SPEECH, can=can).spans
    assert not render(Reply(STORY, quote=STORY), SPEECH).spans


def test_pictures_that_belong_together_are_albums_of_what_a_channel_takes() -> None:
    replies = [Reply(str(n), picture=f"p{n}", together=True) for n in range(3)] + [Reply("after")]
    said = [(reply, render(reply, SPEECH)) for reply in replies]
    sizes = [(len(message.album), message.picture, message.text) for _, message in gathered(said, 2)]
    assert sizes == [(2, "", ""), (1, "", ""), (0, "", "after")]
    assert gathered(said, 0) == said


def bubbles(*replies: Reply, most: int = 100, toasts: bool = False) -> list[str]:
    """The texts of a turn's messages."""
    said = [(reply, render(reply, SPEECH, can=Capabilities(buttons=8))) for reply in replies]
    return [message.text for _, message in joined(said, most, toasts=toasts)]


YES = (Option("yes", "Có"),)


def test_what_is_only_said_stands_in_the_message_beside_it() -> None:
    assert bubbles(Reply("Đã lưu."), Reply("Tên gì?", YES)) == ["Đã lưu.\n\nTên gì?"]
    assert bubbles(Reply("Đã dừng.", YES), Reply("Vẫn đang nhắn.")) == ["Đã dừng.\n\nVẫn đang nhắn."]
    assert bubbles(Reply("Một."), Reply("Hai."), Reply("Ba.")) == ["Một.\n\nHai.\n\nBa."]


def test_what_is_said_before_cards_stands_in_their_message_and_nothing_below_them() -> None:
    cards = Reply("Xem nơi nào?", YES, cards=(Card("yes", "Bà M.", "Xã Thử"),))
    can = Capabilities(buttons=8, cards=True)
    said = [(one, render(one, SPEECH, can=can)) for one in (Reply("Chọn một nơi:"), cards, Reply("Vẫn đang nhắn."))]
    texts = [message.text for _, message in joined(said, 100, toasts=False)]
    assert texts == ["Chọn một nơi:\n\nXem nơi nào?", "Vẫn đang nhắn."]


def test_what_needs_a_message_of_its_own_has_it() -> None:
    for alone in (
        Reply("Ảnh", picture="p"),
        Reply("Bản thử", apart=True),
        Reply("Số điện thoại", private=True),
        Reply("Tệp", document=Document("a.pdf")),
    ):
        assert len(bubbles(Reply("Đã lưu."), alone, Reply("Tên gì?", YES))) == 3
    assert len(bubbles(Reply("Trợ giúp", YES), Reply("Tên gì?", YES))) == 2, "two things to choose from"
    assert len(bubbles(Reply("x" * 60), Reply("y" * 60))) == 2, "no room"
    assert len(bubbles(Reply("Thẻ", about="deed:1"), Reply("Vẫn đang nhắn."))) == 2, "it may be changed later"


def test_the_marks_of_what_is_joined_stay_where_they_were() -> None:
    bold = [
        (r, render(r, SPEECH))
        for r in (Reply("😀 ab", spans=(Span("bold", 3, 2),)), Reply("cd", spans=(Span("bold", 0, 2),)))
    ]
    [(_, one)] = joined(bold, 100, toasts=False)
    assert one.spans == (Span("bold", 3, 2), Span("bold", 7, 2))


def test_what_would_pass_by_stands_above_the_next_reply_elsewhere() -> None:
    old, question = Reply("Nút cũ.", passing=True), Reply("Tên gì?")
    assert bubbles(old, question) == ["Nút cũ.\n\nTên gì?"]
    assert bubbles(old, question, toasts=True) == ["Nút cũ.", "Tên gì?"]
    assert bubbles(old) == ["Nút cũ."]


def test_what_is_asked_stays_as_it_was_asked_above_or_below_something_said() -> None:
    can = Capabilities(choices=7)
    secret, number = Reply("Mật khẩu?", secret=True, ways=YES), Reply("Mấy người?", lettered=True)
    for replies in (
        (secret, Reply("Còn việc khác.")),
        (Reply("Trợ giúp", YES), secret),
        (Reply("Trợ giúp", YES), number),
    ):
        sessions = replace(can, buttons=8, choices=0, sessions=True) if secret in replies else can
        [(_, one)] = joined([(reply, render(reply, SPEECH, can=sessions)) for reply in replies], 100, toasts=False)
        assert one.secret == (secret in replies)
        assert one.lettered == (number in replies), "a number answers the question, so the choices are letters"
