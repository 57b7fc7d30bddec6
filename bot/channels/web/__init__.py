"""The web chat that the program serves itself: its pages, its sockets, and the conversation behind each page.

Others use: channel.
"""

from __future__ import annotations

from bot.channels import Channel
from bot.channels.kind import Kind, Surroundings
from bot.channels.web.settings import WebSettings


def _make(surroundings: Surroundings, settings: WebSettings) -> Channel:
    from bot.channels.web.channel import Web

    if settings.web_push_key is None or not settings.web_pushes or surroundings.demo:
        return Web(surroundings, settings.webhook_url)
    from bot.channels.web.push_services import PushServices  # and with it aiohttp, only where there is a key

    key, hosts = settings.web_push_key.get_secret_value(), settings.web_push_services
    return Web(surroundings, settings.webhook_url, PushServices(key, settings.webhook_url, hosts, surroundings.now))


def opens(address: str, code: str) -> str:
    """The code stands in the fragment, which browsers send to nobody, so that it is in no log."""
    return f"{address}/#start={code}"


KIND = Kind("web", WebSettings, _make, always=True, opens=opens)
