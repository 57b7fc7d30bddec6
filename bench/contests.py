"""Who meets whom in the benchmark, and what each has to do."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from bench import ours
from bench.processes import ROOT, Measured, measure, nothing
from tests.fakes.postgres import server

FIRST = 10_000_000
"""The first person's chat."""
OTHERS = 50_000_000
"""The first chat of those to whom a broadcast goes."""
PACE = 27
"""Copies a second that we send where Telegram takes 30 messages."""
MORE_THAN_ASKED = 1000
"""Messages a second that Telegram would have to take for a hundred people a second to be answered at all."""
LINES = (
    "/volunteer", "Nguyễn Thị Ví Dụ", "1995", "0912 345 678", "thôn Thử, Bến Quan", "1 3", "xong",
    "đúng",
)  # fmt: skip
"""A resident registers as a volunteer with us."""
SHORT = ("/volunteer", "Nguyễn Thị Ví Dụ", "1995", "Xã Bến Quan")
"""The peers' form has three questions."""
THANKS = "Nguyễn Thị Ví Dụ"
"""Whom the last answer thanks."""
ANNOUNCEMENT = "Kính mời bà con tham gia Ngày hội hiến máu nhân đạo lúc 7 giờ sáng thứ Bảy tại nhà văn hoá xã."


@dataclass(frozen=True)
class Bot:
    """One contestant."""

    name: str
    command: Sequence[str]
    keeps: str
    people: int
    """How many talk to it in one run, so that it takes some seconds."""
    lines: Sequence[str] = LINES
    ends: str = LINES[-1]
    others: int = 0
    """How many more are in our database, to whom an announcement may go."""
    tree: Path = ROOT
    """The checkout that it runs from."""
    pace: int = 0
    """Copies a second that our broadcasts may make; 0: as many as can be made."""
    old: int = 0
    """How many old messages are kept, half of them received and half of them sent."""
    pages: int = 0
    """How many pages of the web chat are open."""
    database: str = ""
    """The address of its database on a server; empty: SQLite."""

    @property
    def is_ours(self) -> bool:
        return self.command == OURS.command


US = "nhandao"
OURS = Bot(US, ("-m", "bot", "run"), "everything, `synchronous=FULL`", 2000, ends=THANKS)
"""So many people that nobody sends more than eight messages at once, which our flood gate would stop."""
AIOGRAM = Bot("aiogram echo", ("-m", "bench.bots.aiogram_echo"), "nothing", 300)
PTB = Bot("python-telegram-bot echo", ("-m", "bench.bots.ptb_echo"), "nothing", 100)
AIOGRAM_FORM = Bot("aiogram form", ("-m", "bench.bots.aiogram_form"), "answers in memory", 600, SHORT, THANKS)
PTB_FORM = Bot("python-telegram-bot form", ("-m", "bench.bots.ptb_form"), "a file, once a minute", 200, SHORT, THANKS)
AIOGRAM_CAST = Bot("aiogram broadcast", ("-m", "bench.bots.aiogram_broadcast"), "nothing", 4000)
PTB_CAST = Bot("python-telegram-bot broadcast", ("-m", "bench.bots.ptb_broadcast"), "nothing", 1500)
OUR_CAST = Bot(US, OURS.command, "a ledger of everybody", 4000)
CALM = Bot("nhandao, nothing else to do", OURS.command, "everything", 0, pace=PACE)
BUSY = Bot("nhandao, during a broadcast", OURS.command, "everything", 0, others=100_000, pace=PACE)
FLAT_OUT = Bot("nhandao, during one without limits", OURS.command, "everything", 0, others=100_000)
FEW = Bot("nhandao, 1,000 recipients", OURS.command, "a ledger of everybody", 1_000)
MANY = Bot("nhandao, 1,000,000 recipients", OURS.command, "a ledger of everybody", 1_000_000)
SMALL = Bot("nhandao, 2,000 people known", OURS.command, "everything", 2000, ends=THANKS)
LARGE = Bot("nhandao, 1,000,000 people known", OURS.command, "everything", 2000, ends=THANKS, others=998_000)
NEW = Bot("nhandao, no old messages", OURS.command, "everything", 2000, ends=THANKS)
LADEN = Bot("nhandao, 10,000,000 old messages", OURS.command, "everything", 2000, ends=THANKS, old=10_000_000)
QUIET = Bot("nhandao, no open page", OURS.command, "everything", 2000, ends=THANKS)
VISITED = Bot("nhandao, 1,000 open pages", OURS.command, "everything", 2000, ends=THANKS, pages=1000)
ALONE = Bot("nhandao with SQLite", OURS.command, "everything, `synchronous=FULL`", 2000, ends=THANKS)
SERVED = Bot("nhandao with PostgreSQL", OURS.command, "everything, `fsync=on`", 2000, ends=THANKS)


