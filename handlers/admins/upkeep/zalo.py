"""How Zalo is, the bot and the Official Account: what is set, what is used, what went wrong last, and what to do about it."""

from __future__ import annotations

from bot.message import Option, Reply, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.admins.upkeep import zalo_oa
from handlers.buttons import MENU
from handlers.quota import months
from storage.talk import channel_errors, listening
from storage.talk.channel_errors import ChannelError

router = Router("zalo", role="admin")

CHANNEL = "zalo_bot"
KINDS = ("token", "taken", "webhook", "quota", "receive", "send", "picture")
"""What can go wrong; the sentences zalo.trouble.* say what to do."""
BACK = (Option("/status", Text("command.status.title")), MENU)


@router.command("zalo", after=NOTHING)
async def zalo(turn: Turn) -> None:
    channel = turn.rules.channels.get(CHANNEL)
    if (official := await zalo_oa.describe(turn)) is not None:
        turn.reply(Reply(official, () if channel else BACK))
    if channel is None:
        return None if official else turn.reply("zalo.off", BACK)
    month = (await months(turn.tx, turn.rules.channels, turn.today))[CHANNEL]
    heard = await listening.heard(turn.tx, CHANNEL)
    seen = [trouble for trouble in await channel_errors.seen(turn.tx, CHANNEL) if trouble.kind in KINDS]
    turn.reply(
        "zalo", BACK, month=month.line, sent=month.used.sent, received=month.used.received,
        way=Text("zalo.polling" if channel.asks else "zalo.webhook"),
        pictures=Text("zalo.pictures" if channel.capabilities.pictures else "zalo.no_pictures"),
        heard=Text("status.at", {"at": heard}) if heard else Text("status.never"),
        troubles=[_shown(trouble) for trouble in seen] or Text("zalo.fine"),
    )  # fmt: skip


def _shown(trouble: ChannelError) -> Text:
    what = Text(f"zalo.trouble.{trouble.kind}", {"reason": trouble.reason})
    return Text("zalo.trouble", {"at": trouble.seen_at, "what": what})
