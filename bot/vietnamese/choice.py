"""Which of several offered things somebody means, by any words that people have for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.vietnamese.explain import Account, Grammar
from bot.vietnamese.reading import Reading, agree, ask, refuse, sure
from bot.vietnamese.spelling import tokens
from bot.vietnamese.talk import Effect, doubt, nothing, turn

MOST_LETTERS = 160
ALL = (
    "cả hai|cả 2|cả ba|cả 3|tất cả|hai cái|gì cũng được|chi cũng được|sao cũng được|răng cũng được|cái mô cũng được"
    "|mô cũng được|cái nào cũng được|nào cũng được|"
    "thế nào cũng được|tùy|tùy hội|tùy anh chị|both|either|any|all|whichever|whatever"
)
NEITHER = (
    "mỗi năm|hằng năm|hàng năm|mỗi tuần|hằng tuần|hàng tuần|mỗi quý|hằng quý|hàng quý|mỗi ngày|hằng ngày|hàng ngày"
    "|một năm một lần|không biết|không cái nào|không cái mô|chưa biết|để coi|để xem|"
    "every year|yearly|weekly|every week|neither|don't know"
)
FIRST = (
    ("nhất", "đầu tiên", "đầu", "1", "một", "first", "trên"),
    ("hai", "nhì", "2", "second"),
    ("ba", "3", "third"),
    ("tư", "bốn", "4", "fourth"),
)
LAST = ("cuối cùng", "cuối", "last", "dưới", "chót")
WEAK = frozenset("tôi tui mình em anh chị bác chú cô con cháu ông bà cụ bạn nhà i me".split())
"""People speak of themselves and to others with these; they choose only where nothing else does."""
COUNTED = (
    r"(?:(?:cái|số|câu|mục|nút|phương án|lựa chọn|ý|the|option|number|chọn) )+(?:thứ |số "
    rf")?(?P<nth>{'|'.join(word for words in FIRST for word in words)}|{'|'.join(LAST)})(?: one)?"
    rf"|thứ (?P<nth2>{'|'.join(word for words in FIRST for word in words)})|(?P<nth3>first|second|third|last)(?: one)?"
)
TALK = (
    nothing("""
    chọn, lấy, theo, hình thức, kiểu, dạng, cách, thôi nha, lần, làm, giúp, giúp mình, giùm, dùm, cho, xin, muốn, tui,
    bọn em, bọn mình, cùng, hết, tất, nghe, một, i choose, choose, one, option, want, it, that, this, do, did, by, as,
    for, to, người, ghi, để, hiện, nêu, tên, đưa, luôn đi, mô, nào, mỗi, cái, việc, xóm, lớp, tổ, thôn, bản, mình tui,
    nhờ, hội, giữ, góp, cũng góp, gửi, nhiều, nữa, thuộc, của, ảnh, hình, là
    """)
    | doubt("hình như, chắc là, có lẽ")
    | turn("không, đừng, chưa, không phải, trừ, khoan")
)


def read_choice(text: str, words: Sequence[tuple[str, frozenset[str]]]) -> Reading[str]:
    """One of these values, each with what people call it. Two of them, and all of them, are asked about."""
    if len(text) > MOST_LETTERS or not text.strip():
        return refuse("not_an_option")
    return agree(
        [_judged(account, tuple(words)) for account in _grammar(tuple(words)).accounts(text)], "choice_unclear"
    )


@lru_cache(maxsize=64)
def _grammar(words: tuple[tuple[str, frozenset[str]], ...]) -> Grammar:
    meant = {phrase: value for value, phrases in words for phrase in map(_plain, phrases) if phrase}
    named = "|".join(re.escape(phrase) for phrase in sorted(meant, key=len, reverse=True))
    cores = rf"(?P<neither>{NEITHER})|(?P<all>{ALL})|(?P<counted>{COUNTED})" + (
        rf"|(?P<named>{named})" if named else ""
    )
    return Grammar(cores,
    f"{' '.join(meant)} {ALL} {NEITHER} {' '.join(word for ws in FIRST for word in ws)} {' '.join(LAST)} cái số câu "
    f"mục nút phương án lựa chọn ý thứ".replace("|", " "),
                   TALK)  # fmt: skip


@lru_cache(maxsize=1024)
def _plain(phrase: str) -> str:
    return " ".join(tokens(phrase)).casefold()


def _judged(account: Account, words: tuple[tuple[str, frozenset[str]], ...]) -> Reading[str]:
    kinds = {core.kind for core in account.cores}
    values = [value for value, _ in words]
    if "neither" in kinds:
        return refuse("not_an_option")
    if "all" in kinds:
        return ask("choice_unclear", values)
    found: list[str] = []
    for core in account.cores:
        if core.kind == "named":
            found += [value for value, phrases in words if core.words in map(_plain, phrases)]
        else:
            nth = core.found["nth"] or core.found["nth2"] or core.found["nth3"]
            at = len(values) - 1 if nth in LAST else next(n for n, names in enumerate(FIRST) if nth in names)
            found += values[at : at + 1]
    chosen = list(dict.fromkeys(found))
    named = [core.words for core in account.cores if core.kind == "named"]
    if len(chosen) > 1 and named and named[0] not in WEAK and all(word in WEAK for word in named[1:]):
        chosen = chosen[:1]  # «nhóm em», «cho công ty em»
    if not chosen:
        return refuse("not_an_option")
    if (
        len(chosen) > 1
        or account.has(Effect.DOUBT, Effect.TURN)
        or account.strange(core.clause for core in account.cores)
    ):
        return ask("choice_unclear", chosen)
    return sure(chosen[0])
