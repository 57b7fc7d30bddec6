"""How many answers the three journeys of residents cost, counted after consent, every question and the review included."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.play import Line, Player, Transcript
from tests.stage import Template

CONSENTED = {"language": "vi", "person": "consented"}
VOLUNTEER = ["[Nguyễn Thị Thử]", "1995", "0912 345 678", "thôn 4, Vĩnh Kim", "[Sơ cấp cứu]", "[Xong]", "[Đăng ký]"]
BY_BUTTONS = [*VOLUNTEER[:3], "[Xã Cửa Tùng]", *VOLUNTEER[4:]]
PLEDGE = ["[Tôi muốn giúp]", "[Sách vở, áo ấm]", "[200.000 đ]", "[Cam kết giúp]"]
ONE_NEED = ["[Tôi muốn giúp]", "[200.000 đ]", "[Cam kết giúp]"]
ALBUM = "(photo album=a1: {})"
DEED = ["Nhóm Nắng Mai", "[Không rõ mặt ai]", "[Gửi cho Hội]"]
JOURNEYS = [
    pytest.param("tình nguyện", VOLUNTEER, 7, "đã đăng ký làm tình nguyện viên", id="volunteer, commune and hamlet typed"),
    pytest.param("tình nguyện", BY_BUTTONS, 7, "đã đăng ký làm tình nguyện viên", id="volunteer, commune by button"),
    pytest.param("DC-0003", PLEDGE, 4, "Hội đã ghi cam kết", id="pledge, one need of two"),
    pytest.param("DC-0004", ONE_NEED, 4, "Hội đã ghi cam kết", id="pledge, the only need"),
    pytest.param(
        ALBUM.format("Sáng nay phát cháo cho bệnh nhân nghèo ở Hồ Xá"), DEED, 3, "đã giới thiệu",
        id="deed, place in the caption",
    ),
    pytest.param(
        ALBUM.format("Anh Hồ Văn Thử đưa ba em nhỏ qua suối ở Vĩnh Ô hôm 8/5"), DEED[1:], 3, "đã giới thiệu",
        id="deed, all in the caption",
    ),
]  # fmt: skip


UNNAMED = [
    pytest.param("tinh nguyen", ["Nguyen Thi Thu", *VOLUNTEER[1:3], "thon 4, Vinh Kim", "2", *VOLUNTEER[-2:]], 7,
                 "đã đăng ký làm tình nguyện viên", id="volunteer without a known name, without marks"),
    pytest.param("DC-0003", PLEDGE, 4, "Hội đã ghi cam kết", id="pledge without a known name"),
    pytest.param(ALBUM.format("Sang nay phat chao cho benh nhan ngheo o Ho Xa"), DEED, 3, "đã giới thiệu",
                 id="deed without a known name, without marks"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "answers", "goal", "thanks"), UNNAMED)
async def test_whose_name_is_not_known_answers_no_more(
    first: str, answers: list[str], goal: int, thanks: str, template: Template, tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    await count(first, answers, goal, thanks, template, tmp_path, request, CONSENTED | {"called": ""})


@pytest.mark.parametrize(("first", "answers", "goal", "thanks"), JOURNEYS)
async def test_a_journey_costs_no_more_answers_than_its_goal(
    first: str,
    answers: list[str],
    goal: int,
    thanks: str,
    template: Template,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    await count(first, answers, goal, thanks, template, tmp_path, request, CONSENTED)


async def count(
    first: str, answers: list[str], goal: int, thanks: str, template: Template, folder: Path,
    request: pytest.FixtureRequest, about: dict[str, str],
) -> None:  # fmt: skip
    """Play a journey; it ends with its last answer, and costs no more of them than its goal."""
    template.copy(folder)
    lines = [Line(said) for said in (first, "(4 seconds later)", *answers)]
    played = await Player(Transcript(folder, about, lines), folder, "buttons").play()
    thanked = [thanks in "\n".join(shown) for _, shown in played]
    assert thanked.index(True) == len(answers) + 1
    print(f"{request.node.callspec.id}: {len(answers)} answers; the goal is {goal}")
    assert len(answers) <= goal
