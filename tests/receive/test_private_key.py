"""A private key that somebody sends by mistake is kept nowhere, whatever was asked, and she is told what to do."""

from __future__ import annotations

import pytest

from storage.tables import inbox, outbox
from storage.tables import places as kept_places
from tests.desk import admins
from tests.stage import Stage

KEY = "AGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQQPZRY9X8GF2TVDW0S"


@pytest.mark.parametrize(("before", "said"), [("", f"/everything {KEY}"), ("/everything", KEY.lower()), ("/ask", KEY)])
async def test_a_private_key_is_answered_with_what_to_do_and_kept_nowhere(
    stage: Stage, before: str, said: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    await admins(stage, "10")
    if before:
        await stage.say(before, "10")
    told = (await stage.say(said, "10"))[0].text
    assert "khóa RIÊNG" in told and "khóa mới" in told
    rows = [await stage.rows(table) for table in (inbox, outbox, kept_places)]
    everything = f"{rows}{caplog.text}{capfd.readouterr()}".upper()
    assert KEY not in everything and "2TVDW0S3JN54" not in everything
