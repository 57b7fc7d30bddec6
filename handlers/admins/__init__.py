"""What admins do: appoint, set up, watch.

Others use: invitations, setup.
"""

from __future__ import annotations

from handlers.admins import audit, broadcasts, campaign, cli, invitations, mend, person, settings, staff, stats, units
from handlers.admins.rights import entering, reminding, requests
from handlers.admins.upkeep import backup, health, status, zalo

ROUTERS = (
    staff.router,
    invitations.router,
    units.router,
    mend.router,
    cli.router,
    campaign.router,
    settings.router,
    stats.router,
    status.router,
    health.router,
    backup.router,
    broadcasts.router,
    audit.router,
    person.router,
    requests.router,
    entering.router,
    reminding.router,
    zalo.router,
)
