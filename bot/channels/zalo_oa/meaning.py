"""What the platform's codes mean for a message. Pure."""

from __future__ import annotations

from bot.channels import Outcome

EXPIRED = (-216, -220)
"""The access token is no longer good: a new pair, and once more."""
ASK_A_HUMAN = (-204, -205, -209, -212, -219, -221, -223, -224, -320, -321)
LATER = (-32, -200)
UPLOAD_AGAIN = -100
UNSUPPORTED = (-201, -233)
"""What is answered to an attachment that it does not take, among others."""
OUT_OF_WINDOW = (-230, -232)
USED_UP = -211
UNREACHABLE = {
    -213: "not_follower", -217: "not_reachable", -218: "own_quota", -227: "inactive", -230: "window_closed",
    -232: "window_closed", -234: "night", -244: "restricted", -211: "quota",
}  # fmt: skip
"""Why somebody cannot be written to now, as deliveries have it."""


def outcome_of(code: int) -> tuple[Outcome, str]:
    """What became of a message, and why if that is one of ours; what is not known is permanent."""
    if code in UNREACHABLE:
        return "closed", UNREACHABLE[code]
    if code in ASK_A_HUMAN or code in LATER or code in EXPIRED:
        return "retry", ""
    return "refused", ""
