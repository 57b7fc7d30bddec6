"""A year of birth, as people say it: «1956», «sn 88», «một chín bảy lăm», «12/3/1990»; an age alone is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.vietnamese.amounts.number import NUMBER, NUMBER_WORDS, has_odd_figures, plain, values, whole
from bot.vietnamese.days.calendar import day_of
from bot.vietnamese.days.day import MONTH, SMALL
from bot.vietnamese.explain import Account, Core, Grammar
from bot.vietnamese.reading import Reading, agree, ask, refuse, sure
from bot.vietnamese.talk import Effect, doubt, nothing, turn

OLDEST = 110
"""Years."""
STEMS = ("giáp", "ất", "bính", "đinh", "mậu", "kỷ", "canh", "tân", "nhâm", "quý")
BRANCHES = (
    ("tý", "tí", "chuột"), ("sửu", "trâu"), ("dần", "hổ", "cọp"), ("mão", "mẹo", "mèo"), ("thìn", "thần", "rồng"),
    ("tỵ", "tị", "rắn"), ("ngọ", "ngựa"),
    ("mùi", "dê"), ("thân", "khỉ"), ("dậu", "gà"), ("tuất", "chó"), ("hợi", "heo", "lợn"),
)  # fmt: skip
"""Of the sixty years' circle, from 1984 (Giáp Tý) on; the southern and northern names and the animals."""
ANIMALS = "|".join(name for names in BRANCHES for name in names)
DIGIT = "không|một|hai|ba|bốn|tư|năm|lăm|nhăm|sáu|bảy|bẩy|tám|chín|mốt|mươi|mười"
SAID = "sinh năm|năm sinh|sinh|sn|s n|đẻ năm|đẻ|born in|born|year of birth|đời|ns|n s"
CORES = "|".join((
    r"(?P<class>(?:lớp|khối|khóa|tổ|thôn|xóm|đội) \d{1,2}(?: [a-z])?)",
    rf"(?P<age>(?:(?:tuổi|age|aged) )(?P<years>\d{{1,3}}|{NUMBER})|(?P<years2>{NUMBER}) (?:tuổi|t|tủi|years? old|yrs?"
    rf"|years?)(?= |$)|(?:năm nay|năm ni|i'm|i m|i am|nay|mới|được) (?P<years3>\d\d|{NUMBER})(?: tuổi)?)",
    rf"(?P<zodiac>(?:tuổi |năm )?(?:(?P<stem>{'|'.join(STEMS)}) )(?P<branch>{ANIMALS})|(?:tuổi|cầm tinh|năm)(?: con)? "
    rf"(?P<animal>{ANIMALS}))",
    rf"(?P<dated>(?:(?:{SAID}) )?(?:(?:ngày|mồng|mùng) )?(?P<d>\d{{1,2}}) ?(?:/|-|\.|,|tháng) ?(?P<m>\d{{1,2}}) ?(?:/|-"
    rf"|\.|,|năm) ?(?P<y>\d{{4}}|\d\d)(?= |$))",
    rf"(?P<told>(?:(?:{SAID}) )?(?:ngày )?(?P<td>{SMALL}) tháng (?P<tm>{SMALL}),? ?(?:năm )?(?P<ty>\d{{4}}))",
    r"(?P<iso>(?P<iy>\d{4}) - (?P<im>\d{1,2}) - (?P<id>\d{1,2}))",
    rf"(?P<en>(?:\d{{1,2}}(?: (?:st|nd|rd|th))? )?(?:of )?(?:{MONTH})(?: \d{{1,2}})?(?: ,)? (?P<ey>\d{{4}}))",
    r"(?P<point>(?P<pd>\d{1,2})[.,](?P<pm>\d{1,2})[.,](?P<py>\d{4}|\d\d))",
    rf"(?P<monthly>(?:(?:{SAID}) )?(?:tháng )?(?P<mm>\d{{1,2}}) ?(?:/|-|năm|\.) ?(?P<my>\d{{4}}))",
    r"(?P<mdot>(?P<mdm>\d{1,2})\.(?P<mdy>\d{4}))",
    r"(?P<thousand>(?P<k>2) k ?(?P<kk>\d{1,2})?(?= |$))",
    r"(?P<decade>(?:đời|thế hệ|8|9|7|6) ?(?:[1-9] )?x|năm giải phóng|hồi giải phóng|năm \w+ đói|thập niên \d+)",
    rf"(?P<year>(?:(?P<by>{SAID}|năm|khoảng|em|con|cháu) (?:là )?)?(?:năm )?(?P<n>(?:19|20|18)\d\d(?= |$)(?! (?:\d|k|đ))))",
    rf"(?P<short>(?:(?P<sby>{SAID}|năm|em|con|cháu|mình) )(?:năm )?(?P<sn>\d\d|(?:(?:{DIGIT}))(?: "
    rf"(?:{DIGIT})){{1,3}})(?= |$)(?! (?:tuổi|\d|{DIGIT})))",
    rf"(?P<spoken>(?:(?:{SAID}|năm) )?(?:năm )?(?:nineteen (?P<en_y>(?:\w+)(?: \w+)?)|twenty (?P<en_z>(?:oh |o "
    r")?\w+(?: \w+)?)))",
    rf"(?P<words>(?:(?:{SAID}|năm) )?(?P<w>(?!năm(?: \W|$)){NUMBER}))",
))  # fmt: skip
TALK = (
    nothing("""
    cuối năm, đầu năm, giữa năm, cuối, đầu,
    sinh năm, năm sinh, sinh, sn, ngày sinh, nămsinh, năm, tuổi, ngày, giấy, khai sinh, giấy tờ, khỏe, còn khỏe, còn,
    đi, phát quà được, phát quà, quà, vẫn, rồi, dương lịch, dương, born, in, year, was, of birth, birth, still, yes,
    tui, hộ, chủ hộ, đẻ, nha, âm lịch, cmnd, cccd, theo, trong, tháng, được không, tính, nay, năm nay, minh
    """)
    | doubt("chi đó, thiệt, thật, khai, hồi đó, tuổi mụ, mụ")
    | turn("chồng, vợ, con trai, con gái, lớp, học")
)
GRAMMAR = Grammar(
    CORES,
    " ".join((*NUMBER_WORDS, DIGIT, SAID, *STEMS, ANIMALS,
    "tuổi năm nay ni con cầm tinh lớp khối khóa tổ thôn xóm đội ngày tháng mồng mùng đời giải phóng hồi thế hệ thập niên "
              "em cháu mình k t x age aged old years year yrs nineteen twenty oh o", *MONTH.split("|"))).replace("|", " "),
    TALK
)  # fmt: skip
FOUR_FIGURES = re.compile("[0-9]{4}")
MOST_LETTERS = 120


