"""Put into words, for each of those whom it concerns, what is told to them without their having asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bot.channels import Channel
from bot.context import Context
from bot.message import Reply, Text
from bot.turn.render import PLAIN, render
from bot.turn.spoken import spoken
from bot.turn.turn import Notice, Redraw
from locales import Speech
from storage.campaign import staff
from storage.database import Tx
from storage.rights import spoken as by_word
from storage.talk import outbox, people
from storage.talk.outbox import Outgoing
from storage.talk.people import Account


async def compose(tx: Tx, told: Iterable[tuple[str, Notice | Redraw]], context: Context) -> list[Outgoing]:
    """The messages of these notices and redraws, each told under a key that makes writing it twice harmless."""
    found: list[Outgoing] = []
    for key, said in told:
        if isinstance(said, Redraw):
            found += await _redraw(tx, key, said, context)
        else:
            found += await _notify(tx, key, said, context)
    return found


async def _notify(tx: Tx, key: str, notice: Notice, context: Context) -> list[Outgoing]:
    """A notice in the language of everybody whom it concerns, where each wants to be told things; what is for somebody
    without an account goes to whoever wrote for her, to be passed on."""
    if notice.person_id is not None and (noted := await by_word.of_person(tx, notice.person_id)) is not None:
        by = {"name": noted.name, "said": notice.text}
        notice = replace(notice, person_id=noted.noted_by, text=Text("behalf.told", by), options=(), account_id=None)
        if noted.noted_by is None:
            return []
    if notice.person_id is None:
        languages, decides = await staff.holders(tx, notice.role, notice.unit_id, notice.sparing), True
    else:
        known = await people.load(tx, [notice.person_id])
        languages, decides = {who: known[who].language for who in known}, any(person.roles for person in known.values())
    found = []
    for account in await _accounts(tx, notice, [who for who in languages if who != notice.sparing]):
        speech = context.speeches[languages[account.person_id]]
        body = render_notice(notice, speech, context.channels.get(account.channel), staff=decides)
        to = (account.channel, account.address, account.id)
        once = f"{key}:{account.person_id}" + (f":{account.id}" if notice.everywhere else "")
        kind = "notice" if notice.document is None else "reply"  # she has asked for it
        found.append(Outgoing(*to, once, body, kind, about=notice.about))
    return found


async def _accounts(tx: Tx, notice: Notice, told: Sequence[int]) -> Sequence[Account]:
    """Where those people are told."""
    if notice.account_id is None and not notice.everywhere:
        return list((await people.reachable(tx, told, avoid=notice.avoid)).values())
    accounts = [account for person_id in told for account in await people.accounts_of(tx, person_id)]
    return [a for a in accounts if a.state == "open" and notice.account_id in (None, a.id)]


async def _redraw(tx: Tx, key: str, redraw: Redraw, context: Context) -> list[Outgoing]:
    """What was shown about something, changed wherever it stands."""
    found = []
    for shown in await outbox.showing(tx, redraw.about):
        channel = context.channels.get(shown.channel)
        if shown.person_id == redraw.sparing:
            continue
        if redraw.quiet and channel is not None and not channel.capabilities.edits:
            continue
        body = render_notice(redraw, context.speeches[shown.language], channel, staff=True)
        to = (shown.channel, shown.address, shown.account_id)
        found.append(Outgoing(*to, f"{key}:{shown.id}", body, "notice", replaces_id=shown.id))
    return found


def render_notice(said: Notice | Redraw, speech: Speech, channel: Channel | None, *, staff: bool) -> object:
    """Where there are no buttons, numbers would answer another question: the command lines are told, in her language."""
    can = channel.capabilities if channel is not None else PLAIN
    document = said.document if isinstance(said, Notice) else None
    text, options = said.text, said.options
    if options and channel is not None and not can.buttons:
        lines = [Text("notice.type", {"label": one.label, "line": spoken(one.value, speech)}) for one in options]
        text, options = Text("notice.typed", {"text": text, "lines": lines}), ()
    return render(Reply(text, options, picture=said.picture, document=document), speech, can=can, staff=staff).dump()
