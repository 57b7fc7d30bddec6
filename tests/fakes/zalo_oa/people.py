"""Who writes to the Official Account, what they send, and what they see of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.server import ZaloOa

Json = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A message of the Official Account, as its reader has it."""

    id: str
    text: str = ""
    photo: bytes = b""
    document: bytes = b""
    buttons: tuple[tuple[str, Any], ...] = ()
    """Each with its title and its payload."""
    asks_contact: bool = False
    template: Json | None = None


@dataclass
class Follower:
    """Somebody on Zalo, as this Official Account knows her."""

    api: ZaloOa
    id: str
    name: str = "Nguyễn Thị Thử"
    inbox: list[Sent] = field(default_factory=list)
    read: int = 0
    seen_at: datetime | None = None
    """When she last did something here; from then on the windows count."""
    follows_now: bool = False
    refuses: bool = False
    """Whether she lets the Official Account write nothing to her."""

    def says(self, text: str, **more: Any) -> Json:
        return self._sends("text", text=text, **more)

    def taps(self, title: str) -> Json:
        """Tap a button of the last message that has any: Zalo sends its payload as her words."""
        offering = next(sent for sent in reversed(self.inbox) if sent.buttons)
        return self.says(dict(offering.buttons)[title])

    def shows(self, photo: bytes, caption: str = "") -> Json:
        return self._sends("image", text=caption, attachments=[self._file("image", photo)])

    def speaks(self, sound: bytes = b"\xff\xf1voice") -> Json:
        return self._sends("audio", attachments=[self._file("audio", sound)])

    def hands(self, content: bytes, name: str) -> Json:
        """Send a file."""
        attached = self._file("file", content)
        attached["payload"] |= {"name": name, "size": str(len(content)), "type": name.rpartition(".")[2]}
        return self._sends("file", attachments=[attached])

    def sticks(self) -> Json:
        return self._sends(
            "sticker", attachments=[{"type": "sticker", "payload": {"id": "1234", "url": "https://x.zdn.vn/s"}}]
        )

    def links(self, url: str, text: str = "") -> Json:
        payload = {"thumbnail": "", "description": "", "url": url}
        return self._sends("link", text=text, attachments=[{"type": "link", "payload": payload}])

    def stands(self, latitude: str, longitude: str, text: str = "") -> Json:
        """Send a place; its values are strings, as they were really seen."""
        where = {"coordinates": {"latitude": latitude, "longitude": longitude}}
        return self._sends("location", text=text, attachments=[{"type": "location", "payload": where}])

    def shares(self, phone: str, *, older: bool = False) -> Json:
        """Give her name and phone number, in the newer or the older shape."""
        info: Json = {"name": self.name, "phone": phone}
        if older:
            info |= {"address": "Thôn Thử", "city": "Quảng Trị", "district": "", "ward": "Vĩnh Linh"}
        else:
            info |= {"full_address": {"user_city": "Quảng Trị", "user_ward": "Vĩnh Linh", "user_address": "Thôn Thử"}}
        return self._event("user_submit_info", info=info)

    def follows(self) -> Json:
        self.follows_now = True
        return self._happens("follow")

    def unfollows(self) -> Json:
        self.follows_now = False
        return self._happens("unfollow")

    def _happens(self, name: str) -> Json:
        self.seen_at = self.api.clock()
        told = {"oa_id": self.api.oa_id, "follower": {"id": self.id}, "source": "oa_profile"}
        return self.api.bring({"event_name": name, "app_id": self.api.app_id, **told, "timestamp": self.api.moment()})

    def _sends(self, kind: str, *, id: str = "", **message: Any) -> Json:
        return self._event(f"user_send_{kind}", message={"msg_id": id or self.api.fresh("m"), "text": "", **message})

    def _event(self, name: str, **what: Any) -> Json:
        self.seen_at = self.api.clock()
        who = {"sender": {"id": self.id}, "recipient": {"id": self.api.oa_id}, "user_id_by_app": f"A{self.id}"}
        event = {"app_id": self.api.app_id, **who, "event_name": name, **what, "timestamp": self.api.moment()}
        return self.api.bring(event)

    def _file(self, kind: str, content: bytes) -> Json:
        return {"type": kind, "payload": {"url": self.api.media(content), "thumbnail": "https://x.zdn.vn/t.jpg"}}
