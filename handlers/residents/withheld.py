"""Somebody whose messages the platform keeps from us: often children, people with disabilities, people who cannot read.

She is told whom to call, once a day, and an officer is asked to get in touch.
"""

from __future__ import annotations

from bot.message import Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.buttons import open_card
from handlers.names import channel_name
from storage.aid import threads
from storage.aid.threads import NewQuestion

router = Router("withheld")


@router.command("withheld", withheld=True, listed=False)
async def withheld(turn: Turn) -> None:
    campaign = turn.campaign
    if turn.heard.event != "withheld":
        return turn.reply("withheld.call", organiser=campaign.organiser, hotline=campaign.hotline)
    key = f"withheld:{turn.account.id}:{turn.today}"
    if await threads.is_asked(turn.tx, key):
        return
    channel = channel_name(turn.account.channel)
    asked = turn.say(Text("withheld.task", {"channel": channel, "name": turn.heard.name or Text("broadcast.somebody")}))
    new = NewQuestion(campaign.prefix, turn.person.id, campaign.unit_id, asked, key)
    code = await threads.ask(turn.tx, new, turn.now, state="closed")
    turn.reply("withheld", channel=channel, organiser=campaign.organiser, hotline=campaign.hotline)
    turn.tell_officers(
        "withheld.notice", [open_card("question", code)], unit_id=campaign.unit_id, about=f"question:{code}",
        code=code, channel=channel,
    )  # fmt: skip
