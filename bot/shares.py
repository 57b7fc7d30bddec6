"""What strangers may use up: of people, messages, photos, promises and disk, for one account, one source and one channel."""

from __future__ import annotations

from collections.abc import Mapping

from bot.declared import Part, setting
from storage.talk.admissions import ACCOUNT, CHANNEL, SOURCE, SOURCE_DAY, Use

MUCH = 1 << 60
"""No limit."""
OF_A_DAY = 4
"""One source may take a quarter of what a channel takes in a day, so that no single one closes it to everybody."""


class Shares(Part):
    """The settings of the gate in front of storage. A source is one address (IPv6: one /64); a carrier puts thousands of
    phones behind one."""

    share_people_per_source: int = setting(
        8000, ge=1, description="New people in the web chat from one address, in an hour."
    )
    share_people: int = setting(100_000, ge=1, description="New people in the web chat, in a day.")
    share_messages_per_person: int = setting(
        600, ge=10, description="Messages of one person that are kept, in an hour."
    )
    share_kb_per_person: int = setting(256, ge=64, description="And their kilobytes.")
    share_messages_per_source: int = setting(500_000, ge=10, description="Messages from one address, in an hour.")
    share_mb_per_source: int = setting(128, ge=1, description="And their megabytes.")
    share_mb: int = setting(1024, ge=1, description="Megabytes of messages on one channel, in a day.")
    share_photos_per_source: int = setting(2000, ge=1, description="Photos from one address, in an hour.")
    share_photos_mb: int = setting(4096, ge=1, description="Megabytes of photos on one channel, in a day.")
    share_pledges_per_source: int = setting(
        500, ge=1, description="Pledges that await being confirmed, from one address, in an hour."
    )
    share_pledges: int = setting(2000, ge=1, description="And on one channel, in a day.")
    disk_reserve_mb: int = setting(
        512,
        ge=0,
        description="With less than this free on the disk, only officers and admins are heard, and answered; "
        "others are asked to come later.",
    )

    @property
    def most(self) -> Mapping[str, Use]:
        """The limits, for each kind of count."""
        mega = 1 << 20
        day = Use(self.share_people, MUCH, self.share_mb * mega, MUCH, self.share_photos_mb * mega, self.share_pledges)
        return {
            ACCOUNT: Use(MUCH, self.share_messages_per_person, self.share_kb_per_person << 10, MUCH, MUCH, MUCH),
            SOURCE: Use(
                self.share_people_per_source, self.share_messages_per_source, self.share_mb_per_source * mega,
                self.share_photos_per_source, MUCH, self.share_pledges_per_source,
            ),
            SOURCE_DAY: Use(*(-(-limit // OF_A_DAY) for limit in day)),
            CHANNEL: day,
        }  # fmt: skip
