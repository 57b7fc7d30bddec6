"""Names are kept as they were typed: what stands beside one is understood, or asked about, or stays."""

from __future__ import annotations

import pytest

from bot.vietnamese.names import read_hamlet, read_name, read_organisation


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nguyễn Văn Thử, sinh ngày 12/3/1980", "Nguyễn Văn Thử"),
        ("Nguyễn Văn Thử, 45 tuổi", "Nguyễn Văn Thử"),
        ("Nguyễn Văn Thử, 0912 000 456", "Nguyễn Văn Thử"),
        ("Nguyễn Văn Thử (thôn 3)", "Nguyễn Văn Thử"),
        ("Thử, Nguyễn Văn Thử", "Nguyễn Văn Thử"),
        ("dạ em là Nguyễn Văn Thử", "Nguyễn Văn Thử"),
        ("La Văn Thử", "La Văn Thử"),
    ],
)
def test_what_is_understood_beside_a_name_is_left_out(typed: str, name: str) -> None:
    assert read_name(typed).value == name


@pytest.mark.parametrize("typed", ["kệ tui", "tên chi kệ tui", "bí mật"])
def test_who_does_not_want_to_say_it_gives_no_name(typed: str) -> None:
    assert read_name(typed).value is None


@pytest.mark.parametrize("typed", ["Lê Văn Mẫu, con ông Bê", "Lê Văn Mẫu - Trần Thị Dụ", "Lê Văn Mẫu / kỹ sư phần mềm"])
def test_what_is_not_understood_beside_a_name_is_asked_about(typed: str) -> None:
    reading = read_name(typed)
    assert reading.asks
    assert reading.values == ("Lê Văn Mẫu",)


@pytest.mark.parametrize("typed", ['";alert(123);t="', "Nguy\ufffdn V\ufffdn", "=Lan", "1;Lan", "$(Lan x.y=1)"])
def test_what_holds_other_signs_than_names_do_is_refused(typed: str) -> None:
    assert read_name(typed).value is None


@pytest.mark.parametrize(
    ("typed", "hamlet"),
    [
        ("thôn 3, Cửa Tùng", "thôn 3, Cửa Tùng"),
        ("Vĩnh Kim, Cửa Tùng", "Vĩnh Kim, Cửa Tùng"),
        ("em ở trong thôn 3, xã Cửa Tùng", "thôn 3"),
        ("nhà sàn thôn 3", "nhà sàn thôn 3"),
    ],
)
def test_what_is_not_understood_beside_a_hamlet_stays(typed: str, hamlet: str) -> None:
    assert read_hamlet(typed).value == hamlet


@pytest.mark.parametrize(
    ("typed", "organisation"),
    [
        ("Hội Thử Nghiệm (HTN)", "Hội Thử Nghiệm"),
        ("Hội Thử Nghiệm (mới lập)", "Hội Thử Nghiệm"),
        ("Công ty Ví Dụ (chi nhánh Huế 2)", "Công ty Ví Dụ (chi nhánh Huế 2)"),
    ],
)
def test_only_initials_behind_an_organisation_are_left_out(typed: str, organisation: str) -> None:
    assert read_organisation(typed).value == organisation


@pytest.mark.parametrize("typed", ["đúng", "đúng rồi", "ok luôn", "vâng ạ", "ừ", "không", "có"])
def test_yes_and_no_are_neither_a_name_nor_a_hamlet_nor_an_organisation(typed: str) -> None:
    for read in (read_name, read_hamlet, read_organisation):
        assert not read(typed).values, read


@pytest.mark.parametrize("typed", ["Đúng", "Thuận", "thuận"])
def test_a_given_name_that_also_says_yes_is_asked_about(typed: str) -> None:
    assert (read_name(typed).asks, read_name(typed).values) == (True, (typed,))
    assert read_name(f"Hồ Văn {typed}").value == f"Hồ Văn {typed}"


@pytest.mark.parametrize("typed", ["http://a/b", "https://vi.du/abc", "www.vi.du"])
def test_a_link_is_no_name_and_no_hamlet(typed: str) -> None:
    assert not read_name(typed).values
    assert not read_hamlet(typed).values
