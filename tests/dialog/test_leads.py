"""A name that others read leads nobody elsewhere."""

from __future__ import annotations

import pytest

from bot.dialog.fields import Organisation
from bot.dialog.forms import Invalid
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
