"""What makes the bot careful where the model is sure: what is declined, given already, or wished besides."""

from __future__ import annotations

from itertools import product

from bot.understanding.sentence import Phrases, Sentence
from bot.vietnamese.fold import fold

BEGINS = frozenset({"pledge", "volunteer", "propose", "addresses", "address"})
"""What is begun, so that nobody who declines it may be led into it."""
NEGATIONS = ("không", "ko", "k", "kg", "hông", "hổng", "chẳng", "chưa", "đừng", "khỏi", "do not", "don't", "dont")
WISHES = ("muốn", "cần", "định", "tính", "có ý định", "thể", "muốn đi", "want to", "wish to", "plan to")
ACTS = ("ủng hộ", "đăng ký", "đăng kí", "dk", "đk", "tham gia", "đóng góp", "góp", "cam kết", "giới thiệu", "tình nguyện",
        "volunteer", "register", "donate", "pledge")  # fmt: skip
WISHED_ACTS = (
    "giúp",
    "xem",
    "làm tình nguyện",
    "làm tnv",
    "làm tình nguyện viên",
    "cho",
    "gửi",
    "help",
    "give",
    "join",
    "see",
)
"""Only what one does not *want* to do is declined: «con cái không giúp được» is no refusal."""
DECLINES = Phrases(
    "/".join(
        [
            *map(" ".join, product(NEGATIONS, ACTS)),
            *map(" ".join, product(NEGATIONS, WISHES, (*ACTS, *WISHED_ACTS))),
            *map(" ".join, product(("no longer want to",), (*ACTS, *WISHED_ACTS))),
        ]
    )
)
GIVEN = Phrases(
    "đã gửi/đã chuyển/đã chuyển khoản/đã ủng hộ/đã đóng góp/đã góp/đã trao/đã đưa/gửi rồi/chuyển rồi/chuyển khoản rồi/ck rồi/"
    "ủng hộ rồi/đóng rồi/already sent/already gave/have sent/have given"
)
PAST_DAYS = (
    "hom qua",
    "hom kia",
    "hom truoc",
    "hom no",
    "bua truoc",
    "bua qua",
    "bua te",
    "tuan truoc",
    "thang truoc",
    "yesterday",
)
VOLUNTEERING = Phrases("tình nguyện viên/tnv/làm tình nguyện")
PROPOSING = Phrases("giới thiệu hộ/giới thiệu một hộ/giới thiệu nhà")


NOTHING: frozenset[str] = frozenset()


def against(sentence: Sentence, date: str) -> frozenset[str]:
    """The intents that it speaks against: «không muốn tham gia nữa», «gửi 500k hôm qua rồi»; ``date`` as it was said."""
    if next(DECLINES.spans(sentence), None):
        return BEGINS
    past = fold(date).endswith(PAST_DAYS) and "roi" in sentence.folded
    return frozenset({"pledge"}) if past or next(GIVEN.spans(sentence), None) else NOTHING


def besides(sentence: Sentence, *, gives: bool) -> frozenset[str]:
    """The intents beside which another one is wished; ``gives`` if an amount or a household was named."""
    volunteers = next(VOLUNTEERING.spans(sentence), None)
    proposes = next(PROPOSING.spans(sentence), None)
    return frozenset({"pledge", "volunteer", "propose"}) if volunteers and (gives or proposes) else NOTHING
