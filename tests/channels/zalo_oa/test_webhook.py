"""What comes to the webhook: signed over its raw bytes, by one of several formulas, lately, and by a person."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels import Media, Unreadable
from bot.channels.zalo_oa import signature, updates
from bot.channels.zalo_oa.signature import Call
from bot.message import Heard
from storage.platform import notes
from tests.channels.zalo_oa.line import Line, line
from tests.fakes.zalo_oa import APP_SECRET, ZaloOa
from tests.stage import Stage

VECTOR = (
    '{"app_id":"111","event_name":"user_send_text","sender":{"id":"U1"},"recipient":{"id":"OA1"},'
    '"message":{"text":"hiến máu","msg_id":"m1"},"timestamp":"1777777777000"}'
)
MAC = "mac=e526f5ba7f3a149caeb1eb32323a7c07f06b60f6780bcf1bc1a4344de870b0f5"


def test_the_vector_with_vietnamese_words_is_verified_and_not_with_another_secret_or_body() -> None:
    call = Call(VECTOR.encode(), json.loads(VECTOR), MAC, "")
    found = signature.match(call, "111", ["secret-oa"])
    assert found is not None
    assert found.formula == "app_id + body + body time + key 1"
    assert signature.match(call, "111", ["another"]) is None
    assert signature.match(Call(VECTOR.encode() + b" ", json.loads(VECTOR), MAC, ""), "111", ["secret-oa"]) is None
    assert signature.match(Call(VECTOR.encode(), json.loads(VECTOR), "mac=é", ""), "111", ["secret-oa"]) is None


def event(one: Line, **what: Any) -> tuple[str, str]:
    """A text as Zalo brings it now, and its time."""
    at = str(int(one.stage.clock().timestamp() * 1000))
    said = {"app_id": "111", "event_name": "user_send_text", "sender": {"id": "U1"}, "recipient": {"id": "OA1"}}
    said |= {"message": {"text": "hiến máu", "msg_id": "m1"}, "timestamp": at, **what}
    return json.dumps(said, ensure_ascii=False), str(said["timestamp"])


async def test_each_formula_that_somebody_has_seen_is_taken_and_the_one_that_fits_is_noted(stage: Stage) -> None:
    async with line(stage) as one:
        body, at = event(one)
        later = str(int(at) + 7)
        assert await one.bring(body, at, first="OA1") == 200
        assert await one.bring(body, at, secret=APP_SECRET) == 200
        assert await one.bring(body, later, **{"X-ZEvent-Timestamp": later}) == 200
        async with one.app.database.read() as tx:
            assert (await notes.noted(tx, "zalo_oa"))["signature"].said == "app_id + body + header time + key 1"
        assert [arrival.key for arrival in one.taken] == ["m1"] * 3, "which the inbox keeps once"


async def test_what_is_not_signed_or_signed_otherwise_is_not_taken_but_for_the_probe_of_the_console(
    stage: Stage,
) -> None:
    async with line(stage) as one:
        body, at = event(one)
        assert (await one.call("POST", "/zalo_oa", content=b"{}")).status_code == 200
        assert (await one.call("POST", "/zalo_oa", content=body.encode())).status_code == 401
        assert await one.bring(body, at, secret="wrong") == 401
        assert await one.bring("[]", at) == 401
        assert await one.bring("[" * 50_000, at) == 401
        assert await one.bring("{", at) == 401
        assert not one.taken
        assert [trouble.name for trouble in one.channel.troubles()] == ["signature"]
        assert await one.bring(body, at) == 200
        assert not one.channel.troubles()
        assert await one.bring(body, at, secret="wrong") == 401
        assert not one.channel.troubles(), "a stranger's signature alarms nobody"


async def test_two_hours_and_a_clock_ten_minutes_off_are_taken_and_what_is_older_is_not(stage: Stage) -> None:
    async with line(stage) as one:
        body, at = event(one)
        stage.clock.forward(minutes=-10)
        assert await one.bring(body, at) == 200
        stage.clock.forward(minutes=10 + 119)
        assert await one.bring(body, at) == 200
        stage.clock.forward(minutes=2)
        assert await one.bring(body, at) == 401
        assert await one.bring(*event(one, timestamp="soon")) == 401


@pytest.mark.parametrize(
    "name",
    ["oa_send_text", "user_received_message", "user_seen_message", "oa_send_group_text", "user_send_group_text", "?"],
)
async def test_own_echoes_receipts_groups_and_unknown_events_are_answered_and_left_aside(
    name: str, stage: Stage
) -> None:
    async with line(stage) as one:
        assert await one.bring(*event(one, event_name=name)) == 200
        assert await one.bring(*event(one, event_name=["text"])) == 200
        assert await one.bring(*event(one, sender={"id": True})) == 200
        assert not one.taken


def test_what_people_send_is_heard_as_elsewhere() -> None:
    moments = itertools.count()
    lan = ZaloOa(clock=lambda: datetime.fromtimestamp(next(moments), UTC)).person("U1")
    heard = [
        lan.says("xin chào"), lan.says("nd:/pledge DC-0007"), lan.shows(b"", "Ảnh mái nhà"), lan.stands("21.0301", "105.8502"),
        lan.sticks(), lan.speaks(), lan.hands(b"", "so.XLSX"), lan.links("https://example.org", "Bà con xem"),
        lan.links("https://example.org"), lan.shares("84912345678"), lan.shares("0912345678", older=True),
        lan.follows(), lan.unfollows(),
    ]  # fmt: skip
    assert [updates.hear(one) for one in heard] == [
        Heard(text="xin chào"), Heard(pressed="/pledge DC-0007"), Heard(text="Ảnh mái nhà"), Heard(other="location"),
        Heard(other="sticker"), Heard(other="voice"), Heard(other="document"), Heard(text="Bà con xem"),
        Heard(other="link"), Heard(text="+84912345678"), Heard(text="0912345678"),
        Heard(event="followed"), Heard(event="blocked"),
    ]  # fmt: skip
    files = [found.kind for one in heard if (found := updates.file_in(one))]
    assert files == ["photo", "voice", "sheet"]
    keys = [updates.key_of(one) for one in heard]
    assert len({*keys}) == len(keys)


@pytest.mark.parametrize(
    "message", [None, [], {}, {"text": 5}, {"attachments": [5]}, {"attachments": [{"payload": []}]}]
)
@pytest.mark.parametrize("name", ["user_send_text", "user_send_image", "user_send_file", "user_submit_info", "follow"])
def test_events_of_another_shape_raise_nothing_but_that_they_are_unreadable(name: str, message: Any) -> None:
    odd = {"event_name": name, "message": message, "info": message, "sender": {"id": "U1"}}
    assert updates.hear(odd) is not None
    updates.file_in(odd)
    try:
        updates.key_of(odd)
    except Unreadable:
        assert name == "follow"


@pytest.mark.parametrize("at", ["9" * 16, "9" * 30, "9" * 5000, "-1", "1e9"])
def test_a_time_beyond_the_calendar_is_no_time(at: str) -> None:
    call = Call(b"{}", {"timestamp": at}, "", at)
    assert call.times() == {}
    assert updates.file_in({"event_name": "user_send_file", "message": {"attachments": [{"payload": {
        "url": "https://x", "name": "a.xlsx", "size": "9" * 5000}}]}}) == Media("https://x", size=0, kind="sheet")  # fmt: skip