def limits(per_second: int, broadcasts: int) -> dict[str, str]:
    """Settings of our program."""
    return {"TELEGRAM_PER_SECOND": str(per_second), "TELEGRAM_BROADCASTS_PER_SECOND": str(broadcasts)}


class Ground:
    """Where contests take place: databases made once, and a fresh folder for each run. ``size`` scales every run."""

    def __init__(self, folder: Path, size: float) -> None:
        self.folder, self.size = folder, size
        self._made: dict[tuple[int, int, int, Path], Path] = {}

    def talk(self, bot: Bot, mode: str) -> Measured:
        """Everybody has a conversation at once."""
        people = max(int(bot.people * self.size), 2)
        asked = {"scenario": "talk", "people": people, "first": FIRST, "lines": bot.lines, "ends": bot.ends}
        return self._run(bot, mode, asked, people, round(bot.others * self.size))

    def served(self, bot: Bot, mode: str) -> Measured:
        """The same, kept by PostgreSQL if that is who it is, whose server shares the two cores with bot and crowd."""
        if bot != SERVED:
            return self.talk(bot, mode)
        with server(durable=True) as postgres:
            return self.talk(replace(bot, database=postgres.create()), mode)

    def steady(self, bot: Bot, mode: str) -> Measured:
        """100 people a second say one thing; with us there may be a broadcast to many others at the same time."""
        seconds = max(12 * self.size, 0.3)
        asked = {"scenario": "steady", "rate": 100, "seconds": seconds, "first": FIRST, "line": LINES[0]}
        others = round(bot.others * self.size)
        given = limits(MORE_THAN_ASKED, bot.pace) if bot.pace else {}
        return self._run(bot, mode, asked, int(100 * seconds), others, announced=bool(others), **given)

    def listen(self, bot: Bot, mode: str, *, per_second: int = 0) -> Measured:
        """Everybody waits for one announcement, without limits or with so many a second."""
        people = max(int(bot.people * self.size), 2) if not per_second else per_second * 10
        asked = {"scenario": "listen", "people": people, "first": OTHERS, "trouble": {"per_second": per_second}}
        given = {"BENCH_RECIPIENTS": str(people), "BENCH_FIRST_RECIPIENT": str(OTHERS)}
        given |= limits(per_second, PACE)
        return self._run(bot, mode, asked | {"held": bot.is_ours}, 0, people, announced=bot.is_ours, **given)

    def silent(self, bot: Bot, mode: str) -> Measured:
        """Nobody says anything."""
        return self._run(bot, mode, {"scenario": "silent", "seconds": max(30 * self.size, 1.0)}, 2)

    def _run(
        self,
        bot: Bot,
        mode: str,
        asked: Mapping[str, Any],
        people: int,
        others: int = 0,
        *,
        announced: bool = False,
        **given: str,
    ) -> Measured:
        with tempfile.TemporaryDirectory(dir=self.folder) as made:
            folder = Path(made)
            if bot.is_ours:
                shutil.copyfile(self._database(people, others, round(bot.old * self.size), bot.tree), folder / "bot.db")
            if bot.database:
                ours.move(folder, bot.database)
                given |= {"DATABASE_URL": bot.database}
            begin = partial(ours.let_go, folder) if announced else nothing
            told = {"SECRET_KEY": ours.KEY, "BENCH_ANNOUNCEMENT": ANNOUNCEMENT} | given
            return measure(bot.command, asked, folder, mode, begin, bot.tree, round(bot.pages * self.size), **told)

    def _database(self, people: int, recipients: int, old: int, tree: Path) -> Path:
        """A database with these people, so many old messages, and a broadcast to so many others that waits to be let go."""
        if (people, recipients, old, tree) not in self._made:
            folder = Path(tempfile.mkdtemp(dir=self.folder))
            ours.prepare(folder, range(FIRST, FIRST + people), range(OTHERS, OTHERS + recipients), ANNOUNCEMENT, tree)
            if old:
                ours.add_old(folder, old)
            self._made[people, recipients, old, tree] = folder / "bot.db"
        return self._made[people, recipients, old, tree]


@dataclass(frozen=True)
class Bound:
    """What may be at most, of what was measured of ours beside its first peer."""

    what: str
    value: Callable[[Measured, Measured], float]
    most: float


@dataclass(frozen=True)
class Contest:
    """The same task for several bots; ratios are to the ones named first in ``goals``."""

    title: str
    unit: str
    value: Callable[[Measured], float]
    run: Callable[[Ground, Bot, str], Measured]
    bots: Sequence[Bot]
    modes: Sequence[str] = ("polling", "webhook")
    goals: Mapping[str, float] = field(default_factory=dict)
    """How many times each peer's value ours should be; where less is better, at most."""
    less_is_better: bool = False
    ours: str = US
    """Whom the goals and the bounds are for."""
    bounds: Sequence[Bound] = ()


