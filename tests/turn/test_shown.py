"""What a reply is, is told once; a channel that can shows it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.channels import Capabilities
from bot.message import Reply, Span
from bot.turn.render import gathered, joined, render
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
    messages = [render(reply, SPEECH) for reply in replies]
    sizes = [(len(message.album), message.picture, message.text) for _, message in gathered(messages, replies, 2)]
    assert sizes == [(2, "", ""), (1, "", ""), (0, "", "after")]
    assert [message for _, message in gathered(messages, replies, 0)] == messages


def test_what_would_pass_by_stands_above_the_next_reply_elsewhere() -> None:
    old, question = Reply("Nút cũ.", passing=True), Reply("Tên gì?")
    assert joined([old, question]) == [Reply("Tên gì?", above="Nút cũ.")]
    assert joined([old]) == [old]
