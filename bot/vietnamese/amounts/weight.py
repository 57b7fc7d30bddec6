"""Weights in kilograms: «20 kg», «2 tạ», «tạ rưỡi», «3 yến 2 cân», «10 lạng»."""

from __future__ import annotations

from decimal import Decimal

from bot.vietnamese.amounts.count import MONEY, NUMBERED, TALK_COUNT, WORDS, describes
from bot.vietnamese.amounts.number import FIGURE, NUMBER, NUMBER_WORDS, WORD, has_odd_figures, read_decimal
from bot.vietnamese.explain import Account, Grammar
from bot.vietnamese.people import NAMED, NAMED_WORDS
from bot.vietnamese.reading import Reading, agree, ask, refuse, sure
from bot.vietnamese.talk import Effect

KG = {
    "tấn": Decimal(1000), "tạ": Decimal(100), "yến": Decimal(10), "kg": Decimal(1), "kí": Decimal(1), "ký": Decimal(1),
    "cân": Decimal(1), "kilo": Decimal(1), "kilos": Decimal(1), "kilogram": Decimal(1), "kilograms": Decimal(1),
    "kgs": Decimal(1),
    "ki": Decimal(1), "kilô": Decimal(1), "kí lô": Decimal(1), "ký lô": Decimal(1), "ton": Decimal(1000), "tons": Decimal(1000),
    "lạng": Decimal("0.1"), "hg": Decimal("0.1"), "gam": Decimal("0.001"), "gram": Decimal("0.001"), "grams": Decimal("0.001"),
    "g": Decimal("0.001"), "gr": Decimal("0.001"),
}  # fmt: skip
"""Weights, in kilograms."""
CONTAINERS = "bao|túi|thùng|bì|bịch|gói|lon|suất|phần|hộp|xe|sacks|sack|bags|bag|tins|boxes|box"
"""They have no weight of their own."""
OTHER = "lít|người|hộ|buổi|cái|chiếc|con|bộ|ngày|chai|cây|quyển|tháng|tuần|%"
MOST_LETTERS = 200
UNIT = "|".join(sorted(KG, key=len, reverse=True))
STEP = rf"(?:(?:{NUMBER}|half a|half|nửa) (?:{UNIT})(?: (?:rưỡi|rưởi))?|(?:{UNIT}) (?:rưỡi|rưởi))"
GRAMMAR = Grammar(
    "|".join((
        NUMBERED,
        rf"(?P<money>{NUMBER}(?: (?:{MONEY}))+(?: \d+)?)",
        rf"(?P<each>(?:mỗi|từng|một|1|each|every) (?:{CONTAINERS})(?: là)? (?P<one>{STEP}))",
        rf"(?P<rate>(?:{STEP}|{NUMBER}) (?:mỗi|một|/|hàng|hằng|a|per|each|every) (?:tuần|tháng|ngày|week|month|day"
        r"|người|hộ|nhà))",
        rf"(?P<ranged>(?P<low>{FIGURE}|(?:{WORD})) (?:-|–|~|đến|tới) (?P<high>{STEP}|{NUMBER}))",
        NAMED,
        rf"(?P<weight>{STEP}(?: {STEP})*(?: \d(?! (?:{CONTAINERS}|{OTHER})))?)",
        rf"(?P<packed>(?P<many>{NUMBER}) (?:{CONTAINERS}))",
        rf"(?P<other>{NUMBER} (?:{OTHER}))",
        rf"(?P<bare>{NUMBER})",
    )),
    f"{' '.join(NUMBER_WORDS)} {' '.join(KG)} {CONTAINERS} {OTHER} {MONEY} {NAMED_WORDS} {WORDS}".replace("|", " "),
    TALK_COUNT,
)  # fmt: skip


def read_weight(text: str) -> Reading[Decimal]:
    """Kilograms; a sack or a tin has no weight unless it is named («2 bao, mỗi bao 25kg»)."""
    if len(text) > MOST_LETTERS or has_odd_figures(text):
        return refuse("not_a_weight")
    return agree([_weighed(account) for account in GRAMMAR.accounts(text)], "count_unclear")


def _weighed(account: Account) -> Reading[Decimal]:
    kinds = {core.kind: core for core in account.cores}
    if account.words.startswith(("- ", "− ")):
        return refuse("not_a_weight")
    if ranged := kinds.get("ranged"):
        return ask("count_unclear", [*_kilos(ranged.found["low"]), *_kilos(ranged.found["high"])])
    if "rate" in kinds:
        return ask("count_unclear")
    packed = [core for core in account.cores if core.kind == "packed"]
    if (each := kinds.get("each")) and packed:
        products = [one * many for one in _kilos(each.found["one"]) for many in read_decimal(packed[0].found["many"])]
        return sure(products[0]) if len(products) == 1 else ask("count_unclear", products)
    weights = [core for core in account.cores if core.kind == "weight"]
    if each and not weights:
        one = _kilos(each.found["one"])
        return sure(one[0]) if each.words.startswith(("1 ", "một ")) and len(one) == 1 else ask("count_unclear", one)
    chosen = weights + [core for core in account.cores if core.kind == "bare"]
    if not chosen:
        return ask("count_unclear") if packed or "vài" in account.words.split() else refuse("not_a_weight")
    found = [_kilos(core.words) for core in chosen]
    numbers = [n for several in found for n in several if n > 0]
    if not numbers:
        return refuse("not_a_weight")
    if any(read_decimal(core.found["many"]) != (Decimal(1),) for core in packed):
        return ask("count_unclear", numbers)  # «2 bao 25kg»: each of them, or both
    if len(set(numbers)) > 1 or not all(found) or account.has(Effect.DOUBT, Effect.TURN):
        return ask("count_unclear", numbers)
    if account.strange(core.clause for core in chosen) and not (weights and describes(account, chosen[-1])):
        return ask("count_sure", numbers)
    return sure(numbers[0])


def _kilos(words: str) -> tuple[Decimal, ...]:
    """What these words may weigh; «1 tạ 2» is short for 20 kg more, or for two."""
    totals, number, last = {Decimal(0)}, list[str](), Decimal(1)
    said = words.split()
    if not any(word in KG for word in said):
        return read_decimal(words)
    for word in said:
        if word in ("rưỡi", "rưởi") and not number:
            totals = {total + last / 2 for total in totals}
        elif word in KG:
            last = KG[word]
            totals = {total + times * last for total in totals for times in _times(number)}
            number = []
        else:
            number.append(word)
    if number:
        totals = {total + rest for total in totals for n in _times(number) for rest in (n * last / 10, n)}
    return tuple(sorted(totals))


def _times(number: list[str]) -> tuple[Decimal, ...]:
    said = " ".join(word for word in number if word != "a")
    return read_decimal(said) if said else (Decimal(1),)
