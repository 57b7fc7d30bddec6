"""A small real Telegram Bot API server on loopback: the queue, the webhook, the methods, the people who write to it.

It follows core.telegram.org/bots/api and the public server (tdlib/telegram-bot-api); what it cannot do it refuses
loudly. Every request is checked against the Bot API's models (tests/fakes/bot_api_schema.py).
"""

from tests.fakes.bot_api.answering import Call
from tests.fakes.bot_api.bot import Bot
from tests.fakes.bot_api.chats import Chat, Group, Person
from tests.fakes.bot_api.faults import Fault, Limits
from tests.fakes.bot_api.sent import Button, Sent
from tests.fakes.bot_api.server import TOKEN, BotApi

__all__ = ["TOKEN", "Bot", "BotApi", "Button", "Call", "Chat", "Fault", "Group", "Limits", "Person", "Sent"]
