"""Notices that would make a queue before somebody's desk become one that counts them, so that its owner stays reachable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.context import Context
from bot.message import Option, Text, changed
from bot.quiet import pairs
from bot.turn.notices import render_notice
from bot.turn.turn import Notice
from locales import catalogue
from storage.database import Tx
from storage.talk import outbox, people
from storage.talk.outbox import Outgoing

FEW, A_MINUTE = 5, 10
"""Notices that may wait for one reader, and that she may be told in a minute; what comes on top of them is only counted."""
MINUTE = timedelta(minutes=1)
MORE = "more:"
"""Before the counts, in what a counting notice is about: «more:question 12,deed 3»."""


async def gather(tx: Tx, told: Sequence[Outgoing], context: Context) -> list[Outgoing]:
    """The same messages; where more notices about things wait for one reader than a few, the newest are one, and of what
    changes a message only the last word is said."""
    found = await _last_words(tx, [one for one in told if not _counts(one)])
    lines: dict[tuple[str, str], list[Outgoing]] = {}
    for one in told:
        if _counts(one):
            lines.setdefault((one.channel, one.address), []).append(one)
    if lines:
        now = context.now()
        told_at = await outbox.find_told(tx, [line[0].account_id or 0 for line in lines.values()], now - MINUTE, now)
        for line in lines.values():
            found += await _shorten(tx, line, told_at.get(line[0].account_id or 0, ()), context)
    return found


async def _last_words(tx: Tx, told: Sequence[Outgoing]) -> list[Outgoing]:
    """The same without changes that another one follows or that wait already, and say this now: otherwise whoever can
    cause changes could make a queue of them."""
    last = {one.replaces_id: one for one in told if one.replaces_id is not None}
    waiting = await outbox.find_waiting_changes(tx, list(last.values())) if last else {}
    found = []
    for one in told:
        id = None if one.replaces_id is None else waiting.get(one.replaces_id)
        follows = one.replaces_id is not None and last[one.replaces_id] is not one
        if not follows and (id is None or not await outbox.rewrite(tx, id, one.about, one.body)):
            found.append(one)
    return found


def _counts(one: Outgoing) -> bool:
    return one.kind == "notice" and bool(one.about) and one.replaces_id is None and one.account_id is not None


async def _shorten(tx: Tx, line: Sequence[Outgoing], told_at: Sequence[datetime], context: Context) -> list[Outgoing]:
    """What one reader is told: the first few as they are, and one that counts the others. ``told_at``: what she was told
    within the last minute, in order; if that was much, the one that counts goes when the minute is over."""
    first = line[0]
    waiting = await outbox.find_waiting_notices(tx, first.channel, first.address)
    room = max(min(FEW - len(waiting), A_MINUTE - len(told_at)), 0)
    if counting := [id for id, about in waiting if about.startswith(MORE)]:
        await outbox.hasten(tx, counting, context.now() + MINUTE)
    told, over = list(line[:room]), line[room:]
    if not over:
        return told
    counts = Counter(one.about.partition(":")[0] for one in over)
    for id, about in waiting:
        if about.startswith(MORE):
            both = counts + Counter({kind: int(n) for kind, n in pairs(about.removeprefix(MORE))})
            one = await _counting(tx, over[0], both, context)
            if await outbox.rewrite(tx, id, one.about, one.body):
                return told
    due_at = told_at[-A_MINUTE] + MINUTE if len(told_at) >= A_MINUTE else None
    return [*told, changed(await _counting(tx, over[0], counts, context), due_at=due_at)]


async def _counting(tx: Tx, instead: Outgoing, counts: Counter[str], context: Context) -> Outgoing:
    """The message that says how many of each kind there are."""
    account = await people.find(tx, instead.channel, instead.address)
    known = await people.load(tx, [account.person_id] if account else [])
    speech = context.speeches[next((person.language for person in known.values()), context.language)]
    sentences = catalogue(speech.language)
    lines = [
        Text(key if (key := f"notice.more.{kind}") in sentences else "notice.more.other", {"n": n})
        for kind, n in sorted(counts.items())
    ]
    said = Notice(Text("notice.more", {"lines": lines}), options=(Option("/desk", Text("command.desk.title")),))
    body = render_notice(said, speech, context.channels.get(instead.channel), staff=True)
    about = MORE + ",".join(f"{kind} {n}" for kind, n in sorted(counts.items()))
    return changed(instead, about=about, body=body)
