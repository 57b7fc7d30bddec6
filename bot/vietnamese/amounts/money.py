"""Amounts of money as people write them. Whole đồng; what is ambiguous is asked back."""

from __future__ import annotations

import re

from bot.vietnamese.amounts.number import (
    DIGITS,
    FIGURE,
    NUMBER,
    NUMBER_WORDS,
    SCALES,
    WORD,
    has_odd_figures,
    plain,
    values,
)
from bot.vietnamese.explain import Account, Core, Grammar
from bot.vietnamese.people import NAMED, NAMED_WORDS
from bot.vietnamese.reading import Reading, agree, ask, refuse, sure
from bot.vietnamese.talk import Effect, nothing, turn

UNITS = {"k": "nghìn", "n": "nghìn", "ng": "nghìn", "tr": "triệu", "trệu": "triệu", "củ": "triệu", "mil": "million"}
"""Short for the scales; only where money is meant."""
UNCLEAR = {"t": ("triệu", "tỷ"), "m": ("triệu",)}
"""«2t» may be million or billion (or tons); «1m» a million, or a metre."""
SLANG = frozenset({"xị", "lít", "chai", "vé", "cây", "lốp", "lá", "tờ", "cành", "vốn"})
"""Differs by region, so it is asked back in plain numbers."""
CURRENCY = ("đồng", "đ", "₫", "vnđ", "vnd")
LEAST_SPOKEN = 10_000
"""Below this a bare number nearly always means thousands."""
MOST = 10**15
MOST_LETTERS = 300
VAGUE = frozenset({"vài", "mấy", "dăm"})
SHARED = "suất|phần|người|cháu|em|đứa|bé|hộ|nhà|gia đình|cụ|bạn|học sinh|xã|thôn|nhóm|lớp|thành viên"
"""What an amount may be meant for each of."""
OTHER = (
    "tháng|tuần|ngày|năm|lần|buổi|giờ|h|kg|kí|ký|cân|tạ|yến|tấn|lạng|bao|thùng|lon|gói|hộp|con|cái|chiếc|bộ|quyển|cuốn|quyến|"
    "công|bữa|ổ|đôi|cặp|tấm|cây|chai|lít|túi|phút|tuổi|months?|weeks?|days?|years?|people|kids|boxes|bags"
)
MONTHS = ("tháng", "month", "months")
MOST_MONTHS = 36
TIMES = frozenset("tuần ngày năm lần buổi giờ h bữa phút tuổi week weeks day days year years".split())
"""Counted beside an amount, these give no other thing."""
UNIT = "|".join((*UNITS, *UNCLEAR, *SLANG))
COIN = "|".join(CURRENCY)
STEP = rf"(?:{FIGURE}|(?:{WORD})|(?:{UNIT}))"
AMOUNT = (
    rf"(?:(?:{COIN}) )?(?:(?:a|an) (?=half|{WORD}))?(?:{FIGURE}|(?:{WORD})|tr|củ(?= rưỡi))(?= |$)(?: (?:and |a |an "
    rf")*{STEP}(?= |$))*"
    rf"(?: (?:{COIN})(?= |$))*(?: {STEP}(?= |$)(?: (?:{COIN})(?= |$))?)*"
)
TALK = nothing("""
    xe đạp, xe, bò, gà, giống, gạo, mì, sữa, áo ấm, chăn, cặp, bút, đồ, đồ dùng, máy, nhà, mái tôn, tôn, ngói, xi măng,
    phân bón, viện phí, tiền thuốc, ăn tết, đi học, đi viện, trả viện phí,
    tiền, số tiền, tiền mặt, mặt, ăn sáng, ăn, tiêu vặt, bằng chữ, viết bằng chữ, chữ, chẵn, ck, chuyển khoản, chuyển,
    khoản, tk, tài khoản, ngân hàng, qua, mua, quà, bánh, sách vở, sách, vở, áo, thuốc, học phí, học, tiết kiệm,
    tháng này, tháng ni, tuần này, tuần ni, hôm nay, bữa ni, lần này, lần ni, đợt này, lương, hưu, lương hưu, phụ cấp,
    thưởng, đợt ni, số lượng, thành tiền, giá, trị giá, mức, khả năng, mái, sửa, xây, lợp, chữa bệnh, tết, gia đình em,
    gia đình tôi, lấy thảo, gọi là, thắp hương, heo đất, đất, heo, nuôi, thay, mặt bằng, tâm, ít, nhiều, ít nhiều, vn,
    in cash, cash, cash please, transfer, pledge of, donation, một lần, 1 lần, ngay bây giờ, việt nam, dành dụm,
    để dành, tiền lì xì, lì xì, lẻ tẻ, tròn trịa, sau này, nhà em, nhà tôi, nhà tui, cha mẹ, bố mẹ, ba mẹ, ba má,
    anh em, chị em, vợ chồng em, vợ chồng tôi, cả lớp, lớp em, tổ em, nhóm em, công ty, cơ quan, bọn em, tụi em,
    mạ tui, ba tôi, cho bé, cho cháu
    """) | turn("thiếu, âm, minus, negative, dư, lãi, ứng, vay, mượn, đặt cọc, góp dần, trong đó")
