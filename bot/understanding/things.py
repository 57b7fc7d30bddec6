"""What is given, needed or told of: money, counted goods, work."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from bot.understanding import figures
from bot.understanding.lists import (
    A_MONTH,
    AFTER_GOODS,
    ANIMALS,
    GOODS,
    MONEY_WORDS,
    MONTHLY,
    NO_GOODS,
    ONE_UNIT,
    UNITS,
    VAGUE_GOODS,
    WORK_UNITS,
    WORK_WORDS,
    WORKS,
)  # fmt: skip
from bot.understanding.sentence import Sentence

AMOUNT_UNIT = re.compile(r"\d(?:k|tr|trieu|cu|nghin|ngan|dong|d|vnd|ty)\d{0,3}|\d+(?:[.,]000)+(?:d|vnd|dong)?")
SCALE_WORDS = frozenset(
    {"k", "tr", "trieu", "cu", "nghin", "ngan", "dong", "d", "vnd", "ty", "ti", "million", "thousand", "xi"}
)
COUNTED = frozenset("thang nam lan tuan buoi ngay nguoi chau nha ho months month years times weeks days people".split())
"""What a number behind an amount may count, besides goods."""
INSTEAD = frozenset("thành thanh xuống xuong còn lên to nhầm nham quên quen lộn lon lại chỉ only sorry no".split())
"""Before the amount to which another one is changed."""
NEEDED = frozenset("cần thiếu can thieu needs need".split())
"""Before what is lacking: if another amount follows, that is the one that is given."""
NOT = frozenset({"không phải", "khong phai", "ko phải", "ko phai"})
"""Before an amount that is not meant."""
LEAST = 1000
"""Đồng: less is never given, and is a count of something else."""
GLUED = re.compile(r"(\d+(?:[.,]\d+)?)([a-z]+)")
STOPS = frozenset(
    "cho de giup tang gui tu o a voi ma thi la duoc da di va cua qua den toi len ve ai nhe nha nghe hi em chi anh con ko khong "
    "phat trao for to from of in at tai vao vo do lam nua ghi".split()
)
LONGEST_WHAT = 4
"""Words."""


class Thing(NamedTuple):
    """What it is about; the kind is money, goods, work or nothing."""

    kind: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    what: str = ""


def money(sentence: Sentence) -> list[int]:
    """The amounts of đồng, each once; of a corrected one («500k xuống còn 300k», «200k, à nhầm 300k») only the last."""
    found: list[int] = []
    reached, needed = 0, False
    for begin, end in sentence.spans(8, lambda word: word.number and word.folded not in SCALE_WORDS):
        before = sentence.typed(max(begin - 2, 0), begin).casefold()
        if begin < reached or not _like_money(sentence, begin, end) or _counts_more(sentence, begin, end):
            continue
        amount = figures.amount(sentence.typed(begin, end))
        if amount is None or amount < LEAST:
            continue
        reached = end
        if before in NOT or amount in found:
            continue
        last = before.rpartition(" ")[2]
        if not found or needed or last in INSTEAD:
            needed = last in NEEDED
            sentence.take(begin, end, "money")
            found = [amount]
        else:
            found.append(amount)
    return found


def _like_money(sentence: Sentence, begin: int, end: int) -> bool:
    """Whether there is a number and a word for money, and nothing besides."""
    words = sentence.words[begin:end]
    named = any(word.folded in SCALE_WORDS or AMOUNT_UNIT.search(word.folded) for word in words)
    return named and all(word.number or word.folded in SCALE_WORDS for word in words)


def _counts_more(sentence: Sentence, begin: int, end: int) -> bool:
    """Whether the last number counts what follows: «5 triệu *3 tháng*», «1 triệu *2 bao* gạo»."""
    last = sentence.words[end - 1]
    if end - begin < 2 or last.folded in SCALE_WORDS or AMOUNT_UNIT.search(last.folded) or last.last:
        return False
    after = sentence.folded[end : end + 1]
    return bool(after and after[0] in COUNTED) or bool(UNITS.find(sentence, end, end + 1))


def monthly(sentence: Sentence) -> bool:
    """Whether it is said that it is given every month."""
    for begin, end in MONTHLY.spans(sentence):
        sentence.take(begin, end, "monthly")
        return True
    for begin, end in A_MONTH.spans(sentence):
        if sentence.taken.get(begin - 1) == "money":
            sentence.take(begin, end, "monthly")
            return True
    return False


def things(sentence: Sentence, *, paid: bool) -> Thing:
    """The goods or the work, counted if they are; or money, if an amount of it was said."""
    if paid:
        return Thing("money")
    counted = _counted(sentence)
    if counted is not None:
        return counted
    work = next(WORKS.spans(sentence), None)
    if work:
        sentence.take(*work, "work")
        return Thing("work", what=sentence.typed(*work))
    if next(WORK_WORDS.spans(sentence), None) or _just_work(sentence):
        return Thing("work")
    for begin, end in NO_GOODS.spans(sentence):
        sentence.take(begin, end, "idiom")
    goods = next(GOODS.spans(sentence), None)
    money_meant = next(MONEY_WORDS.spans(sentence), None)
    if goods and not (money_meant and money_meant[0] < goods[0]):
        begin, end = _modified(sentence, *goods)
        sentence.take(begin, end, "goods")
        what = sentence.typed(begin, end)
        return Thing("goods", what="" if VAGUE_GOODS.find(sentence, *goods) else what)
    if money_meant:
        sentence.take(*money_meant, "money word")
        return Thing("money")
    return Thing()


def more_counted(sentence: Sentence) -> bool:
    """Whether more is counted than has been taken, and not what the money buys."""
    rest = Sentence(sentence.text, sentence.words, dict(sentence.taken))
    return "mua" not in sentence.folded and _counted(rest) is not None


def _just_work(sentence: Sentence) -> bool:
    """«thiếu người giúp công»."""
    return any(sentence.words[i].typed.casefold() == "công" and sentence.folded[i - 1] in ("giup", "gop", "bo")
               for i in range(1, len(sentence.words)))  # fmt: skip


def _modified(sentence: Sentence, begin: int, end: int) -> tuple[int, int]:
    """With what follows: «quần áo *cũ*», «bàn ghế *học sinh*»."""
    for length in (2, 1):
        stop = min(end + length, len(sentence.words))
        if not sentence.words[end - 1].last and AFTER_GOODS.find(sentence, end, stop) and sentence.free(end, stop):
            return begin, stop
    return begin, end


def _counted(sentence: Sentence) -> Thing | None:
    """A number, a unit and what is counted: «20kg gạo», «hai tạ gạo», «một con bê», «15 bikes», «4 buổi»."""
    for begin, end in sentence.spans(3, lambda word: word.number):
        number = _number(sentence, begin, end)
        if number is None:
            continue
        quantity, unit, after = number
        if not unit:
            unit, after = _unit(sentence, after)
        if sentence.folded[after : after + 1] == ("of",):
            after += 1
        if not unit:
            if (goods := _goods_at(sentence, after)) and quantity >= 1:
                sentence.take(begin, goods, "quantity")
                return Thing("goods", quantity, "", sentence.typed(after, goods))
            continue
        if unit in WORK_UNITS:
            return _work(sentence, begin, after, quantity, unit)
        what = _what(sentence, after, unit)
        if what is not None:
            sentence.take(begin, what, "quantity")
            return Thing("goods", quantity, unit, sentence.typed(after, what))
    return None


def _number(sentence: Sentence, begin: int, end: int) -> tuple[Decimal, str, int] | None:
    """A number, its unit if that is written in one word with it, and where it ends."""
    word = sentence.words[begin]
    if end == begin + 1 and (glued := GLUED.fullmatch(word.folded)):
        if glued[2] not in UNITS:
            return None
        return Decimal(glued[1].replace(",", ".")), ONE_UNIT.get(glued[2], glued[2]), end
    number = figures.number(sentence.typed(begin, end))
    return None if number is None else (number, "", end)


def _unit(sentence: Sentence, at: int) -> tuple[str, int]:
    for end in sentence.ends(at, 2):
        if unit := UNITS.find(sentence, at, end):
            return ONE_UNIT.get(unit, unit), end
    return "", at


def _goods_at(sentence: Sentence, at: int, *, counted: bool = False) -> int | None:
    """The end of the goods that are named here."""
    for end in sentence.ends(at, LONGEST_WHAT):
        if GOODS.find(sentence, at, end) or (counted and sentence.joined(at, end) in GOODS):
            return _modified(sentence, at, end)[1]
    return None


def _what(sentence: Sentence, at: int, unit: str) -> int | None:
    """Where what is counted ends; None if nothing of the kind follows."""
    if unit == "con":
        return next((at + n for n in (2, 1) if ANIMALS.find(sentence, at, at + n)), None)
    if at and sentence.words[at - 1].last:
        return None
    if (goods := _goods_at(sentence, at, counted=True)) is not None:
        return goods
    end = at
    while end < len(sentence.words) and end < at + LONGEST_WHAT and sentence.free(end, end + 1):
        if sentence.folded[end] in STOPS:
            break
        end += 1
        if sentence.words[end - 1].last:
            break
    vague = unit in ("cái", "con", "xe", "bộ", "cây", "phần", "cặp", "đôi", "chục", "bao", "can", "công")
    return end if end > at and not vague else None


def _work(sentence: Sentence, begin: int, after: int, quantity: Decimal, unit: str) -> Thing:
    sentence.take(begin, after, "quantity")
    work = next(WORKS.spans(sentence), None)
    if work:
        sentence.take(*work, "work")
        return Thing("work", quantity, unit, sentence.typed(*work))
    return Thing("work", quantity, unit)
