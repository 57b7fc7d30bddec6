"""What the resident does: she looks at a household, agrees, promises money, and tells of a kind deed with a photo."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.emulator.resident import Resident, shown, words
from tests.stage import photo

PHOTO = "(photo) "
JPEG = b"\xff\xd8\xff"
DEED = "Sáng nay nhóm bếp nấu cháo cho 60 bệnh nhân nghèo ở Cửa Tùng"

STEPS = [
    ("/start", "Anh/chị muốn làm gì?"),
    ("DC-0002", "Mã: DC-0002"),
    ("[Tôi muốn giúp]", "[Đồng ý tham gia]"),
    ("[Đồng ý tham gia]", "Anh/chị ủng hộ bao nhiêu tiền?"),
    ("500 nghìn", "Số tiền: 500.000 đ (năm trăm nghìn đồng)"),
    ("cam kết giúp", "Hội đã ghi cam kết"),
    (PHOTO + DEED, "Ai đã làm việc này?"),
    ("Nhóm bếp Ví Dụ", "Người trong ảnh"),
    ("không rõ mặt ai", "Ảnh: 1 ảnh"),
    ("gửi cho hội", "Cảm ơn anh/chị đã giới thiệu!"),
    ("của tôi", DEED),
]
"""What she says, with buttons in brackets, and what is answered."""


async def travel(resident: Resident, folder: Path) -> None:
    """The whole journey, printed on the way. Raises AssertionError where it goes wrong."""
    for said, wanted in STEPS:
        print(f"> {said}", flush=True)
        await _say(resident, said, folder)
        for message in await resident.answers(wanted):
            print("  " + shown(message).replace("\n", "\n  "), flush=True)
    mine = words(resident.heard[-1])
    assert "500.000 đ, giúp hai chị em T." in mine, mine
    await _check_card(resident)
    await _check_presses(resident)


async def _say(resident: Resident, said: str, folder: Path) -> None:
    if said.startswith("["):
        await resident.press(said.strip("[]"))
    elif said.startswith(PHOTO):
        await resident.show(photo(folder, "deed"), said.removeprefix(PHOTO))
    else:
        await resident.say(said)


async def _check_card(resident: Resident) -> None:
    """The household's picture lies in the emulator's store."""
    card = next(message for message in resident.heard if message["method"] == "sendPhoto")
    picture = await resident.photo(card)
    assert picture.startswith(JPEG), picture[:20]
    print(f"\nThe household's picture came whole: {len(picture):,} bytes.")


async def _check_presses(resident: Resident) -> None:
    """Every press was answered, and none twice."""
    recorded = await resident.recorded()
    answered = Counter(one["callback_query_id"] for one in recorded if one["method"] == "answerCallbackQuery")
    assert answered == Counter(resident.pressed), f"{resident.pressed} were pressed, {answered} answered"
    print("Recorded:", named(Counter(str(one["method"]) for one in recorded)))


def named(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items())) or "none"