GRAMMAR = Grammar(
    "|".join(
        (
            rf"(?P<foreign>(?:{NUMBER}(?: (?:{UNIT}))? (?:đô la|đô|đôla|usd|dollars?|euros?|eur|bath|baht|kíp|tệ|yên"
            rf"|won))|\$ {FIGURE}|{FIGURE} \$|{NUMBER} %)",
            r"(?P<less>(?:-|−|âm) \d+.*)",
            r"(?P<monthly>(?:(?:mỗi|hàng|hằng|một|1|/|per|a|each|every|theo|tháng) (?:tháng|month)(?: một lần)?|monthly))",
            rf"(?P<each>(?:mỗi|từng|một|1|/|per|each|every|a) (?:{SHARED}|person|child|family))",
            r"(?P<numbered>(?:lớp|tổ|thôn|xóm|bản|kp|khu phố|đội|khóm|ấp|khối|tháng|ngày|hôm|thứ|mồng|mùng|số nhà|dc|địa chỉ)"
            r" \d{1,2}(?: / \d{1,4})*(?: [a-h])?|năm (?:19|20)\d\d|\d{1,2} / \d{1,2}(?: / \d{2,4})?|\d{1,2} [a-h]\d?)",
            rf"(?P<ranged>(?P<low>{FIGURE}|(?:{WORD})) (?:-|–|~|đến|tới) (?P<high>{AMOUNT}))",
            NAMED,
            rf"(?P<amount>{AMOUNT})(?: (?P<noun>{SHARED}|{OTHER})(?= |$))?",
        )
    ),
    f"{' '.join(NUMBER_WORDS)} {UNIT} {COIN} {SHARED} {OTHER} {NAMED_WORDS} tháng mỗi hàng hằng một từng theo lớp tổ "
    "thôn xóm bản kp khu "
    "phố đội khóm ấp khối ngày hôm thứ mồng mùng số năm đô la đôla usd dollar dollars euro euros eur kíp tệ yên won "
    "per each every month "
    "monthly đến tới dc địa chỉ sau "
    .replace("|", " "),
    TALK,
)  # fmt: skip


def read_money(text: str) -> Reading[int]:
    """An amount in đồng, 1 to 10**15, from «500k», «1tr5», «1.500.000 đ», «hai triệu rưỡi», «1.5 million»."""
    if len(text) > MOST_LETTERS or has_odd_figures(text):
        return refuse("not_money")
    return agree([_judged(account) for account in GRAMMAR.accounts(text)], "money_unclear")


def read_months(text: str) -> tuple[int, int] | None:
    """An amount and for how many months it is named: «5 triệu 3 tháng» is (5000000, 3); None if it is named for none."""
    if len(text) > MOST_LETTERS or has_odd_figures(text):
        return None
    found = {_for_months(account) for account in GRAMMAR.accounts(text)}
    return found.pop() if len(found) == 1 else None


def _for_months(account: Account) -> tuple[int, int] | None:
    if any(core.kind not in ("amount", "noun", "monthly") for core in account.cores) or account.strange({0, 1}):
        return None
    parts = [_apart(core.found["amount"], core.found["noun"] or "") for core in account.cores if core.kind != "monthly"]
    amounts = [_worth(words) for words, _, _ in parts if words]
    months = [n for _, n, noun in parts if noun in MONTHS and n]
    others = [noun for _, _, noun in parts if noun and noun not in MONTHS]
    if others or len(amounts) != 1 or amounts[0][1] or len(amounts[0][0]) != 1 or len(months) != 1:
        return None
    return (amounts[0][0][0], months[0]) if 1 < months[0] <= MOST_MONTHS else None


def says_monthly(text: str) -> bool:
    """Whether an amount is named as one for each month."""
    if len(text) > MOST_LETTERS:
        return False
    return all(any(core.kind == "monthly" for core in account.cores) for account in GRAMMAR.accounts(text))


def _judged(account: Account) -> Reading[int]:
    kinds = {core.kind for core in account.cores}
    if kinds & {"foreign", "less"}:
        return refuse("not_money")
    found: list[tuple[Core, tuple[int, ...], bool]] = []
    counted: list[tuple[str, int | None]] = []
    for core in account.cores:
        if core.kind == "ranged":
            return ask("money_unclear", _range(core.found["low"], core.found["high"]))
        if core.kind in ("amount", "noun"):
            words, count, noun = _apart(core.found["amount"], core.found["noun"] or "")
            if noun:
                counted.append((noun, count))
            if words:
                found.append((core, *_worth(words)))
    found = [one for one in found if one[1] or one[2]]
    if not found:
        vague = VAGUE & set(account.words.split()) and any(core.kind == "amount" for core in account.cores)
        return ask("money_unclear") if vague else refuse("not_money")
    each = [one.at for one in account.cores if one.kind == "each"]
    if each and len(found) > 1 and (total := _multiplied(found, counted)):
        return sure(total)
    amounts = [amount for _, choices, _ in found for amount in choices]
    alike = len(set(amounts)) == 1
    clear = alike and not any(unclear for _, _, unclear in found)
    nouns = [noun for noun, _ in counted]
    shared = bool(each) or any(noun in SHARED.split("|") or noun in MONTHS for noun in nouns)
    goods = any(noun not in TIMES for noun in nouns)  # «500k với 1 bao gạo»
    hedged = account.has(Effect.DOUBT, Effect.TURN) or account.between.get(found[0][0].at - 1) is Effect.RANGE
    if not clear or shared or goods or hedged:
        return ask("money_unclear", _each_and_all(amounts, counted) if shared else amounts)
    if account.strange(core.clause for core, _, _ in found):
        return ask("money_sure", amounts)
    return sure(amounts[0])


