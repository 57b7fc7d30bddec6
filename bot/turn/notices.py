"""Put into words, for each of those whom it concerns, what is told to them without their having asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.channels import Channel
from bot.message import Option, Reply, Text
from bot.turn.render import render
from bot.turn.turn import Notice, Redraw
from locales import Speech
from storage.campaign import staff
from storage.database import Tx
from storage.talk import outbox, people
from storage.talk.outbox import Outgoing


async def written(
    tx: Tx, told: Iterable[tuple[str, Notice | Redraw]], speeches: Mapping[str, Speech], channels: Mapping[str, Channel]
) -> list[Outgoing]:
    """The messages of these notices and redraws, each told under a key that makes writing it twice harmless."""
    found: list[Outgoing] = []
    for key, one in told:
        if isinstance(one, Redraw):
            found += await _redrawn(tx, key, one, speeches, channels)
        else:
            found += await _noticed(tx, key, one, speeches, channels)
    return found


async def _noticed(
    tx: Tx, key: str, one: Notice, speeches: Mapping[str, Speech], channels: Mapping[str, Channel]
) -> list[Outgoing]:
    """A notice in the language of everybody whom it concerns, where each wants to be told things."""
    if one.person_id is None:
        languages = await staff.holders(tx, one.role, one.unit_id)
    else:
        languages = {who: person.language for who, person in (await people.load(tx, [one.person_id])).items()}
    found = []
    told = [person_id for person_id in languages if person_id != one.sparing]
    for person_id, account in (await people.reachable(tx, told)).items():
        said = _said(one, speeches[languages[person_id]], channels.get(account.channel))
        found.append(
            Outgoing(
                account.channel, account.address, account.id, f"{key}:{person_id}", said, "notice", about=one.about
            )
        )
    return found


async def _redrawn(
    tx: Tx, key: str, one: Redraw, speeches: Mapping[str, Speech], channels: Mapping[str, Channel]
) -> list[Outgoing]:
    found = []
    for shown in await outbox.showing(tx, one.about):
        channel = channels.get(shown.channel)
        if shown.person_id == one.sparing:
            continue
        if one.quiet and channel is not None and not channel.capabilities.edits:
            continue
        body = _said(one, speeches[shown.language], channel)
        to = (shown.channel, shown.address, shown.account_id)
        found.append(Outgoing(*to, f"{key}:{shown.id}", body, "notice", replaces_id=shown.id))
    return found


def _said(one: Notice | Redraw, speech: Speech, channel: Channel | None) -> object:
    """Where there are no buttons, numbers would answer another question, so the command lines are told to be typed."""
    if channel is None or channel.capabilities.buttons or not one.options:
        return render(Reply(one.text, one.options, picture=one.picture), speech).dump()
    lines: list[Text] = [_typed(option) for option in one.options]
    return render(Reply(Text("notice.typed", {"text": one.text, "lines": lines}), picture=one.picture), speech).dump()


def _typed(option: Option) -> Text:
    return Text("notice.type", {"label": option.label, "line": option.value})
