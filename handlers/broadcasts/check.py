"""What an officer sees before a broadcast goes out, and what must be right first."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping

from msgspec.structs import replace

from bot.broadcast.markup import as_read
from bot.broadcast.text import LONGEST_NAME, announcement
from bot.message import Option, Reply, Text, Words, changed, width
from bot.turn.turn import Turn
from bot.vietnamese.disclosure.contacts import Contacts, find_contacts
from bot.vietnamese.phone import show_phone
from handlers.names import channel_name
from handlers.quota import months
from handlers.windows import windows
from locales import LANGUAGES, Speech
from storage.broadcast import broadcasts, counts, readers
from storage.broadcast.broadcasts import Broadcast, Draft
from storage.broadcast.readers import Reach, Reader
from storage.campaign import answers

SAMPLE = 3
LEFT_OUT = ("opted_out", "no_consent", "gone", "barred", "language")


def voices(speech: Speech) -> list[Speech]:
    """Every language, this one first."""
    return [speech, *(changed(speech, language=name) for name in LANGUAGES if name != speech.language)]


async def reach_of(turn: Turn, broadcast: Broadcast) -> Reach:
    """Whom it would reach now: of a correction, those who have what it puts right."""
    if broadcast.corrects_id is not None:
        return Reach(await counts.sent_on(turn.tx, broadcast.corrects_id), {})
    return await readers.preview(turn.tx, broadcast, turn.now)


async def wrong(turn: Turn, broadcast: Broadcast, seen: Reach) -> list[Text]:
    """What still stands in the way of sending; nothing if it may go."""
    found = _audience(seen)
    if broadcast.corrects_id is not None:
        found += await _as_correction(turn, broadcast, broadcast.corrects_id, seen)
    else:
        found += [*_length(turn, broadcast, seen), *_moment(turn, broadcast)]
    known = await _own_account(turn)
    if strange := [number for number in contacts_in(broadcast).accounts if re.sub(r"\D", "", number) != known]:
        found.append(Text("broadcast.wrong.account", {"numbers": strange}))
    if broadcast.looked_right_at is None:
        found.append(Text("broadcast.wrong.untested"))
    return found


async def _as_correction(turn: Turn, broadcast: Broadcast, sent_id: int, seen: Reach) -> list[Text]:
    """It must fit where the sent text stands, and that must still be the one that it was written for."""
    sent = await broadcasts.find(turn.tx, sent_id)
    if sent is None or sent.state not in ("done", "cancelled") or sent.revision != broadcast.revision:
        return [Text("broadcast.wrong.overtaken", {"of": sent_id})]
    misfit = cannot_show(turn, sent, broadcast.texts, seen.channels)
    return [misfit[1]] if misfit else []


def contacts_in(draft: Draft) -> Contacts:
    """The account numbers, phone numbers and links that its readers would see."""
    return find_contacts(*map(as_read, draft.texts.values()), *(word for link in draft.links for word in link))


async def _own_account(turn: Turn) -> str:
    """The figures of the account that two admins entered; empty if there is none."""
    kept = (await answers.live(turn.tx, turn.campaign.id)).get("account")
    return re.sub(r"\D", "", kept.texts.get("number", "")) if kept else ""


def leads_to(draft: Draft) -> list[Words] | None:
    """What leads its readers to somebody, to be looked at before it goes out; None if nothing does."""
    found = contacts_in(draft)
    return [*found.accounts, *map(show_phone, found.phones), *found.links] or None


def _audience(seen: Reach) -> list[Text]:
    return [] if seen.size else [Text("broadcast.wrong.nobody")]


def _length(turn: Turn, draft: Draft, seen: Reach) -> list[Text]:
    """The longest copy must fit into one message on every channel that it goes to."""
    found = []
    for name in seen.channels:
        if (channel := turn.rules.channels.get(name)) is None:
            continue
        can = channel.capabilities
        most = can.caption if draft.picture else can.text
        for speech in voices(turn.speech):
            if (got := _longest(turn, draft, speech)) > most:
                where = channel_name(name)
                found.append(Text("broadcast.wrong.too_long", {"channel": where, "got": got, "most": most}))
                break
    return found


def cannot_show(
    turn: Turn, sent: Broadcast, texts: Mapping[str, str], channels: Collection[str]
) -> tuple[str, Text] | None:
    """The first language in which a correction does not fit where the sent text stands, and why; None if all fit.

    What stands under a photo stays a caption; what was too long for one has a message of its own.
    """
    better = replace(sent, texts=dict(texts))
    for name in sorted(channels):
        channel = turn.rules.channels.get(name)
        if channel is None or not channel.capabilities.edits:
            continue
        can = channel.capabilities
        for speech in voices(turn.speech):
            if speech.language not in texts:
                continue
            under_photo = sent.picture_in(speech.language) and _longest(turn, sent, speech, name="") <= can.caption
            most = can.caption if under_photo else can.text
            if (got := _longest(turn, better, speech)) > most:
                params = {"channel": channel_name(name), "got": got, "most": most}
                return speech.language, Text("correct.too_long", params)
    return None


def _longest(turn: Turn, draft: Draft, speech: Speech, *, name: str = "N" * LONGEST_NAME) -> int:
    """The width of a copy for somebody with this name."""
    message = announcement(draft, speech, turn.campaign.organiser, name=name)
    return width(message.text) if message is not None else 0


def _moment(turn: Turn, draft: Draft) -> list[Text]:
    if draft.send_at is not None and draft.send_at <= turn.now:
        return [Text("broadcast.wrong.past", {"at": draft.send_at})]
    at = (draft.send_at or turn.now).astimezone(turn.speech.zone)
    if at in turn.rules.quiet and not draft.urgent:
        return [Text("broadcast.wrong.quiet", {"at": at})]
    return []


async def preview(turn: Turn, broadcast: Broadcast) -> None:
    """Whom it would reach and whom not, why, how long it takes; and the one thing to do next."""
    seen = await reach_of(turn, broadcast)
    problems = [problem for problem in await wrong(turn, broadcast, seen) if problem.key != "broadcast.wrong.untested"]
    said: dict[str, object] = {
        "number": broadcast.id,
        "n": seen.size,
        "leads": leads_to(broadcast),
        "wrong": [*problems] or Text("broadcast.wrong.nothing"),
    }
    if broadcast.corrects_id is not None:
        on = [
            Text("broadcast.on_channel", {"n": n, "channel": channel_name(name)}) for name, n in seen.channels.items()
        ]
        said |= {"of": broadcast.corrects_id, "channels": on or None}
        return turn.reply(Reply(Text("broadcast.preview.correction", said), tuple(_next(broadcast, bool(problems)))))
    sample = await readers.sample(turn.tx, broadcast, turn.now, SAMPLE)
    left_out = [
        Text(f"broadcast.left_out.{reason}", {"n": n}) for reason in LEFT_OUT if (n := seen.left_out.get(reason, 0))
    ]
    left = await months(turn.tx, turn.rules.channels, turn.today)
    channels = [
        Text(
            "broadcast.on_channel.quota" if name in left else "broadcast.on_channel",
            {"n": n, "channel": channel_name(name), "left": left[name].left if name in left else 0},
        )
        for name, n in seen.channels.items()
    ]
    at = Text("broadcast.when.at", {"at": broadcast.send_at}) if broadcast.send_at else Text("broadcast.when.now")
    said |= {
        "channels": channels or None,
        "left_out": left_out or None,
        "sample": list(dict.fromkeys(_mask(turn, reader) for reader in sample)) or None,
        "took": _duration(turn, seen),
        "at": at,
        "windows": await windows(turn.tx, turn.rules.channels, turn.now, broadcast) or None,
    }
    turn.reply(Reply(Text("broadcast.preview", said), tuple(_next(broadcast, bool(problems)))))


def _next(broadcast: Broadcast, problems: bool) -> list[Option]:
    acts = ["edit", "cancel"] if problems else ["send" if broadcast.looked_right_at else "test", "edit", "cancel"]
    return [
        Option(
            f"/broadcast {act} {broadcast.id}",
            Text(f"command.broadcast.{act}.title"),
            sense="danger" if act == "cancel" else "",
        )
        for act in acts
    ]


def _mask(turn: Turn, reader: Reader) -> str:
    """«Nguyễn T. H.», so that the officer knows the kind of people, and the screen tells nobody."""
    first, *more = reader.name.split() or [""]
    if not first:
        return turn.say(Text("broadcast.sample.unnamed"))
    name = " ".join([first, *(f"{word[0]}." for word in more)])
    return turn.say(Text("broadcast.sample.named", {"name": name, "commune": reader.commune}))


def _duration(turn: Turn, seen: Reach) -> Text:
    """How long the slowest channel takes."""
    seconds = 0.0
    for name, n in seen.channels.items():
        channel = turn.rules.channels.get(name)
        pace = channel.capabilities.limits.broadcasts if channel is not None else 0
        seconds = max(seconds, n / pace if pace else 0.0)
    return Text("broadcast.duration", {"n": max(math.ceil(seconds / 60), 1)})
