"""Phone numbers: as people write them, with the prefixes of before 2018, and masked for screens."""

from __future__ import annotations

import re
import unicodedata

from bot.vietnamese.amounts.number import has_odd_figures
from bot.vietnamese.courtesy import corrected
from bot.vietnamese.explain import Grammar
from bot.vietnamese.fold import fold
from bot.vietnamese.reading import Reading, ask, refuse, sure
from bot.vietnamese.spelling import OTHER_FIGURE, Vocabulary
from bot.vietnamese.talk import Effect, doubt, nothing, turn

TALK = (
    nothing("""
    sđt, sdt, đt, điện thoại, số điện thoại, số, tel, phone, mobile, zalo, di động, máy bàn, bàn, nhà riêng, máy,
    liên lạc, gọi, gọi cho, gọi vô, gọi vào, ghi đi, ghi số, ghi, đây, đó, số đây, số mới, mới, con trai, con gái,
    con dâu, con rể, cháu nội, cháu ngoại, hàng xóm, trưởng thôn, nhờ, gọi nhờ, lúc nào cũng được, giờ mô cũng được,
    lúc mô cũng được, không có máy, không có điện thoại, nhà không có, không dùng zalo, có zalo, nghe kém,
    nghe không rõ, nói to, cứ gọi, nhắn tin, nhắn, tin, sau giờ làm, buổi tối, tối, sáng, chiều, trưa, lúc, sau, trước,
    giờ, sinh năm, sn, năm, number, no, my number is, my number, wife, husband, son, daughter, neighbour, reach, text,
    or zalo, at home, home, hotline nhà, vợ em, chồng em, nhà em, nhà tui, hay dùng, đang dùng, chính, phụ, là số,
    của nhà, viettel, vina, mobi
    """)
    | doubt("hỏi, nhầm số, hình như, không nhớ rõ, chi đó")
    | turn("sai, cũ, số cũ, hỏng, mất, khóa, đừng gọi, đừng, không gọi được, hết dùng")
)
GRAMMAR = Grammar(
    r"(?P<phone>0)|(?P<hour>\d{1,2} ?(?:h|g|giờ)(?: \d\d)?|(?:sn|sinh năm|năm|sinh) ?:? ?(?:19|20)\d\d)"
    r"|(?P<stray>\d+(?:[.,]\d+)*)",
    "h g giờ sn sinh năm", TALK,
)  # fmt: skip

OLD = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78", "123": "83", "124": "84", "125": "85", "127": "81",
    "129": "82", "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip
