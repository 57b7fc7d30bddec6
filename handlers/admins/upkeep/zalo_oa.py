"""How the Official Account of Zalo is: what this month cost, whom it may write to, how old its tokens are, what to do."""

from __future__ import annotations

from bot.message import Money, Text
from bot.turn.turn import Turn
from handlers.windows import windows
from storage.platform import notes, prices, tokens
from storage.talk import channel_errors, listening
from storage.upkeep import troubles

CHANNEL = "zalo_oa"
PASSING = ("send",)
"""Errors that are told here only: they need no alarm."""


async def describe(turn: Turn) -> Text | None:
    """All of it; nothing if there is no Official Account."""
    channel = turn.rules.channels.get(CHANNEL)
    if channel is None or channel.capabilities.window is None:
        return None
    window, tx = channel.capabilities.window, turn.tx
    n = await prices.counted(tx, CHANNEL, turn.today.replace(day=1))
    paid, template = n.get("paid", 0), n.get("template", 0)
    pair, noted = await tokens.current(tx, CHANNEL), await notes.noted(tx, CHANNEL)
    signed, buttons = noted.get("signature"), noted.get("buttons")
    heard = await listening.heard(tx, CHANNEL)
    said = {
        "free": n.get("free", 0), "paid": paid, "template": template,
        "cost": Money(paid * window.paid_dong + template * (window.template_dong or 0)),
        "who": await windows(tx, {CHANNEL: channel}, turn.now) or None,
        "tokens": Text("oa.tokens", {"made": pair.made_at, "until": pair.expires_at}) if pair else Text("oa.tokens.none"),
        "signature": signed.said if signed else Text("status.never"),
        "buttons": buttons.said if buttons else None,
        "heard": Text("status.at", {"at": heard}) if heard else Text("status.never"),
        "troubles": await _troubles(turn) or Text("zalo.fine"),
    }  # fmt: skip
    return Text("oa.status", said)


async def _troubles(turn: Turn) -> list[Text]:
    """What is wrong now, with what to click; and what was refused last."""
    present = [one for one in await troubles.present(turn.tx) if one.name.startswith(f"{CHANNEL}:")]
    found = [Text("zalo.trouble", {"at": one.since_at, "what": Text(one.sentence, one.params)}) for one in present]
    passing = [one for one in await channel_errors.seen(turn.tx, CHANNEL) if one.kind in PASSING]
    said = (Text(f"oa.trouble.{one.kind}", {"reason": one.reason}) for one in passing)
    return found + [
        Text("zalo.trouble", {"at": one.seen_at, "what": text}) for one, text in zip(passing, said, strict=True)
    ]