def read_year(text: str, today: date) -> Reading[int]:
    """A year of birth, at most 110 years ago. An age, an animal of the zodiac and two bare figures are asked about."""
    if len(text) > MOST_LETTERS or has_odd_figures(text):
        return refuse("not_a_year")
    if FOUR_FIGURES.fullmatch(text) and _fits(int(text), today):  # as most people answer
        return sure(int(text))
    return agree([_judged(account, today) for account in GRAMMAR.accounts(text)], "year_unclear")


def _judged(account: Account, today: date) -> Reading[int]:
    found: list[tuple[Core, list[int]]] = []
    ages: list[int] = []
    animals: list[list[int]] = []
    for core in account.cores:
        if core.kind == "age":
            said = core.found["years"] or core.found["years2"] or core.found["years3"]
            ages += [n for n in [whole(said)] if n is not None]
        elif core.kind == "zodiac":
            animals.append(list(_of_circle(core, today)))
        elif core.kind not in ("class", "decade"):
            found.append((core, list(_years(core, today))))
    if any(core.kind == "decade" for core in account.cores):
        return ask("year_unclear")
    if not found:
        if ages:
            return (
                ask("year_unclear", [year for age in ages for year in _aged(age, today)])
                if max(ages) <= OLDEST
                else refuse("not_a_year")
            )
        return (
            ask("year_unclear", [year for several in animals for year in several][:6])
            if animals
            else refuse("not_a_year")
        )
    years = list(dict.fromkeys(year for _, several in found for year in several))
    if not years or not all(several for _, several in found):
        return refuse("not_a_year")
    fitting = [year for year in years if _fits(year, today)]
    if len(fitting) < len(years):
        if fitting:
            return ask("year_unclear", fitting)
        return refuse("year_too_long_ago") if years[0] < today.year else refuse("year_to_come")
    if len(years) > 1 or account.has(Effect.DOUBT, Effect.TURN):
        return ask("year_unclear", years)
    year = years[0]
    if any(abs(today.year - age - year) > 2 for age in ages) or any(year not in several for several in animals):
        return ask("year_unclear", years)
    if account.strange(core.clause for core, _ in found):
        return ask("year_sure", years)
    return sure(year)


