"""What somebody should mend, found in what the database knows: for /status, and for `nhandao doctor` on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from bot.message import Text
from bot.quiet import QuietHours
from bot.turn.channels import ChannelFacts
from bot.turn.operate import KEEPER
from handlers.names import channel_name
from storage.campaign.campaigns import Campaign
from storage.upkeep.status import Backlog, Health
from storage.upkeep.troubles import Trouble

TOO_OLD = timedelta(minutes=2)
"""What waits longer than that is stuck."""
MENDS = {
    "clock:held": "nhandao clock --agree",
    "backup:failed": "nhandao backup",
    "backup:old": "nhandao backup",
    "backup:changed": "nhandao backup",
    "audit:broken": "nhandao audit verify",
    "rejected": "nhandao config check",
    "second": "nhandao config check",
    "taken": "nhandao zalo take-over",
    "webhook": "nhandao config check",
    "failing": KEEPER.log,
    "deaf": "nhandao config check",
}
"""Commands by the trouble's name, or by what it is called after its channel."""


class Wrong(Struct, frozen=True):
    """One thing to mend, such as «queue:handle»."""

    name: str
    text: Text
    mend: str = ""
    """A command for the command line, where one helps."""


class Scene(Struct, frozen=True):
    """What is known beside the figures. ``now`` is where the program is at home, as the days of the campaign are."""

    campaign: Campaign | None
    channels: Mapping[str, ChannelFacts]
    quiet: QuietHours
    now: datetime


def find(found: Health, scene: Scene) -> list[Wrong]:
    """All of it, the troubles that the program has told first. What a full disk or a rejected token brings about is not said
    again as something else: a channel that waits for a disk is not silent."""
    told = {trouble.name for trouble in found.troubles}
    troubles = [Wrong(one.name, _said(one), _mend(one.name)) for one in found.troubles]
    full = "disk:full" in told
    queues = [] if full else [*_deaf(found, scene, told), *_queues(found, scene, told)]
    return [*troubles, *queues, *_failed(found), *_campaign(found, scene)]


def _said(trouble: Trouble) -> Text:
    """Its sentence, with the name that people know of its channel."""
    named = {"channel": channel_name(str(trouble.params["channel"]))} if "channel" in trouble.params else {}
    return Text(trouble.sentence, {**trouble.params, **named})


def _mend(name: str) -> str:
    return MENDS.get(name) or MENDS.get(name.partition(":")[2], "")


def describe_answers(found: Health, channels: Mapping[str, ChannelFacts]) -> dict[str, datetime | None]:
    """When the platform of each channel last answered, this process or one that noted it; None for those that don't ask."""
    return {
        name: max((at for at in (channel.received_at(), found.answered.get(name)) if at and channel.asks), default=None)
        for name, channel in channels.items()
    }


def _deaf(found: Health, scene: Scene, told: set[str]) -> Iterator[Wrong]:
    """The channels whose platform no longer answers, of which nothing is known yet."""
    for name, at in describe_answers(found, scene.channels).items():
        if at is not None and scene.now - at > TOO_OLD and not _is_told(name, told):
            yield Wrong(f"{name}:silent", Text("status.deaf", {"channel": channel_name(name), "at": at}), MENDS["deaf"])


def _queues(found: Health, scene: Scene, told: set[str]) -> Iterator[Wrong]:
    if _stuck(scene, found.to_handle):
        yield Wrong("queue:handle", Text("status.stuck"), KEEPER.log)
    for name, at in found.unsent.items():
        if scene.now - at > TOO_OLD and not _is_told(name, told):
            last = found.failures.get(name)
            said = {"channel": channel_name(name), "at": at, "reason": last.reason if last else None}
            yield Wrong(f"queue:send:{name}", Text("status.not_sending", said), MENDS["deaf"])
    if _halts(found, scene) and found.doubted_at is None:
        yield Wrong("queue:announce", Text("status.not_announcing"), KEEPER.log)


def _is_told(channel: str, told: set[str]) -> bool:
    """Whether a trouble of the channel itself is told already: what waits on it waits for that."""
    return any(name.partition(":")[0] == channel for name in told)


def _failed(found: Health) -> Iterator[Wrong]:
    if found.stopped:
        yield Wrong("broadcasts:stopped", Text("status.stopped", {"n": found.stopped}))
    if found.set_aside:
        yield Wrong("queue:aside", Text("status.set_aside", {"n": found.set_aside}), KEEPER.log)
    if found.not_sent:
        yield Wrong("queue:unsent", Text("status.not_sent", {"n": found.not_sent}))


def _campaign(found: Health, scene: Scene) -> Iterator[Wrong]:
    campaign = scene.campaign
    if campaign is not None:
        if not campaign.active:
            yield Wrong("campaign:off", Text("status.campaign_off"))
        elif scene.now.date() > campaign.last_on:
            yield Wrong("campaign:over", Text("status.campaign_over", {"day": campaign.last_on}))
        if not campaign.hotline:
            yield Wrong("campaign:hotline", Text("status.no_hotline"))
    if found.officers == 0:
        yield Wrong("staff:officers", Text("status.no_officer"))
    if found.admins == 0:
        yield Wrong("staff:admins", Text("status.no_admin"), "nhandao staff invite --role admin")
    elif found.admins == 1:
        yield Wrong("staff:admins", Text("status.one_admin"), "nhandao staff invite --role admin")


def _stuck(scene: Scene, queue: Backlog) -> bool:
    return queue.since is not None and scene.now - queue.since > TOO_OLD


def _halts(found: Health, scene: Scene) -> bool:
    """Whether a broadcast stands still although nothing holds it back; a large one may well take an hour."""
    if scene.now in scene.quiet:
        return False
    moved = found.announced_at is not None and scene.now - found.announced_at <= TOO_OLD
    return _stuck(scene, found.to_announce) and not moved
