"""How long does an officer wait when a whole province is in the database? `python -m bench.desk [people addresses]`

Fills SQLite with so many people, all registered as volunteers, with households and what waits for officers
(100,000 and 10,000 unless told otherwise), and lets the real engine answer the desk and the searches, one at a time.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage.campaign import campaigns, staff
from storage.database import Tx
from storage.database.secret import seal_words
from storage.tables import accounts, addresses, deeds, people, pledges, threads, units, volunteers
from storage.tables.sealed import VOLUNTEER_PHONE
from storage.talk import people as known
from storage.upkeep import indexing
from tests.stage import NINE, Stage, Template

ROUNDS, CHUNK, FIRST = 40, 10_000, 1000
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
MIDDLE = ("Thị", "Văn", "Đức", "Thu", "Minh")
GIVEN = ("An", "Bình", "Cường", "Dung", "Hạnh", "Khánh", "Lan", "Phượng", "Quý", "Thảo", "Tùng", "Yến")
STATES = (
    "proposed",
    "surveyed",
    "verified",
    "approved",
    "approved",
    "approved",
    "closed",
    "refused",
    "paused",
    "duplicate",
)
ASKED = (
    "/desk", "/desk addresses", "/desk pledges", "/desk deeds", "/desk volunteers", "/desk volunteers p900",
    "/volunteers", "/volunteers Nguyễn Thị Phượng", "/volunteers nguyen thi phuong", "/volunteers Đặng", "/volunteers xyz",
    "TND26-P0777", "/find", "/find Nguyễn Thị Phượng", "/find dot nha", "/find 0912000777", "/find địa chỉ tạm dừng",
)  # fmt: skip
FOUND = ("/person 0912000777", "/person room:p1777", "/person #1777", "/person TND26-P0777")
"""What only an admin looks for."""
Row = Mapping[str, Any]


async def fill(tx: Tx, many: int, households: int) -> None:
    """Everybody registered, a fifth not noticed by an officer yet; a third of the households wait for a step, each has
    two pledges, and one person in ten reported a deed and asked a question."""
    campaign = await campaigns.active(tx)
    assert campaign is not None
    where = [row["id"] for row in await tx.all(sa.select(units.c.id).where(units.c.kind == "commune"))]
    at, of = {"created_at": NINE}, {"campaign_id": campaign.id, "created_at": NINE}
    everybody, homes = range(FIRST, FIRST + many), range(FIRST, FIRST + households)
    await insert(tx, people, ({"id": n, "language": "vi", **at} for n in everybody))
    here = {"channel": "room", "announcements_here": True, **at}
    await insert(tx, accounts, ({"person_id": n, "address": f"p{n}", **here} for n in everybody))
    await insert(tx, volunteers, (volunteer(tx, n, where[n % len(where)]) for n in everybody))
    kept = {"category": "poor", "story": "Nhà dột", "consented": True, **of}
    await insert(tx, addresses, (
        {"id": n, "code": f"TND26-A{n}", "unit_id": where[n % len(where)], "shown_name": f"Hộ {n}",
         "state": STATES[n % len(STATES)], **kept} for n in homes
    ))  # fmt: skip
    given = {"kind": "money", "amount": 100_000, "shown_as": "anonymous", **of}
    await insert(tx, pledges, (
        {"code": f"TND26-P{n:04}", "person_id": FIRST + n % many, "address_id": homes[n % households],
         "dedupe_key": f"b{n}", "state": ("new", "fulfilled")[n % 2], **given} for n in range(2 * households)
    ))  # fmt: skip
    told = {"doer_kind": "individual", "what": "Giúp bà cụ", "done_on": NINE.date(), "helped": "bà cụ", **of}
    some = everybody[::10]
    await insert(tx, deeds, (
        {"code": f"TND26-D{n}", "person_id": n, "doer_name": name(n), "unit_id": where[n % len(where)],
         "shows_people": False, "shown_consented": False, "shows_child": False, "guardian_consented": False,
         "dedupe_key": f"b{n}", "state": ("new", "approved")[n // 10 % 2], **told} for n in some
    ))  # fmt: skip
    await insert(tx, threads, (
        {"kind": "question", "code": f"TND26-Q{n}", "person_id": n, "unit_id": where[n % len(where)], "dedupe_key": f"b{n}",
         "asked_at": NINE, "spoken_at": NINE, "created_at": NINE} for n in some
    ))  # fmt: skip


def name(n: int) -> str:
    return f"{FAMILY[n % len(FAMILY)]} {MIDDLE[n // 10 % len(MIDDLE)]} {GIVEN[n // 50 % len(GIVEN)]}"


def volunteer(tx: Tx, n: int, unit_id: int) -> Row:
    phone = f"+8491{2_000_000 + n - FIRST:07}"
    row = {
        "person_id": n, "full_name": name(n), "birth_year": 1990, "unit_id": unit_id, "hamlet": "Thôn Thử",
        "phone": VOLUNTEER_PHONE.seal(tx.vault, phone.encode(), n), "phone_index": tx.vault.index(phone, kind="phone"),
        "activities": ["blood"], "seen_at": NINE if n % 5 else None, "created_at": NINE, "updated_at": NINE,
    }  # fmt: skip
    return seal_words(tx.vault, volunteers, row)


async def insert(tx: Tx, table: sa.Table, rows: Iterable[Row]) -> None:
    left: Iterator[Row] = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        await tx.run(sa.insert(table), chunk)


async def main(many: int, households: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        template = Template(folder / "template")
        template.folder.mkdir()
        await template.make()
        stage = Stage(folder, url=template.copy(folder))
        async with stage.program() as app, app.database.write() as tx:
            await fill(tx, many, households)
            for who in ("officer", "admin"):
                met = await known.meet(tx, {("room", who): "vi"}, stage.clock())
                person_id = met["room", who][0].id
                await staff.grant(tx, person_id, who, None, "operator", stage.clock())
        await index(stage)
        print("| milliseconds from received to answered, one at a time | median | of 100 the 95th | processor |")
        print("|---|--:|--:|--:|")
        for who, asked in (("officer", ASKED), ("admin", FOUND)):
            for line in asked:
                times, busy = await measure(stage, who, line)
                middle, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
                print(f"| `{line}` | {middle:.0f} | {late:.0f} | {busy:.0f} |", flush=True)


async def index(stage: Stage) -> None:
    """Have everything indexed as the program does it in the background, and say how long its pieces took."""
    pieces = []
    async with stage.program() as app:
        left = True
        while left:
            began = time.perf_counter()
            left = await app.database.transact(indexing.step) is not None
            pieces.append((time.perf_counter() - began) * 1000)
    print(f"indexed in {len(pieces)} pieces, {statistics.median(pieces):.0f} ms each, at most {max(pieces):.0f} ms\n")


async def measure(stage: Stage, who: str, line: str) -> tuple[list[float], float]:
    """How long each took, and how long the processor was at work for one."""
    times, at_work = [], 0.0
    async with stage.program() as app:
        for _ in range(ROUNDS + 1):
            stage.clock.forward(seconds=5)
            arrival = stage.room.arrival(who, text=line)
            before, began, busy = len(stage.room.said), time.perf_counter(), time.process_time()
            await app.engine.receive([arrival])
            await app.engine.settle()
            await app.delivery.deliver()
            times.append((time.perf_counter() - began) * 1000)
            at_work += time.process_time() - busy
            assert len(stage.room.said) > before
    return times[1:], at_work * 1000 / len(times)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:3] or (100_000, 10_000))))
