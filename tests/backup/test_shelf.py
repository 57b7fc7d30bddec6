"""Seven days and five weeks are kept, and nothing that is no backup is ever removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage.backup import proven
from storage.backup.shelf import finished, made_at, may_go, name_at, prune

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = datetime(2027, 5, 12, 19, 30, tzinfo=UTC)
"""Half past two in the night to Thursday, 13 May, in Việt Nam."""

DAYLESS = "nhandao-99999999T999999Z.tar.age"
"""Of no day of any calendar."""


def kept(nights: int, a_night: int = 1) -> list[str]:
    made = [
        Path(name_at(NIGHT - timedelta(days=night, hours=hour))) for night in range(nights) for hour in range(a_night)
    ]
    gone = may_go(made, ZONE)
    days = [at.astimezone(ZONE) for path in made if path not in gone and (at := made_at(path))]
    return [f"{day:%a %d/%m %H:%M}" for day in days]


def test_the_last_seven_days_and_the_last_of_five_weeks_stay() -> None:
    assert kept(60) == [
        "Thu 13/05 02:30", "Wed 12/05 02:30", "Tue 11/05 02:30", "Mon 10/05 02:30", "Sun 09/05 02:30",
        "Sat 08/05 02:30", "Fri 07/05 02:30", "Sun 02/05 02:30", "Sun 25/04 02:30", "Sun 18/04 02:30",
    ]  # fmt: skip


def test_several_of_one_day_count_once_and_the_last_one_stays() -> None:
    assert kept(2, a_night=2) == ["Thu 13/05 02:30", "Wed 12/05 02:30"]


def test_what_is_no_backup_stays(tmp_path: Path) -> None:
    for name in (
        "remembered.json",
        "letter.age",
        "nhandao-copy.tar.age",
        "nhandao-20200101T000000Z.tar.age.part",
        DAYLESS,
    ):
        (tmp_path / name).write_text("mine")
    for night in range(60):
        (tmp_path / name_at(NIGHT - timedelta(days=night))).write_text("a backup")
    assert len(prune(tmp_path, ZONE)) == 50
    assert len(list(tmp_path.iterdir())) == 15
    assert prune(tmp_path, ZONE) == []


def test_a_file_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / name_at(NIGHT)

    def fail() -> None:
        with finished(path) as unfinished:
            unfinished.write_text("half")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert list(path.parent.iterdir()) == []
    with finished(path) as unfinished:
        unfinished.write_text("whole")
        assert not path.exists()
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_what_is_no_longer_what_proved_itself_is_known_without_a_key(tmp_path: Path) -> None:
    names = [name_at(NIGHT - timedelta(days=day)) for day in range(7)]
    for n, name in enumerate(names):
        (tmp_path / name).write_bytes(b"age-encryption.org/v1\n" + bytes([n]) * 1000)
        proven.note(tmp_path / name)
    assert proven.changed(tmp_path) == []
    cut, flipped, older_key, empty, foreign, gone, well = (tmp_path / name for name in names)
    cut.write_bytes(cut.read_bytes()[:500])
    flipped.write_bytes(flipped.read_bytes()[:-1] + b"x")
    older_key.write_bytes(b"age-encryption.org/v1\n-> X25519 another")
    empty.write_bytes(b"")
    foreign.write_bytes(b"PK")
    gone.unlink()
    assert proven.changed(tmp_path) == sorted(one.name for one in (cut, flipped, older_key, empty, foreign))
    proven.note(well)
    (tmp_path / proven.NAME).write_text("[]")
    with pytest.raises(ValueError, match="not what was written"):
        proven.changed(tmp_path)


def test_a_damaged_list_of_what_was_proven_does_not_fail_a_backup_that_is_whole(tmp_path: Path) -> None:
    path = tmp_path / name_at(NIGHT)
    path.write_text("a backup")
    (tmp_path / proven.NAME).write_text('{"nhandao')
    proven.note(path)
    assert proven.changed(tmp_path) == []
    path.write_text("another")
    assert proven.changed(tmp_path) == [path.name]
