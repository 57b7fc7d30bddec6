"""How many people or things somebody means. A count knows the measure that its question asks for."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from bot.vietnamese.amounts.number import DIGITS, FIGURE, NUMBER, NUMBER_WORDS, WORD, has_odd_figures, read_decimal
from bot.vietnamese.explain import Account, Core, Grammar
from bot.vietnamese.fold import one_line
from bot.vietnamese.people import NAMED, NAMED_WORDS
from bot.vietnamese.reading import Reading, agree, ask, refuse, sure
from bot.vietnamese.talk import Effect, doubt, nothing, turn

PERSON = "người"
"""The measure of a question that asks how many people."""
PEOPLE = (
    "người|khẩu|nhân khẩu|em|cháu|cụ già|cụ|bạn|bà|ông|anh|chị|cô|chú|bác|bé|trẻ em|trẻ|đứa trẻ|đứa|học sinh|hs|bệnh nhân|"
    "bà con|thành viên|thầy cô|mẹ con|cha con|bố con|bà cháu|ông cháu|ông bà|chị em|anh em|vợ chồng già|vợ chồng|mạ con|mẹ già|"
    "con|sinh viên|em nhỏ|em bé|cháu nhỏ|cháu bé|người già|người lớn|người dân|hội viên|đoàn viên|nạn nhân|lượt người|lượt|tnv|"
    "tình nguyện viên|hành khách|bạn nhỏ|bạn trẻ|mạng|nhân viên|công nhân|"
    "people|persons|person|kids|kid|children|child|students|student|patients|men|women|elders|elderly|villagers"
)
SMALL = ("hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
"""Numbers in words before people, as they are written with every mark: «bà cháu» are not three."""
HOUSEHOLDS = "hộ gia đình|hộ nghèo|hộ|gia đình|nhà|families|family|households|household"
THINGS = (
    "chiếc|cái|bộ|suất quà|suất|phần quà|phần|quyển|cuốn|thùng|bao|gói|hộp|túi|con|cây|tấm|đôi|cặp|ổ|chai|lít|kg|can"
    "|bình|bịch|xe|"
    "lon|viên|mét|m|công|ngày công|buổi|ngày|giờ|lần|lượt|tiếng|ca|bữa|đơn vị|địa chỉ|tình nguyện viên|việc|việc "
    "thiện|tấn|tạ|yến|"
    "sessions|session|times|time|pieces|piece|sets|set|boxes|box|bags|bag|packs|pack|portions|portion|days|day|hours"
    "|hour|books|book|"
    "gifts|gift|mornings|afternoons|tuần|tháng"
)
ENGLISH_FOR = {
    "buổi": "sessions|session|times|half days|mornings|afternoons", "công": "days|day|sessions|session",
    "suất": "portions|portion|gifts|gift|packs|pack",
    "chiếc": "pieces|piece", "cái": "pieces|piece", "bộ": "sets|set", "quyển": "books|book", "cuốn": "books|book",
    "thùng": "boxes|box",
    "bao": "bags|bag|sacks|sack", "gói": "packs|pack", "hộp": "boxes|box", "ngày": "days|day", "giờ": "hours|hour", "người": "",
}  # fmt: skip
SAME = (("suất", "phần", "suất quà", "phần quà"), ("chiếc", "cái", "con", "cây", "tấm", "bộ"), ("quyển", "cuốn",
"quyến", "tập"),
        ("công", "ngày công", "ngày"), ("bao", "bì"), ("gói", "bịch"), ("buổi", "bữa"))  # fmt: skip
"""Measures that people use for each other."""
COUNTED_PEOPLE = re.compile(
    rf"(?<![\w.,])(\d{{1,5}}|{'|'.join(map(re.escape, SMALL))}) (?:{PEOPLE})(?!\w)", re.IGNORECASE
)
VAGUE = frozenset("vài dăm đôi mấy few several".split())
DOZEN = {"tá": 12, "dozen": 12, "lố": 12}
MONEY = "k|đ|đồng|tr|củ|vnđ|vnd"
UNCOUNTED = frozenset("kg tấn tạ yến % tuổi m mét lít giờ tiếng".split())
"""What no question without a measure asks for."""
MOST_COUNTED = 10**9
MOST_LETTERS = 200
ALONE = "mỗi mình|chỉ mình|mình tôi|mình tui|một mình|1 mình|mình ên|just one|alone"
TALK_COUNT = (
    nothing("""
    bao, túi, bì,
    khoảng, tầm, số lượng, số, lượng, ai, quyên góp được, đi, tham gia, mồ côi, khó khăn, nghèo, bệnh, khuyết tật, già,
    nhỏ, cơm, cháo, xi măng, nấu, phát, giúp được, giúp cho, cả lớp, cả nhà, cả tổ, cả xóm, cả nhóm, năm nay, năm ni,
    hôm nay, tháng này, tuần này, tuần ni, lần này, bữa ni, sáng, chiều, tối, mô cũng được, lúc mô cũng được,
    cũng được, ba lô, bàn ghế, gạo tẻ, gạo nếp, gạo, nếp, mì, quà, áo, quần áo, chăn, màn, xe đạp, xe, xe lăn, bò, gà,
    lợn, heo, vịt, sách vở, sách, vở, ba lô mới, mới, bút, sữa, dầu, nước mắm, muối, đường, cá khô, rau, khoai, sắn,
    ngô, đậu, lạc, hộ nghèo, tình, nguyện, rice, of rice, kids, old, poor, sick, about, nearly, almost, over, roughly,
    more than, gỗ, xây, mái, tôn, tuổi già, neo đơn, tật nguyền, ở bệnh viện, bệnh viện, ở trường, viện, trường em,
    quanh đó, trong xóm, trong thôn, trong bản, thôn em, bản em
    """)
    | doubt("vài ba, vài, dăm, dăm ba, mươi, mấy, đôi ba, đôi, một số, một ít, ít, a few, several, some, many, "
        "nhiều, nhiều nhiều, đủ, hàng")
    | turn("mỗi tuần, một tuần, / tuần, hàng tuần, hằng tuần, mỗi tháng, một tháng, / tháng, hàng tháng, hằng tháng, "
        "mỗi ngày, a week, per week, each week, "
           "nửa, rưỡi, each, mỗi người, mỗi nhà, mỗi hộ, mỗi em")
)  # fmt: skip
NUMBERED = (
    r"(?P<numbered>(?:lớp|tổ|thôn|xóm|bản|kp|khu phố|đội|khóm|ấp|khối|tháng|ngày|hôm|thứ|mồng|mùng|số nhà|quý|tuổi|lúc)"
    r" \d{1,2}(?: / \d{1,4})*(?: [a-h])?(?: (?:h|giờ))?|năm (?:19|20)\d\d|\d{1,2} / \d{1,2}(?: / \d{2,4})?|\d{1,2} "
    r"(?:h|giờ)(?: \d\d)?"
    r"|(?:sáng|chiều|tối)? ?(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|cn|t[2-7])|\d{1,2} tuổi)"
)


WORDS = (
    "lớp tổ thôn xóm bản kp khu phố đội khóm ấp khối tháng ngày hôm thứ mồng mùng nhà quý tuổi lúc năm sáng chiều "
    "tối chủ nhật cn t2 t3 t4 "
    "t5 t6 t7 mỗi từng tuần hàng hằng đến tới là a half per each every week month day mình one just sau"
)


@lru_cache(maxsize=64)
def grammar(measure: str) -> Grammar:
    """What may be said at a question that asks for this measure: «người», «buổi»; empty for any."""
    wanted = "|".join(_nouns(measure))
    dozens = "|".join(DOZEN)
    cores = (
        NUMBERED,
        rf"(?P<money>{NUMBER}(?: (?:{MONEY}))+(?: \d+)?)",
        rf"(?P<alone>{ALONE})",
        rf"(?P<often>(?:mỗi|hàng|hằng|một|1) (?:tuần|tháng|ngày) {NUMBER} (?:{THINGS}))",
        rf"(?P<each>(?:mỗi|từng|each|every) (?:{PEOPLE}|{HOUSEHOLDS}|{THINGS})(?: là)? {NUMBER}(?: (?:{MONEY}|{THINGS}))*"
        rf"|(?:một|1) (?:{PEOPLE}|{HOUSEHOLDS}|{THINGS})(?: là)? {NUMBER} (?:{MONEY}))",
        rf"(?P<one>(?:một|1) (?:{HOUSEHOLDS}|lớp|nhóm|tổ)(?= \d))",
        NAMED,
        rf"(?P<rate>{NUMBER} (?:{THINGS}) (?:mỗi|một|/|hàng|hằng|a|per|each|every) (?:tuần|tháng|ngày|week|month|day))",
        rf"(?P<ranged>(?P<low>{FIGURE}|(?:{WORD})) (?:-|–|~|đến|tới) (?P<high>{NUMBER})(?: (?:{wanted or THINGS}))?)",
        *([rf"(?P<half>{NUMBER} (?:{wanted}) (?:rưỡi|rưởi)|nửa (?:{wanted}))"] if wanted else []),
        *([rf"(?P<wanted>(?P<n>{NUMBER}(?: (?:{dozens}))?) (?:{wanted}))"] if wanted else []),
        rf"(?P<dozen>(?:{NUMBER}|a|half a|nửa) (?:{dozens}))",
        rf"(?P<houses>{NUMBER} (?:{HOUSEHOLDS}))",
        rf"(?P<other>{NUMBER} (?:{PEOPLE}|{THINGS}|%|tuổi))",
        rf"(?P<bare>{NUMBER})",
    )
    words = " ".join(
        (*NUMBER_WORDS, wanted, *DOZEN, PEOPLE, HOUSEHOLDS, THINGS, MONEY, ALONE, NAMED_WORDS, measure, WORDS)
    )
    return Grammar("|".join(cores), words.replace("|", " "), TALK_COUNT)


def _nouns(measure: str) -> list[str]:
    """The words for a measure, longest first: its own, its like, its first letter."""
    if not measure:
        return []
    if measure == PERSON:
        return sorted(PEOPLE.split("|"), key=len, reverse=True)
    like = next((same for same in SAME if measure in same), ())
    english = [word for word in ENGLISH_FOR.get(measure, "").split("|") if word]
    return sorted({re.escape(measure), re.escape(measure[0]), *like, *english}, key=len, reverse=True)


def read_count(text: str, measure: str = "") -> Reading[int]:
    """How many, 0 to 10**9, of what is asked for: «3», «ba người», «khoảng 20», «1.200», «2 buổi»."""
    if len(text) > MOST_LETTERS or has_odd_figures(text) or not text.strip():
        return refuse("not_a_count")
    asked = one_line(measure).casefold()
    reading = agree([_counted(account, asked) for account in grammar(asked).accounts(text)], "count_unclear")
    if any(not 0 <= value <= MOST_COUNTED for value in reading.values):
        return refuse("not_a_count")
    return reading


def _counted(account: Account, measure: str) -> Reading[int]:
    kinds = {core.kind for core in account.cores}
    if account.words.startswith(("- ", "− ")):
        return refuse("not_a_count")
    if "ranged" in kinds:
        core = next(core for core in account.cores if core.kind == "ranged")
        return ask("count_unclear", [*_numbers(core.found["low"]), *_numbers(core.found["high"])])
    if kinds & {"rate", "often"}:
        return ask("count_unclear")
    if "half" in kinds:
        return refuse("not_a_count")
    chosen = _chosen(account, measure)
    if not chosen:
        if "alone" in kinds:
            return sure(1)
        vague = set(account.words.split()) & VAGUE or (measure == PERSON and "houses" in kinds)
        return ask("count_unclear") if vague else refuse("not_a_count")
    found = [_numbers(core.found["n"] if core.kind == "wanted" else _number_of(core)) for core in chosen]
    numbers = [n for several in found for n in several]
    if not numbers:
        return refuse("not_a_count")
    if len(set(numbers)) > 1 or not all(found) or account.has(Effect.DOUBT, Effect.TURN) or _family(account):
        return ask("count_unclear", numbers)
    strange = account.strange(core.clause for core in chosen)
    if strange and numbers == [0]:
        return refuse("not_a_count")  # «không đếm»
    if strange and not (chosen[0].kind != "bare" and describes(account, chosen[0])):
        return ask("count_sure", numbers)
    return sure(numbers[0])


def _chosen(account: Account, measure: str) -> list[Core]:
    """The numbers that may be the answer: those with the measure, and those that stand alone."""
    bare = [core for core in account.cores if core.kind in ("bare", "dozen")]
    if measure:
        wanted = [core for core in account.cores if core.kind == "wanted"]
        people = [core for core in account.cores if core.kind == "other"] if measure == PERSON and wanted else []
        return [*wanted, *people, *bare]
    named = [core for core in account.cores if core.kind in ("other", "houses")]
    return [] if any(core.words.split()[-1] in UNCOUNTED for core in named) else named + bare


def _number_of(core: Core) -> str:
    number = re.match(rf"(?:{NUMBER}|a|half a|nửa)(?: (?:{'|'.join(DOZEN)}))?(?= |$)", core.words)
    return number[0] if number else ""


def _family(account: Account) -> bool:
    """«vợ chồng và 2 con» are four."""
    return any(
        f"{pair} và" in account.words or f"{pair} với" in account.words
        for pair in ("vợ chồng", "mẹ", "cha mẹ", "bố mẹ")
    )


def describes(account: Account, core: Core) -> bool:
    """Whether the unknown words say only what is counted: «bảy bộ bàn ghế»."""
    after = account.words.split(core.words, 1)[-1].split()
    return all(word in after for word, clause in account.unknown if clause == core.clause)


def _numbers(words: str) -> tuple[int, ...]:
    *head, last = words.split() or [""]
    if len(head) == 1 and head[0] in DIGITS and last in DIGITS and not read_decimal(words):
        return (DIGITS[head[0]], DIGITS[last])  # «ba bốn buổi»
    if last not in DOZEN:
        return tuple(int(n) for n in read_decimal(words) if n == n.to_integral_value())
    number = " ".join(word for word in head if word not in ("a", "half", "nửa"))
    times = read_decimal(number) if number else (Decimal(1),)
    return tuple(int(n * DOZEN[last] / (2 if {"half", "nửa"} & set(head) else 1)) for n in times)


def find_people(text: str) -> int | None:
    """How many people a story speaks of, where it counts them once: «ba em nhỏ», «30 người»; else None."""
    found = [read_count(match[1], PERSON).value for match in COUNTED_PEOPLE.finditer(one_line(text))]
    return found[0] if len(found) == 1 else None
