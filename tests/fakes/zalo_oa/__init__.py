"""A small real Official Account of Zalo on loopback: API, OAuth v4 and webhook, as strict as what is known of them."""

from tests.fakes.zalo_oa.people import Follower, Sent
from tests.fakes.zalo_oa.server import APP_ID, APP_SECRET, OA_ID, OA_SECRET, ZaloOa

__all__ = ["APP_ID", "APP_SECRET", "OA_ID", "OA_SECRET", "Follower", "Sent", "ZaloOa"]
