"""A whole month of a pilot against all that Zalo lets a bot have: fifty people, three thousand messages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from storage.talk import quotas
from tests.channels.zalo_bot.line import connected
from tests.channels.zalo_bot.quota import DAY, ended, known, told
from tests.fakes.crowd import announce
from tests.fakes.zalo_bot import ZaloBot
from tests.figures import measured
from tests.stage import Clock, Template

DAYS, PEOPLE = 31, 50


async def test_a_month_of_two_announcements_a_day_never_passes_3000_and_answers_to_its_end(
    template: Template, tmp_path: Path
) -> None:
    template.copy(tmp_path)
    clock, api = Clock(datetime(2026, 5, 1, 2, tzinfo=UTC)), ZaloBot(quota=3000)
    outcomes: dict[str, int] = {"sent": 0, "skipped": 0}
    asked = answers = 0
    async with connected(tmp_path, api, now=clock, zalo_bot_per_second=0, **DAY) as line:
        app = line.bot.app
        await known(api, app, PEOPLE)
        for day in range(DAYS):
            for _ in range(2):
                id = await announce(app)
                app.broadcasting.wake()
                for outcome, n in (await ended(app, id)).items():
                    outcomes[outcome] += n
            person = api.person(str(1000 + day))
            person.read = len(person.inbox)
            person.says("/menu")
            answers += len(await person.answers())
            asked += 1
            await line.quiet()
            await line.channel.look()
            await app.alarms.look()
            clock.forward(days=1)
        async with app.database.read() as tx:
            used = await quotas.usage(tx, "zalo_bot", datetime(2026, 5, 1, tzinfo=UTC).date())
        assert outcomes["sent"] + outcomes["skipped"] == 2 * DAYS * PEOPLE
        assert (used.sent, used.received) == (outcomes["sent"] + answers, asked)
        assert used.sent == sum(len(chat.inbox) for chat in api.chats.values())
        assert used.refused_at is None and 2850 <= used.messages <= 3000
        heard = [text for text in await told(line) if not text.startswith("Đã ổn lại")]
        assert [("tự dừng, phần" in text, "đã tự dừng" in text) for text in heard] == [(True, False), (False, True)]
    measured(
        "A month on Zalo: 50 people, two announcements a day, one question a day",
        f"{outcomes['sent']} copies sent, {outcomes['skipped']} left out at 95 %, {answers} answers to {asked} questions",
        f"{used.messages} of 3000 messages used",
    )
