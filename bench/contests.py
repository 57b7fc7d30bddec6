"""Who meets whom in the benchmark, and what each has to do."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import ours
from bench.processes import Measured, measure

FIRST = 10_000_000
"""The first person's chat."""
OTHERS = 50_000_000
"""The first chat of those to whom a broadcast goes."""
LINES = (
    "/volunteer", "Nguyễn Thị Ví Dụ", "1995", "0912 345 678", "Xã Bến Quan", "Thôn Thử", "1 3", "xong",
    "bỏ qua", "bỏ qua", "đúng",
)  # fmt: skip
"""A resident registers as a volunteer with us."""
SHORT = ("/volunteer", "Nguyễn Thị Ví Dụ", "1995", "Xã Bến Quan")
"""The peers' form has three questions."""
THANKS = "Cảm ơn Nguyễn Thị Ví Dụ"
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


class Ground:
    """Where contests take place: databases made once, and a fresh folder for each run. ``size`` scales every run."""

    def __init__(self, folder: Path, size: float) -> None:
        self.folder, self.size = folder, size
        self._made: dict[tuple[int, int], Path] = {}

    def talk(self, bot: Bot, mode: str) -> Measured:
        """Everybody has a conversation at once."""
        people = max(int(bot.people * self.size), 2)
        asked = {"scenario": "talk", "people": people, "first": FIRST, "lines": bot.lines, "ends": bot.ends}
        return self._run(bot, mode, asked, people)

    def steady(self, bot: Bot, mode: str, *, recipients: int = 0) -> Measured:
        """100 people a second say one thing; with us there may be a broadcast to many at the same time."""
        seconds = max(12 * self.size, 0.3)
        asked = {"scenario": "steady", "rate": 100, "seconds": seconds, "first": FIRST, "line": LINES[0]}
        return self._run(bot, mode, asked, int(100 * seconds), recipients)

    def listen(self, bot: Bot, mode: str, *, per_second: int = 0) -> Measured:
        """Everybody waits for one announcement, without limits or with so many a second."""
        people = max(int(bot.people * self.size), 2) if not per_second else per_second * 10
        asked = {"scenario": "listen", "people": people, "first": OTHERS, "trouble": {"per_second": per_second}}
        return self._run(bot, mode, asked, 0, people)

    def _run(self, bot: Bot, mode: str, asked: Mapping[str, Any], people: int, recipients: int = 0) -> Measured:
        with tempfile.TemporaryDirectory(dir=self.folder) as made:
            folder = Path(made)
            if bot.name == US:
                shutil.copyfile(self._database(people, recipients), folder / "bot.db")
            told = {"BENCH_RECIPIENTS": str(recipients), "BENCH_FIRST_RECIPIENT": str(OTHERS)}
            return measure(
                bot.command, asked, folder, mode, SECRET_KEY=ours.KEY, BENCH_ANNOUNCEMENT=ANNOUNCEMENT, **told
            )

    def _database(self, people: int, recipients: int) -> Path:
        """A database with these people, and a broadcast to so many others that only waits for the program to start."""
        if (people, recipients) not in self._made:
            folder = Path(tempfile.mkdtemp(dir=self.folder))
            ours.prepare(folder, range(FIRST, FIRST + people), range(OTHERS, OTHERS + recipients), ANNOUNCEMENT)
            self._made[people, recipients] = folder / "bot.db"
        return self._made[people, recipients]


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


def per_second(measured: Measured) -> float:
    return float(measured.found["per_second"])


def p99(measured: Measured) -> float:
    return 1000 * float(measured.found["p99"])


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
    ),
    "busy": Contest(
        "Reply latency at 100 messages/s during a broadcast to 100,000", "ms (p99)", p99,
        lambda ground, bot, mode: ground.steady(bot, mode, recipients=100_000), (OURS,), less_is_better=True,
    ),
}  # fmt: skip
USUAL = ("talk", "form", "steady", "cast")
