"""A rule, the campaign's days and its zone say when a message goes out."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.quiet import QuietHours
from handlers.calendar.rules import CampaignDays, Scheduled, WrongRule, check, days, month

MAY = CampaignDays(date(2027, 5, 1), date(2027, 5, 31), date(2027, 5, 8))
LONG = CampaignDays(date(2025, 3, 1), date(2025, 5, 31))
HOME = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = QuietHours.read("21:00-07:00")


def scheduled(id: int, rule: str, at: str = "07:30", **more: object) -> Scheduled:
    return Scheduled(id, rule, time.fromisoformat(at), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "span", "expected"),
    [
        ("2027-05-08", MAY, ["05-08"]),
        ("05-19", MAY, ["05-19"]),
        ("05-19", LONG, ["05-19"]),
        ("first+0", MAY, ["05-01"]),
        ("first+12", LONG, ["03-13"]),
        ("last-0", MAY, ["05-31"]),
        ("last-2", MAY, ["05-29"]),
        ("peak+0", MAY, ["05-08"]),
        ("peak+4", MAY, ["05-12"]),
        ("mon thu", CampaignDays(date(2027, 5, 1), date(2027, 5, 13)), ["05-03", "05-06", "05-10", "05-13"]),
        ("daily", CampaignDays(date(2028, 2, 28), date(2028, 3, 1)), ["02-28", "02-29", "03-01"]),
        ("", MAY, []),
    ],
)
def test_a_rule_names_its_days(rule: str, span: CampaignDays, expected: list[str]) -> None:
    assert [day.strftime("%m-%d") for day in days(rule, span)] == expected


@pytest.mark.parametrize(
    ("rule", "span", "code"),
    [
        ("first+0", CampaignDays(date(2027, 5, 31), date(2027, 5, 1)), "last_before_first"),
        ("2027-06-01", MAY, "message_outside"),
        ("04-30", MAY, "message_outside"),
        ("first+31", MAY, "message_outside"),
        ("last-31", MAY, "message_outside"),
        ("sun", CampaignDays(date(2027, 5, 3), date(2027, 5, 8)), "rule_never_fires"),
        ("peak+0", LONG, "no_peak"),
        ("02-30", MAY, "not_a_rule"),
        ("2027-02-30", MAY, "not_a_rule"),
        ("every day", MAY, "not_a_rule"),
        ("first", MAY, "not_a_rule"),
    ],
)
def test_a_rule_that_cannot_stand_is_refused(rule: str, span: CampaignDays, code: str) -> None:
    with pytest.raises(WrongRule) as wrong:
        days(rule, span)
    assert wrong.value.code == code


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (scheduled(1, ""), "no_day_yet"),
        (scheduled(1, "first+0", "06:59"), "time_quiet"),
        (scheduled(1, "first+0", "21:00"), "time_quiet"),
    ],
)
def test_a_message_that_cannot_stand_is_refused(one: Scheduled, code: str) -> None:
    with pytest.raises(WrongRule) as wrong:
        check(one, MAY, NIGHT)
    assert wrong.value.code == code


def test_what_is_urgent_may_go_out_at_night() -> None:
    check(scheduled(1, "first+0", "05:00", urgent=True), MAY, NIGHT)


def test_a_message_goes_out_at_its_time_in_the_campaign_s_zone() -> None:
    (one,) = month([scheduled(1, "05-08")], MAY, HOME)
    assert one.at == datetime.fromisoformat("2027-05-08T00:30:00Z")
    assert one.key == "message:1:2027-05-08"


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        ("2027-03-14", "02:30", "2027-03-14T07:30:00Z"),  # left out by summer time: an hour later, at 03:30
        ("2027-03-14", "09:00", "2027-03-14T13:00:00Z"),
        ("2027-03-13", "09:00", "2027-03-13T14:00:00Z"),
        ("2027-11-07", "01:30", "2027-11-07T05:30:00Z"),  # comes twice: the first
    ],
)
def test_summer_time_neither_doubles_nor_drops_a_message(day: str, at: str, expected: str) -> None:
    span = CampaignDays(date(2027, 1, 1), date(2027, 12, 31))
    (one,) = month([scheduled(1, day, at)], span, ZoneInfo("America/New_York"))
    assert one.at == datetime.fromisoformat(expected)


def test_a_day_is_skipped_and_another_moved_and_both_keep_their_keys() -> None:
    changes = {"2027-05-08": "", "2027-05-09": "2027-05-10T16:00"}
    found = month([scheduled(1, "sat sun", changes=changes)], MAY, HOME)
    assert [o.state for o in found if o.on == date(2027, 5, 8)] == ["skipped"]
    (moved,) = [o for o in found if o.moved]
    assert (moved.key, moved.at.astimezone(HOME).isoformat()) == ("message:1:2027-05-09", "2027-05-10T16:00:00+07:00")


def test_the_lower_priority_gives_way_and_equals_collide() -> None:
    two_days = CampaignDays(date(2027, 5, 1), date(2027, 5, 2))
    found = month(
        [
            scheduled(1, "daily", priority=1),
            scheduled(2, "first+0"),
            scheduled(3, "first+0"),
            scheduled(4, "daily", urgent=True),
        ],
        two_days,
        HOME,
    )
    states = {(o.message_id, o.on.day): (o.state, o.rival) for o in found}
    assert states == {
        (1, 1): ("gives_way", 2),
        (2, 1): ("planned", 3),
        (3, 1): ("planned", 2),
        (4, 1): ("planned", 0),
        (1, 2): ("planned", 0),
        (4, 2): ("planned", 0),
    }


def test_nobody_gives_way_to_what_was_skipped_or_moved_away_or_is_for_another_language() -> None:
    one_day = CampaignDays(date(2027, 5, 1), date(2027, 5, 2))
    gone = {"2027-05-01": ""}
    for stronger in (scheduled(2, "first+0", changes=gone), scheduled(2, "first+0", language="en")):
        found = month([scheduled(1, "first+0", priority=1, language="vi"), stronger], one_day, HOME)
        assert [o.state for o in found if o.message_id == 1] == ["planned"]


def test_to_what_is_for_some_communes_only_theirs_give_way_and_a_wider_one_leaves_out_its_readers() -> None:
    one_day = CampaignDays(date(2027, 5, 1), date(2027, 5, 1))
    found = month(
        [
            scheduled(1, "first+0", priority=1),
            scheduled(2, "first+0", priority=3, communes=frozenset({10})),
            scheduled(3, "first+0", priority=5, communes=frozenset({10, 11})),
            scheduled(4, "first+0", priority=5, communes=frozenset({12})),
            scheduled(5, "first+0", priority=4, communes=frozenset({12, 13})),
        ],
        one_day,
        HOME,
    )
    assert {o.message_id: (o.state, o.rival, o.leaves_to) for o in found} == {
        1: ("planned", 0, (3, 4, 5)),
        2: ("gives_way", 3, ()),
        3: ("planned", 0, ()),
        4: ("planned", 0, ()),
        5: ("planned", 0, (4,)),
    }