def _fits(year: int, today: date) -> bool:
    return today.year - OLDEST <= year <= today.year


def _years(core: Core, today: date) -> Iterator[int]:
    """The years that these words may mean; none if they are none."""
    group = core.found.groupdict()
    match core.kind:
        case "dated" | "told" | "iso" | "point":
            letter = {"dated": "", "told": "t", "iso": "i", "point": "p"}[core.kind]
            day, month, year = whole(group[f"{letter}d"]), whole(group[f"{letter}m"]), group[f"{letter}y"]
            for one in _whole_years(year, today):
                if day_of(day or 0, month or 0, one):
                    yield one
        case "monthly" | "mdot":
            whole_year = group["my"] or group["mdy"]
            if 1 <= int(group["mm"] or group["mdm"]) <= 12:
                yield int(whole_year)
        case "en":
            yield int(group["ey"])
        case "thousand":
            yield 2000 + int(group["kk"] or 0)
        case "year":
            yield int(group["n"])
        case "short":
            yield from _short(group["sn"], group["sby"], today)
        case "spoken":
            base, said = (1900, group["en_y"]) if group["en_y"] else (2000, group["en_z"])
            n = whole(said.removeprefix("oh ").removeprefix("o "))
            if n is not None and n < 100:
                yield base + n
        case _:
            yield from _in_words(group["w"], today)


def _short(said: str, by: str, today: date) -> Iterator[int]:
    """«sn 88», «sinh năm sáu tám»; «em 92» is no age, nobody of 92 says em."""
    figures = said if said.isdecimal() else _digits(said)
    if len(figures) == 2:
        years = list(_whole_years(figures, today))
        young = by in ("em", "con", "cháu", "mình")
        yield from [year for year in years if today.year - year < 70] if young else years
        if young and 12 <= int(figures) < 60:
            yield from _aged(int(figures), today)
        if by == "năm" and not said.isdecimal():
            yield from [] if years else _whole_years(figures, today)
    else:
        yield from _in_words(said, today)


def _in_words(said: str, today: date) -> Iterator[int]:
    """«một chín bảy lăm», «hai ngàn lẻ bốn», «bảy lăm», «67»."""
    figures = _digits(said)
    if said.isdecimal():
        if len(said) == 2:
            yield from _whole_years(said, today)
            if said[0] != "0":
                yield from _aged(int(said), today)
        return
    if len(figures) == 4 and figures[:2] in ("19", "20"):
        yield int(figures)
    elif len(figures) == 2:
        yield from _whole_years(figures, today)
        yield from _aged(int(figures), today)
    else:
        yield from (n for n in values(plain(said)) if 1900 <= n < 2100)


def _digits(said: str) -> str:
    """Spoken figures one by one; empty if it is a number."""
    names = {"không": "0", "một": "1", "mốt": "1", "hai": "2", "ba": "3", "bốn": "4", "tư": "4", "năm": "5",
    "lăm": "5", "nhăm": "5", "sáu": "6",
             "bảy": "7", "bẩy": "7", "tám": "8", "chín": "9"}  # fmt: skip
    found = said.split()
    match found:
        case [ten, "mươi"] | [ten, "mười"] if ten in names:
            return names[ten] + "0"
        case [ten, "mươi" | "mười", one] if ten in names and one in names:
            return names[ten] + names[one]
    return "".join(names[word] for word in found) if all(word in names for word in found) else ""


def _whole_years(said: str, today: date) -> Iterator[int]:
    """The years that two figures may stand for, or four."""
    if len(said) == 4:
        yield int(said)
        return
    for century in (2000, 1900):
        if _fits(century + int(said), today):
            yield century + int(said)


def _aged(age: int, today: date) -> Iterator[int]:
    """Who is so old, before or after this year's birthday; people of before count one year more."""
    if 0 < age <= OLDEST:
        yield from (today.year - age, today.year - age - 1, today.year - age + 1)


def _of_circle(core: Core, today: date) -> Iterator[int]:
    """The years of an animal, or of one of the sixty names, that somebody alive may be born in."""
    name = core.found["branch"] or core.found["animal"]
    branch = next(n for n, names in enumerate(BRANCHES) if name in names)
    stem = STEMS.index(core.found["stem"]) if core.found["stem"] else None
    for year in range(today.year, today.year - 100, -1):
        if (year - 1984) % 12 == branch and (stem is None or (year - 1984) % 10 == stem):
            yield year
