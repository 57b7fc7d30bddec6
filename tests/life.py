"""A resident's whole life here, for whoever looks for what it leaves."""

from __future__ import annotations

from tests.fakes.watch import HAMLET, NAME, PHONE
from tests.stage import Stage, photo


async def live(stage: Stage) -> None:
    """Somebody registers, pledges and tells of a deed."""
    await stage.say("/consent", name=NAME)
    for text in (
        "2",
        "1 2 3",
        "xong",
        "/volunteer",
        NAME,
        "1990",
        PHONE,
        "Vĩnh Kim",
        HAMLET,
        "1",
        "xong",
        "bỏ qua",
        "bỏ qua",
        "đúng",
    ):
        await stage.say(text, name=NAME)
    for text in ("/pledge DC-0001", "1", "500k", "1", "1", "1", "đúng"):
        await stage.say(text, name=NAME)
    await stage.say("Nấu cháo cho bệnh nhân nghèo ở Bến Quan", photo=str(photo(stage.folder, "deed")))
    for text in ("1", NAME, "1", "Bệnh nhân", "20", "không", "1", NAME, "đúng"):
        await stage.say(text, name=NAME)
