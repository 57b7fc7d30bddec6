"""The settings of the web chat: where it is found, and how its pages are told that there is news."""

from __future__ import annotations

import re
from typing import Annotated

from bot.channels.settings import PublicAddress
from bot.declared import Secret, as_read_by, setting

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Private keys of P-256, by which browsers know us, are smaller (FIPS 186-5; SP 800-186, 3.2.1.3)."""


def _push_key(given: Secret) -> Secret:
    written = given.get_secret_value()
    if written and not (re.fullmatch(r"[0-9a-fA-F]{64}", written) and 0 < int(written, 16) < ORDER):
        raise ValueError("write 64 hexadecimal digits; `openssl rand -hex 32` makes a good one")
    return given


def _push_hosts(written: str) -> None:
    for host in filter(None, (one.strip() for one in written.split(","))):
        if not re.fullmatch(r"(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*", host, re.IGNORECASE):
            raise ValueError(f"{host!r} is no name of a host; write one such as push.example.org or *.example.org")


class WebSettings(PublicAddress):
    """The key that signs notifications, and the services that may be asked to bring them."""

    web_push_key: Annotated[Secret | None, _push_key] = setting(
        None,
        description="Signs the notifications of browsers: 64 hexadecimal digits. Empty: none are offered.",
    )
    web_push_hosts: Annotated[str, as_read_by(_push_hosts)] = setting(
        "fcm.googleapis.com, updates.push.services.mozilla.com, *.notify.windows.com, web.push.apple.com",
        description="The push services of browsers that are used, separated by commas; *. stands for every name below.",
    )

    @property
    def web_pushes(self) -> bool:
        """Whether notifications are offered: browsers take none from a page that came without TLS."""
        return self.web_push_key is not None and self.webhook_url.startswith("https://")

    @property
    def web_push_services(self) -> tuple[str, ...]:
        return tuple(host.strip().lower() for host in self.web_push_hosts.split(",") if host.strip())