def _apart(words: str, noun: str) -> tuple[str, int | None, str]:
    """In «5 triệu 3 tháng» the last number counts the months."""
    if not noun:
        return words, None, ""
    said = words.split()
    cut = len(said)
    while cut and not _scales(said[cut - 1]):
        cut -= 1
    tail = said[cut:]
    if not tail:
        return words, None, noun
    if cut and noun == "tháng" and tail in (["một"], ["1"]):
        return " ".join(said[:cut]), None, ""  # «1 triệu một tháng»
    return " ".join(said[:cut]), next(iter(values(plain(" ".join(tail)))), None), noun


def _scales(word: str) -> bool:
    known = UNITS.get(word, word)
    return SCALES.get(known, 0) >= 1000 or word in CURRENCY or word == "rưỡi" or word in ("ngàn", "tỉ", "ngìn")


def _worth(words: str) -> tuple[tuple[int, ...], bool]:
    """What these words may be worth, and whether they have to be asked about."""
    said = words.split()
    amount = [word for word in said if word not in CURRENCY]
    if not amount:
        return (), False  # «đồng 0 ngày»
    in_dong = amount != said
    known = plain(" ".join(UNITS.get(word, word) for word in amount))
    known = [known[0], *(word.lstrip("0") or "0" for word in known[1:-1]), *known[1:][-1:]]  # «1tr050k»
    if unclear := next((word for word in known if word in UNCLEAR), None):
        meant = [
            values([scale if word == unclear else word for word in known], spoken=True) for scale in UNCLEAR[unclear]
        ]
        return _possible(*meant), True
    if known[-1] in SLANG:
        return (), len(known) > 1
    if len(known) == 1 and known[0] in SCALES:
        return (), False
    if set(known) & SLANG:
        return (), False
    found = _possible(values(known, spoken=not in_dong))
    bare = not in_dong and not any(SCALES.get(word, 0) >= 1000 for word in known)
    if bare and not found and len(known) == 1 and (millions := _possible(values([*known, "triệu"]))):
        return millions, True  # «1,5»
    if bare and found and found[-1] < LEAST_SPOKEN:
        million = [n * 10**6 for n in found if n < 100]
        return _possible([n * 1000 for n in found], million), True
    close_by = len(known) > 2 and known[0] in DIGITS and known[1] in DIGITS and known[2] in SCALES
    if not found and close_by and (close := _possible(values(known[1:], spoken=True))):  # «hai ba trăm nghìn»
        return _possible(_range(known[0], " ".join(known[1:])), close), True
    return found, len(found) > 1


def _range(low: str, high: str) -> tuple[int, ...]:
    """The two ends: «2-3 trăm» is two to three hundred (thousand)."""
    last, _ = _worth(high)
    said = high.split()
    scale = next(
        (i for i, word in enumerate(said) if word in SCALES or word in UNITS or word in ("ngàn", "tỉ")), len(said)
    )
    first, _ = _worth(" ".join([low, *said[scale:]]))
    own, _ = _worth(low)
    return _possible([n for n in (*first, *own) if not last or n < last[-1]], last)


def _multiplied(found: list[tuple[Core, tuple[int, ...], bool]], counted: list[tuple[str, int | None]]) -> int | None:
    """«mỗi suất 300k, 2 suất là 600k»: the total, if it is one."""
    worth = [choices[0] for _, choices, unclear in found if len(choices) == 1 and not unclear]
    if len(worth) != len(found) or len(worth) != 2:
        return None
    one, total = sorted(worth)
    return total if any(count and count * one == total for _, count in counted) else None


def _each_and_all(amounts: list[int], counted: list[tuple[str, int | None]]) -> tuple[int, ...]:
    return _possible(amounts, [amount * count for amount in amounts for _, count in counted if count])


def _possible(*found: tuple[int, ...] | list[int]) -> tuple[int, ...]:
    return tuple(sorted({amount for amounts in found for amount in amounts if 0 < amount <= MOST}))


def is_amount(words: str) -> bool:
    """Whether these words name an amount of money by its unit: for readers of other numbers."""
    return re.fullmatch(rf"{AMOUNT}", words) is not None and any(_scales(word) for word in words.split())
