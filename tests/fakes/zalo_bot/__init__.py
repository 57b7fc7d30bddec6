"""A small real Zalo Bot Platform on loopback, as strict as what is known of the real one."""

from tests.fakes.zalo_bot.people import Chat, Sent
from tests.fakes.zalo_bot.server import TOKEN, ZaloBot

__all__ = ["TOKEN", "Chat", "Sent", "ZaloBot"]
