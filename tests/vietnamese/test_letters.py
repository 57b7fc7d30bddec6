"""Letters of old fonts and broken ones are told from Vietnamese as it should be."""

from __future__ import annotations

import pytest

from bot.vietnamese.letters import find_fault


@pytest.mark.parametrize(
    "text",
    ["NguyÔn V¨n Hïng", "Hép s÷a, g¹o", "TrÇn ThÞ Cóc", "nhµ dét", "Nguyeãn Vaên Huøng", "Traàn Thò Cuùc", "nhaø doät",
     "Hoà sô ngöôøi ngheøo ñang ôû"],
)  # fmt: skip
def test_the_fonts_of_before_unicode_are_known(text: str) -> None:
    assert find_fault(text) == "old_font"


@pytest.mark.parametrize(
    "text", ["Nguy?n V?n Hùng", "Nguyá»…n VÄƒn HÃ¹ng", "Nguy\ufffdn", "NguyÃªn", "Ho\x83"],
)  # fmt: skip
def test_letters_that_broke_on_the_way_are_known(text: str) -> None:
    assert find_fault(text) == "broken_letters"


@pytest.mark.parametrize(
    "text",
    ["Nguyễn Văn Hùng", "Hoà, thuý, khoẻ, quả, khuỷu, ngoéo", "Bà Tuân", "Hồ Thị Pả Kô", "12 m²", "5 °C", "«Bà Cúc»",
     "Gặp anh Müller ở Vĩnh Linh", "Bà đâu? Ông đây.", "Cần gì?Gạo", "12 triệu", "0912 345 678", "Thôn 4 – xóm ½",
     "Loan", "Hoài", "Khuê", "Hoàng Quý", "Xoã tóc", "Ếch", "Mái nhà dột, mưa là ướt", "PHẠM THÙY OANH",
     "Toàn, Luân, Duyên", ""],
)  # fmt: skip
def test_vietnamese_as_it_should_be_is_left_alone(text: str) -> None:
    assert find_fault(text) == ""


def test_no_word_of_our_own_sentences_is_taken_for_an_old_font() -> None:
    from locales import catalogue

    wrong = [word for said in catalogue("vi").values() for word in str(said).split() if find_fault(word) == "old_font"]
    assert wrong == []