def per_second(measured: Measured) -> float:
    return float(measured.found["per_second"])


def p99(measured: Measured) -> float:
    return 1000 * float(measured.found["p99"])


def microseconds(measured: Measured) -> float:
    return 1e6 * measured.each


def load(measured: Measured) -> float:
    return 100 * measured.cpu / float(measured.found["seconds"])


def other(found: str) -> Callable[[Measured, Measured], float]:
    return lambda mine, theirs: float(mine.found[found])


CONTESTS = {
    "talk": Contest(
        "Conversations", "messages/s", per_second, Ground.talk, (AIOGRAM, PTB, OURS),
        goals={AIOGRAM.name: 2.0, PTB.name: 4.0},
    ),
    "form": Contest(
        "Forms", "messages/s", per_second, Ground.talk, (AIOGRAM_FORM, PTB_FORM, OURS),
        goals={AIOGRAM_FORM.name: 2.5, PTB_FORM.name: 5.0},
    ),
    "steady": Contest(
        "Reply latency at 100 messages/s", "ms (p99)", p99, Ground.steady, (AIOGRAM, PTB, OURS),
        goals={AIOGRAM.name: 2.0}, less_is_better=True,
    ),
    "cast": Contest(
        "Broadcasts without limits", "messages/s", per_second, Ground.listen, (AIOGRAM_CAST, PTB_CAST, OUR_CAST),
        ("polling",), goals={AIOGRAM_CAST.name: 1.0, PTB_CAST.name: 4.0},
    ),
    "limits": Contest(
        "Broadcasts with Telegram's 30 a second", "messages/s", per_second,
        lambda ground, bot, mode: ground.listen(bot, mode, per_second=30), (AIOGRAM_CAST, PTB_CAST, OUR_CAST), ("polling",),
        bounds=(
            Bound("percent below our pace of 27 a second", lambda mine, _: 100 - 100 * per_second(mine) / PACE, 2),
            Bound("messages in any one second", other("most_in_a_second"), 30),
            Bound("messages refused for being too fast", other("refused"), 0),
        ),
    ),
    "busy": Contest(
        "Reply latency at 100 messages/s while a broadcast to 100,000 runs", "ms (p99)", p99, Ground.steady,
        (CALM, BUSY, FLAT_OUT),
        goals={CALM.name: 2.0}, less_is_better=True, ours=BUSY.name,
    ),
    "million": Contest(
        "A broadcast to a million, without limits", "µs each", microseconds, Ground.listen, (FEW, MANY), ("polling",),
        goals={FEW.name: 1.2}, less_is_better=True, ours=MANY.name,
        bounds=(
            Bound("seconds until the first message", other("first"), 2),
            Bound("megabytes more than for a thousand", lambda mine, few: mine.afterwards - few.afterwards, 30),
        ),
    ),
    "people": Contest(
        "Forms while a million people are known", "µs each", microseconds, Ground.talk, (SMALL, LARGE), ("polling",),
        goals={SMALL.name: 1.2}, less_is_better=True, ours=LARGE.name,
    ),
    "old": Contest(
        "Forms while ten million old messages are kept", "µs each", microseconds, Ground.talk, (NEW, LADEN), ("polling",),
        goals={NEW.name: 1.2}, less_is_better=True, ours=LADEN.name,
    ),
    "pages": Contest(
        "Forms while a thousand pages of the web chat are open", "µs each", microseconds, Ground.talk, (QUIET, VISITED),
        ("polling",), goals={QUIET.name: 1.2}, less_is_better=True, ours=VISITED.name,
    ),
    "server": Contest(
        "Forms, kept by PostgreSQL on the same two cores", "messages/s", per_second, Ground.served, (ALONE, SERVED),
        ("polling",), ours=SERVED.name,
        bounds=(
            Bound("microseconds for a message, which is 1,200 a second", lambda mine, _: 1e6 / per_second(mine), 833),
        ),
    ),
    "idle": Contest(
        "Nothing to do", "% of a core", load, Ground.silent, (OURS,), less_is_better=True,
        bounds=(Bound("% of a core", lambda mine, _: load(mine), 1),),
    ),
}  # fmt: skip
USUAL = ("talk", "form", "steady", "cast", "limits", "busy", "people", "old", "pages", "server", "idle", "million")
ONCE = ("million", "people", "old", "pages", "server", "idle", "limits")
"""What takes long, or wanders little, is measured in the first round only."""
