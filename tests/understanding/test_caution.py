"""What people decline, have done already or wish besides is not run over, however sure the model is."""

from __future__ import annotations

import pytest

from bot.understanding.facts import read
from bot.understanding.judge import understand
from bot.understanding.sentence import Sentence
from tests.language.sentences import communes


@pytest.mark.parametrize(
    "said",
    [
        "tôi không muốn tham gia tình nguyện nữa",
        "cháu chưa muốn đăng ký tình nguyện viên",
        "tui không muốn giúp bà M nữa",
        "tui ko tham gia tnv nua",
        "tôi không muốn xem danh sách địa chỉ",
        "khỏi đăng ký cho tui nghe",
        "i do not want to volunteer",
    ],
)
def test_what_is_declined_is_not_begun(said: str) -> None:
    understood = understand(said, communes())
    assert (understood.sure, "my" in understood.offered) == ("", True)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("tôi muốn đăng ký làm tình nguyện viên", "volunteer"),
        ("ủng hộ bà M 200k, không cần nêu tên tui", "pledge"),
        ("đúng, đăng ký tình nguyện viên cho tôi", "volunteer"),
    ],
)
def test_what_is_wished_is_begun(said: str, meant: str) -> None:
    assert understand(said, communes()).sure == meant


@pytest.mark.parametrize(
    "said", ["tui gửi 500k cho bà M hôm qua rồi", "tôi đã ủng hộ bà M 500 nghìn", "đã chuyển 300k cho em H"]
)
def test_what_was_given_is_not_pledged_again(said: str) -> None:
    assert understand(said, communes()).sure != "pledge"


@pytest.mark.parametrize(
    ("said", "dong"),
    [
        ("cho bà M 200k, à nhầm 300k", 300_000),
        ("ủng hộ bà M 200 nghìn à quên 500 nghìn", 500_000),
        ("không phải 200k mà 300k cho bà M", 300_000),
        ("hứa 500 nghìn mà chừ chỉ 300 nghìn thôi", 300_000),
        ("ủng hộ 100k cho bà M và 200k cho em H", None),
        ("cháu H cần 2 triệu, tui ủng hộ 500k", 500_000),
        ("nhà bà M thiếu 2 triệu", 2_000_000),
        ("ủng hộ 200k cho bà M, 200.000 đồng", 200_000),
        ("chuyển nhầm 300k cho bà M", 300_000),
    ],
)
def test_of_two_amounts_the_corrected_one_counts_or_none(said: str, dong: int | None) -> None:
    assert read(Sentence.of(said), communes()).amount == dong


@pytest.mark.parametrize(
    "said",
    [
        "ủng hộ 100k cho bà M và 200k cho em H",
        "ủng hộ 5kg gạo với 200 nghìn cho em H",
        "tui muốn ủng hộ 300 nghìn cho DC-0001, đăng ký luôn làm tình nguyện viên",
        "tôi muốn giới thiệu hộ khó khăn và đăng ký tình nguyện viên",
        "giúp bà M 20 ký gạo, em H 10 ký gạo",
    ],
)
def test_a_wish_besides_the_first_is_noticed(said: str) -> None:
    assert understand(said, communes()).several


@pytest.mark.parametrize(
    "said",
    ["ủng hộ 200k một tháng cho bà M", "tui cho em H 20 ký gạo", "đăng ký tình nguyện viên", "giúp bà M 3 buổi công"],
)
def test_one_wish_is_one(said: str) -> None:
    assert not understand(said, communes()).several


@pytest.mark.parametrize(
    "said",
    [
        "nhà cháy túi rồi em ơi, tháng này không ủng hộ được nữa",
        "túi tui cháy rồi",
        "cháy hàng rồi",
        "đang cháy vé",
        "ăn cay cháy miệng",
        "trời nắng cháy da, đang cháy nắng đây",
    ],
)
def test_what_burns_only_in_a_figure_of_speech_is_no_alarm(said: str) -> None:
    assert not understand(said, communes()).said.danger


@pytest.mark.parametrize(
    "said", ["cháy hàng xóm rồi", "cháy nhà hàng xóm", "nhà tui đang cháy", "đang cháy hàng quán ngoài chợ"]
)
def test_what_burns_is(said: str) -> None:
    assert understand(said, communes()).said.danger


@pytest.mark.parametrize(
    "said",
    [
        "có người ngã xe máu me đầy đường ngoài cầu Hiền Lương",
        "ba tui say rượu cầm rựa rượt má tui",
        "please help my dad is having chest pain",
    ],
)
def test_more_that_happens_to_people_is_danger(said: str) -> None:
    understood = understand(said, communes())
    assert (understood.said.danger, "emergency" in understood.offered) == (True, True)


def test_what_each_of_several_gives_is_no_sum() -> None:
    understood = understand("hai vợ chồng tui mỗi người góp 100k cho bà M", communes())
    assert understood.said.within("pledge").amount is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("tôi muốn giúp DC-7K3PQ", "DC-7K3PQ"), ("cam ket dc7k3pq", "DC-7K3PQ"), ("giúp DC-ABCDE", "DC-ABCDE"),
        ("giúp DC-0003", "DC-0003"), ("em dc nhanh", ""), ("được dc-tháng", ""), ("góp dc 225kg gạo", ""),
    ],
)  # fmt: skip
def test_a_household_s_code_is_read_as_it_is_made_up_and_no_other_word_for_it(said: str, code: str) -> None:
    assert read(Sentence.of(said), communes()).household == code
