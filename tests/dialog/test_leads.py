"""A name that others read leads nobody elsewhere."""

from __future__ import annotations

import pytest

from bot.dialog.fields import Called, Name, Organisation
from bot.dialog.forms import Form, Invalid
from tests.questions import FACTS


@pytest.mark.parametrize(
    "said",
    ["Nhóm Nắng Mai 0912 345 678", "Nhóm Nắng Mai, STK 0123456789 Vietcombank", "Nhóm Nắng Mai nang-mai.xyz/gop"],
)
def test_an_organisation_has_no_phone_account_or_link_in_its_name(said: str) -> None:
    with pytest.raises(Invalid) as refused:
        Organisation(least=2, most=120).accept(said)
    assert refused.value.code == "leads"
    assert FACTS.speech.say("wrong.leads", **refused.value.params)


def test_an_organisation_may_have_figures_in_its_name() -> None:
    assert (
        Organisation(least=2, most=120).accept("Chi đoàn lớp 12A1 khóa 2024-2027") == "Chi đoàn lớp 12A1 khóa 2024-2027"
    )


@pytest.mark.parametrize(
    "said",
    [
        "Lan, STK 0101234567890",
        "Lan số tài khoản 1234567",
        "Nguyễn Văn Mẫu 0912 345 678",
        "Lan facebook.com/lan",
        "Lan t.me/lan",
    ],
)
@pytest.mark.parametrize("question", [Name(least=2, most=80), Called(least=2, most=120)])
def test_a_name_by_which_somebody_is_published_leads_nowhere(question: Name | Called, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        question.accept(said)
    assert refused.value.code == "leads"


def test_a_telephone_number_beside_a_name_is_left_out_of_it() -> None:
    assert Name(least=2, most=80).accept("Nguyễn Văn Mẫu, 0912 345 678") == "Nguyễn Văn Mẫu"


def test_what_a_channel_calls_somebody_is_not_proposed_where_it_leads_elsewhere() -> None:
    question = Called(least=2, most=120, suggest=lambda form: "Lan vay-nhanh.xyz")
    assert question.suggested(Form({}, FACTS)) == ""
