"""How the program is, in words: its version and database, its channels, what waits, and what somebody should mend."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.metadata import version

from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.buttons import MENU
from handlers.names import channel_name
from handlers.quota import months
from storage.upkeep import instants, status, troubles
from storage.upkeep.status import Backlog, Health

router = Router("status", role="admin")

LATELY = timedelta(days=1)
TOO_OLD = timedelta(minutes=2)
"""What waits longer than that is stuck."""
BACK = Option("/status", Text("command.status.title"))
MEBIBYTE = 2**20


@router.command("status", after=NOTHING)
async def show(turn: Turn) -> None:
    """Everything at once, and the warnings first."""
    found = await status.health(turn.tx, turn.now, turn.now - LATELY)
    answered = _describe_answers(turn, found)
    channels = _channels(found, answered)
    troubled = [Text(trouble.sentence, trouble.params) for trouble in await troubles.present(turn.tx)]
    in_doubt = await instants.doubted_since(turn.tx) is not None
    agree = [Option("/status clock", Text("command.status.clock.title"))] if in_doubt else []
    warnings = [*troubled, *_deaf(turn, answered), *_warnings(turn, found)]
    turn.reply(
        "status",
        [*agree, MENU],
        warnings=[Text("status.warning", {"what": warning}) for warning in warnings] or [Text("status.fine")],
        version=version("nhandao"),
        kind=found.base.kind,
        revision=found.base.revision,
        size=f"{found.base.size / MEBIBYTE:.1f}",
        channels=[
            Text(
                "status.channel", {"channel": channel_name(name), "heard": _ago(turn, heard), "said": _ago(turn, said)}
            )
            for name, (heard, said) in channels.items()
        ]
        + [month.line for month in (await months(turn.tx, turn.rules.channels, turn.today)).values()],
        to_handle=_queue(turn, found.to_handle),
        to_send=_queue(turn, found.to_send),
        to_announce=_queue(turn, found.to_announce),
        backup=await _backup(turn),
    )


@router.command("status clock", after=NOTHING)
async def agree(turn: Turn) -> None:
    """Say that the server's clock is right, so that what waits for it goes on."""
    agreed = await instants.agree(turn.tx, turn.actor, turn.now)
    turn.reply("clock.agreed" if agreed else "clock.not_in_doubt", [BACK], now=turn.now)


def _describe_answers(turn: Turn, found: Health) -> dict[str, datetime | None]:
    """When the platform of each channel last answered, this process or one that noted it; None for those that don't ask."""
    return {
        name: max((at for at in (channel.received_at(), found.answered.get(name)) if at and channel.asks), default=None)
        for name, channel in turn.rules.channels.items()
    }


def _channels(
    found: Health, answered: dict[str, datetime | None]
) -> dict[str, tuple[datetime | None, datetime | None]]:
    """When each channel last heard and spoke; being told that there is nothing new is hearing too."""
    channels = dict(found.channels)
    for name, asked in answered.items():
        heard, said = channels.get(name, (None, None))
        channels[name] = max((at for at in (heard, asked) if at), default=None), said
    return dict(sorted(channels.items()))


def _deaf(turn: Turn, answered: dict[str, datetime | None]) -> list[Text]:
    """The channels whose platform no longer answers."""
    return [
        Text("status.deaf", {"channel": channel_name(name), "at": at})
        for name, at in answered.items()
        if at is not None and turn.now - at > TOO_OLD
    ]


def _warnings(turn: Turn, found: Health) -> list[Text]:
    """What an admin should know; each with what to do."""
    campaign = turn.campaign
    return [
        text
        for holds, text in (
            (_stuck(turn, found.to_handle), Text("status.stuck")),
            (_stuck(turn, found.to_send), Text("status.not_sending")),
            (_warn_of_halts(turn, found), Text("status.not_announcing")),
            (found.stopped > 0, Text("status.stopped", {"n": found.stopped})),
            (found.set_aside > 0, Text("status.set_aside", {"n": found.set_aside})),
            (found.not_sent > 0, Text("status.not_sent", {"n": found.not_sent})),
            (not campaign.active, Text("status.campaign_off")),
            (
                campaign.active and turn.today > campaign.last_on,
                Text("status.campaign_over", {"day": campaign.last_on}),
            ),
            (not campaign.hotline, Text("status.no_hotline")),
            (found.officers == 0, Text("status.no_officer")),
            (found.admins == 1, Text("status.one_admin")),
        )
        if holds
    ]


def _stuck(turn: Turn, queue: Backlog) -> bool:
    return queue.since is not None and turn.now - queue.since > TOO_OLD


def _warn_of_halts(turn: Turn, found: Health) -> bool:
    """Whether a broadcast stands still although nothing holds it back; a large one may well take an hour."""
    if turn.now.astimezone(turn.speech.zone) in turn.rules.quiet:
        return False
    moved = found.announced_at is not None and turn.now - found.announced_at <= TOO_OLD
    return _stuck(turn, found.to_announce) and not moved


async def _backup(turn: Turn) -> Text:
    """When the last one was made that was restored on trial."""
    at = await instants.marked(turn.tx, instants.BACKUP)
    return Text("status.backup", {"at": at}) if at else Text("status.backup.never")


def _queue(turn: Turn, queue: Backlog) -> Words:
    if queue.since is None:
        return Text("status.nothing_waits")
    return Text("status.waiting", {"n": queue.n, "seconds": max(int((turn.now - queue.since).total_seconds()), 0)})


def _ago(turn: Turn, at: datetime | None) -> Words:
    return Text("status.at", {"at": at}) if at else Text("status.never")