"""Eleven-digit mobile prefixes and what they became in 2018 (the Ministry of Information's plan of that year)."""
AREAS = {"53": "233", "52": "232", "54": "234", "511": "236", "510": "235"}
"""Area codes of the province and its neighbours, and what they became in 2017."""
OURS = re.compile(r"\+84([1-9][0-9]*)")
LANDLINE = 9
MOST_NUMBERS = 3
"""In one answer."""
MOST_FIGURES = 100
"""Groups of figures that are looked through; more are no list of numbers."""
MOST_GROUPS = 15
"""In which the figures of one number stand: as many as it has."""
RUN = re.compile(r"(?:\+\s?)?\(?\d(?:[\s.()\u2010-\u2015-]{0,3}\d)*")
A_FIGURE = re.compile(r"\d")
LETTER_O = re.compile(r"\b[oO](?=\d{2})|(?<=\d)[oO](?=\d)")
SPOKEN = {
    "không": "0", "một": "1", "mốt": "1", "hai": "2", "ba": "3", "bốn": "4", "tư": "4", "năm": "5", "lăm": "5",
    "sáu": "6", "bảy": "7",
    "bẩy": "7", "tám": "8", "chín": "9", "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
FIGURES = Vocabulary(SPOKEN)
SPELLED = re.compile(rf"(?<!\S)(?:{'|'.join(SPOKEN)})(?: (?:{'|'.join(SPOKEN)})){{8,10}}(?!\S)")
NO_PHONE = re.compile(r"\b(?:cccd|cmnd|cmt|can cuoc|stk|tai khoan)\b")
MAIN = re.compile(r"\b(?:so )?(?:chinh|main)\b")
YEAR = re.compile(r"\b(?:sn|sinh(?: nam)?|nam)\s*:?\s*$")
MOST_LETTERS = 120


def read_phone(text: str) -> Reading[str]:
    """A number as +84… (E.164), a mobile or a landline; foreign ones with + and country code. Two numbers are asked about."""
    if len(text) > MOST_LETTERS or has_odd_figures(text):
        return refuse("not_a_phone")
    said = figures(corrected(text))
    if NO_PHONE.search(fold(said)):
        return refuse("not_a_phone")
    found: list[tuple[str, int]] = []
    missing: list[str] = []
    for run in RUN.finditer(said):
        digits = re.sub(r"\D", "", run[0])
        touched = re.match(r"[^\W\d_]", said[run.end() :]) or re.search(r"[^\W\d_=]$", said[: run.start()])
        if len(digits) >= 7 and touched:
            return refuse("not_a_phone")  # «0912 000 4x6»
        numbers = numbers_in(run[0])
        if 0 < len(numbers) <= MOST_NUMBERS:
            found += [(number, run.start()) for number in numbers]
        elif len(digits) == LANDLINE and not digits.startswith("0") and (number := _checked(f"+84{digits}")):
            missing.append(number)
        elif len(digits) >= 7:
            return refuse("not_a_phone")
    if not found:
        return ask("phone_unclear", missing) if missing else refuse("not_a_phone")
    numbers = list(dict.fromkeys(number for number, _ in found)) + missing
    if len(numbers) > 1:
        main = [number for number, at in found if MAIN.search(fold(said[max(at - 14, 0) : at]))]
        return sure(main[0]) if len(set(main)) == 1 else ask("phone_unclear", numbers)
    return _beside(said, numbers[0])


def _beside(said: str, number: str) -> Reading[str]:
    """The number, if what stands beside it is talk, or a remark in a clause of its own."""
    words = RUN.sub(lambda run: " 0 " if len(run[0]) >= 7 else run[0], said).replace("+", "")
    if words == " 0 ":  # as most people answer
        return sure(number)
    for account in GRAMMAR.accounts(words):
        where = [core.clause for core in account.cores if core.kind == "phone"]
        if (
            account.has(Effect.DOUBT, Effect.TURN)
            or account.strange(where)
            or any(core.kind == "stray" for core in account.cores)
        ):
            continue
        return sure(number)
    return ask("phone_sure", [number])


def figures(text: str) -> str:
    """Plain digits, also for those that are spelled out one by one, and for a letter O."""
    plain = unicodedata.normalize("NFKC", text)
    plain = OTHER_FIGURE.sub(lambda figure: str(unicodedata.decimal(figure[0])), plain)
    plain = LETTER_O.sub("0", plain)
    if A_FIGURE.search(plain):
        return plain
    for spelled in FIGURES.spellings(plain):
        if found := SPELLED.search(words := " ".join(spelled)):
            return f"{words[: found.start()]}{''.join(SPOKEN[word] for word in found[0].split())}{words[found.end() :]}"
    return plain


def numbers_in(said: str) -> list[str]:
    """The number in these figures, or those that stand side by side."""
    if number := _number(said):
        return [number]
    groups = re.findall(r"\+?\d+", said)
    if len(groups) > MOST_FIGURES:
        return []
    tails: list[list[str]] = [[] for _ in groups] + [[""]]  # the numbers from each group on, if there is nothing else
    for at in reversed(range(len(groups))):
        for end in range(at + 1, min(at + MOST_GROUPS, len(groups)) + 1):
            if tails[end] and (number := _number(" ".join(groups[at:end]))):
                tails[at] = [number, *tails[end]]
    return tails[0][:-1]


def _number(said: str) -> str:
    """One number, or nothing."""
    digits = re.sub(r"\D", "", said)
    foreign = said.startswith(("+", "00", "(+"))
    if not 7 <= len(digits) <= 15:
        return ""
    if foreign:
        digits = digits.removeprefix("00")
    if digits.startswith("84") and (foreign or len(digits) >= 11):
        return _vietnamese(digits[2:].removeprefix("0"))
    if foreign:
        return _checked(f"+{digits}")
    return _vietnamese(digits[1:]) if digits.startswith("0") else ""


def _vietnamese(number: str) -> str:
    if len(number) == 10 and number[:3] in OLD:
        number = OLD[number[:3]] + number[3:]
    if found := _checked(f"+84{number}"):
        return found
    area = next((code for code in AREAS if number.startswith(code) and len(number) - len(code) == 7), "")
    return _checked(f"+84{AREAS[area]}{number[len(area) :]}") if area else ""


def _checked(e164: str) -> str:
    """The number if it can be called, or nothing."""
    import phonenumbers  # a megabyte, wanted only when somebody types a number

    try:
        ours = OURS.fullmatch(e164)  # looking for the country in it would take most of the time
        parsed = phonenumbers.PhoneNumber(84, int(ours[1])) if ours else phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ""
    kinds = phonenumbers.PhoneNumberType
    reachable = (kinds.MOBILE, kinds.FIXED_LINE, kinds.FIXED_LINE_OR_MOBILE)
    if phonenumbers.number_type(parsed) not in reachable:  # what is no valid number is of no type
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def show_phone(e164: str) -> str:
    """«0912 345 678» for Vietnamese numbers, others as they are."""
    if not e164.startswith("+84"):
        return e164
    local = "0" + e164[3:]
    return f"{local[:4]} {local[4:7]} {local[7:]}"


def mask_phone(e164: str) -> str:
    """«0912 ••• 678»: enough to recognise one's own."""
    shown = show_phone(e164)
    return f"{shown[:4]} ••• {shown[-3:]}"
