"""Residents and officers on one stage: who is who, and what each of them hears."""

from __future__ import annotations

import re

import sqlalchemy as sa

from bot.message import Message
from storage.campaign import staff
from storage.tables import addresses, needs, units
from storage.talk import people
from tests.stage import Stage, photo

CUA_TUNG, BEN_QUAN = "19414", "19366"
"""The codes of two communes of the demo."""
RESIDENT, LAN, MINH, FAR = "1", "2", "3", "4"
"""A resident, two officers of Cửa Tùng, and one of Bến Quan."""
APPEALED = "Việc này làm ở Thôn Thử, cả xóm đều biết"
WHY = "biên bản họp thôn ngày 10/5"
PROPOSAL = (
    "/propose",
    "có",
    "Hồ Văn Mẫu",
    "Cửa Tùng",
    "Thôn 4",
    "bỏ qua",
    "Bác sống một mình, mái nhà đã dột.",
    "đúng",
)
"""What a resident says to propose a household."""


async def appoint(
    stage: Stage, address: str, commune: str = CUA_TUNG, *, channel: str = "room", language: str = "vi"
) -> int:
    """Make the person at this address an officer of a commune; returns her id."""
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {(channel, address): language}, stage.clock())
        person_id = met[channel, address][0].id
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == commune))
        await staff.grant(tx, person_id, "officer", unit, "operator", stage.clock())
    return person_id


async def dismiss(stage: Stage, person_id: int, commune: str = CUA_TUNG) -> None:
    """Take the officer's role away again."""
    async with stage.program() as app, app.database.write() as tx:
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == commune))
        assert await staff.revoke(tx, person_id, "officer", unit, "operator", stage.clock())


async def staffed(stage: Stage) -> dict[str, int]:
    """The resident agrees to take part; the three officers begin their work. Returns their ids by address."""
    await stage.agree("take_part", address=RESIDENT)
    return {LAN: await appoint(stage, LAN), MINH: await appoint(stage, MINH), FAR: await appoint(stage, FAR, BEN_QUAN)}


async def admins(stage: Stage, *addresses: str) -> None:
    """Make the people at these addresses admins who agreed to take part."""
    for address in addresses:
        await stage.agree("take_part", address=address)
    async with stage.program() as app, app.database.write() as tx:
        for address in addresses:
            met = await people.meet(tx, {("room", address): "vi"}, stage.clock())
            await staff.grant(tx, met["room", address][0].id, "admin", None, "operator", stage.clock())


async def copied(stage: Stage, address: str = RESIDENT) -> bytes:
    """Somebody asks for a copy of her data; returns what is in the file that she gets."""
    await stage.say("/mydata", address)
    async with stage.program() as app:
        await app.do("copies")
        await app.settle()
    document = heard(stage, address)[-1].document
    assert document is not None
    return document.content


def heard(stage: Stage, address: str) -> list[Message]:
    """All that was said to this address."""
    return [message for to, message in stage.room.said if to == address]


def last(stage: Stage, address: str) -> str:
    """The last thing that was said to this address, with plain spaces."""
    return heard(stage, address)[-1].text.replace("\N{NO-BREAK SPACE}", " ")


def values(message: Message) -> list[str]:
    """What the buttons under a message say to the program."""
    return [button.value for button in message.buttons]


def pressing(messages: list[Message], beginning: str) -> str:
    """The command line of the button that begins so, on the last message that has one."""
    return next(v for message in reversed(messages) for v in values(message) if v.startswith(beginning))


def code_in(text: str) -> str:
    """The code that a sentence names."""
    found = re.search(r"TND26-[0-9A-Z]{5}", text)
    assert found is not None, text
    return found[0]


async def promise(stage: Stage, *said: str) -> str:
    """The resident promises something to DC-0002, in Cửa Tùng; returns the pledge's code."""
    for text in ("/pledge DC-0002", *(said or ("2tr",))):
        await stage.say(text)
    return code_in((await stage.say("đúng"))[0].text)


async def arrive(stage: Stage, code: str, money: str, officer: str = LAN) -> str:
    """An officer notes that money arrived; returns what she is told."""
    for text in (f"/desk arrived {code}", money, "1", "1"):
        await stage.say(text, officer)
    return (await stage.say("đúng", officer))[0].text.replace("\N{NO-BREAK SPACE}", " ")


async def tell(stage: Stage, *, photos: int = 2) -> str:
    """The resident tells of a deed in Cửa Tùng, with so many photos; returns its code."""
    for n in range(photos):
        text = "Vá lưới giúp một nhà bị bão" if n == 0 else ""
        await stage.say(text, photo=str(photo(stage.folder, f"p{n}", f"#1020{n}0")), album="a")
    if not photos:
        await stage.say("/deed")
        for text in ("bỏ qua", "Vá lưới giúp một nhà bị bão"):
            await stage.say(text)
    for text in ("Tổ thuyền Thử", "Cửa Tùng", *(["không rõ mặt"] if photos else [])):
        await stage.say(text)
    return code_in((await stage.say("đúng"))[0].text)


async def refuse_deed(stage: Stage, officer: str = LAN) -> str:
    """A deed of the resident's is declined; returns its code."""
    code = await tell(stage, photos=0)
    for text in (f"/desk decline {code}", "chưa rõ việc làm ở đâu"):
        await stage.say(text, officer)
    return code


async def appeal(stage: Stage, code: str) -> str:
    """The resident appeals; returns what she is told."""
    assert f"/appeal {code}" in values(heard(stage, RESIDENT)[-1])
    await stage.say("", pressed=f"/appeal {code}")
    return (await stage.say(APPEALED))[0].text


async def surveyed(stage: Stage, n: int = 3) -> list[str]:
    """So many households in Cửa Tùng that were surveyed, copied from one of the demo's; the first needs rice."""
    codes = [f"DC-AAA{k:02}" for k in range(22, 22 + n)]
    async with stage.program() as app, app.database.write() as tx:
        row = dict((await tx.all(sa.select(addresses).where(addresses.c.code == "DC-0002")))[0])
        row.pop("id")
        for code in codes:
            new = {**row, "code": code, "state": "surveyed", "picture": "", "verified_by": None, "verified_at": None}
            await tx.run(sa.insert(addresses).values(**new))
        first = await tx.value(sa.select(addresses.c.id).where(addresses.c.code == codes[0]))
        rice = {"kind": "goods", "what": "Gạo", "measure": "kg", "amount": 20}
        await tx.run(sa.insert(needs).values(address_id=first, **rice))
    return codes


async def tick(stage: Stage, act: str, numbers: str, officer: str = LAN, sure: str = "Đúng, làm cả") -> Message:
    """An officer opens the page for this act, ticks these numbers, says why and is sure; returns what she is told."""
    await stage.say(f"/desk many {act}", officer)
    for text in (numbers, "xong", WHY):
        await stage.say(text, officer)
    return (await stage.say(sure, officer))[0]
