"""A month until which something is done: «tháng 12», «12/2026», «hết năm», «till August»."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.vietnamese.amounts.number import NUMBER, NUMBER_WORDS, has_odd_figures, whole
from bot.vietnamese.days.calendar import FIRST_YEAR, LAST_YEAR, month_from
from bot.vietnamese.days.day import MONTH, MONTHS, NEWER, OLDER, SAME, SMALL
from bot.vietnamese.explain import Account, Core, Grammar
from bot.vietnamese.reading import Reading, agree, ask, refuse, sure
from bot.vietnamese.talk import Effect, nothing, turn

YEAR = rf"(?:(?: ,)? năm (?P<y>\d{{4}}|{SAME}|sau|tới|ngoái|trước)| ?(?:/|-|\.) ?(?P<y2>\d{{4}}|\d\d(?= |$)))"
CORES = "|".join((
    r"(?P<day>\d{1,2} (?:/|-|\.) (?P<dm>\d{1,2}) (?:/|-|\.) (?P<dy>\d{4}))",
    r"(?P<iso>(?P<iy>\d{4}) (?:/|-) (?P<im>\d{1,2}))",
    rf"(?P<quarter>quý (?P<q>[1-4]|một|hai|ba|bốn|tư|i|ii|iii|iv)(?: năm (?P<qy>\d{{4}}|{SAME}|sau|tới))?)",
    r"(?P<school>năm học(?: \w+)?|kỳ nghỉ hè|hè|school year|summer)",
    r"(?P<year>(?:the )?year (?:ends|end)|year's end"
    r"|(?:(?:hết|cuối|end of the|end of|the|this|in) )+(?:năm|year|(?P<next_year>next year))(?: "
    rf"(?P<yy>{SAME}|sau|tới|\d{{4}}))?)",
    rf"(?P<month>(?:ngày \d{{1,2}} )?(?:(?:tháng|month|t) ?)(?P<m>{SMALL}|{MONTH}){YEAR}?(?: (?P<next>tới|sau|này"
    r"|ni))?(?P<over> (?:vừa rồi|vừa qua|trước|rồi))?)",
    rf"(?P<near>tháng (?P<which>{SAME}|sau|tới|trước|rồi|vừa rồi)|(?P<en>this|next) month)",
    r"(?P<written>(?P<wm>\d{1,2}) (?:/|-) (?P<wy>\d{4}|\d\d))",
    rf"(?P<named>(?P<nm>{MONTH})\.?(?: ,)?(?: (?P<ny>\d{{4}}))?)",
    r"(?P<lunar>tháng (?:giêng|chạp)|giêng|chạp|tết(?: nguyên đán)?|âm lịch|âm|rằm|tet|lunar new year)",
    rf"(?P<length>(?P<n>{NUMBER}) (?:tháng|năm|tuần|ngày|months?|years?|weeks?)(?: (?:nữa|tới|sau))?|nửa năm)",
    rf"(?P<vague>(?:năm|quý) (?:sau|tới|{SAME})|next year|mùa \w+|đầu năm|giữa năm)",
    rf"(?P<bare>{SMALL})",
))  # fmt: skip
TALK = (
    nothing("""
    đến, tới, hết, cuối, đầu, cho đến, cho tới, kéo dài, trong, từ nay, từ nay đến, until, till, through, to, end of,
    the end of, the, by, in, the end, góp, góp đến, giúp, duy trì, mỗi tháng, hàng tháng, hằng tháng, ngày, up to, nay,
    dương lịch
    """)
    | turn("trước, sau, sớm")
    | {"hoặc": Effect.EITHER, "cho": Effect.NOTHING}
)
GRAMMAR = Grammar(
    CORES,
    " ".join((*NUMBER_WORDS, *(n for names in MONTHS for n in names), OLDER, NEWER, SAME,
    "tháng năm quý hết cuối học kỳ nghỉ hè nửa tuần ngày giêng chạp tết nguyên "
              "đán âm lịch rằm mùa đầu giữa ngoái month year years months this next end t i ii iii iv in of "
              "the")).replace("|", " "),
    TALK
)  # fmt: skip
MOST_LETTERS = 100


def read_month(text: str, today: date) -> Reading[date]:
    """The first day of a month to come; without a year the next one. A length («6 tháng») and lunar months are asked about."""
    if len(text) > MOST_LETTERS or has_odd_figures(text):
        return refuse("not_a_month")
    return agree([_judged(account, today) for account in GRAMMAR.accounts(text)], "month_unclear")


def _judged(account: Account, today: date) -> Reading[date]:
    kinds = {core.kind for core in account.cores}
    if "lunar" in kinds:
        return ask("month_unclear")
    chosen = [core for core in account.cores if core.kind not in ("length", "vague", "school")]
    if any(core.kind == "month" and core.found["over"] for core in chosen):
        return refuse("not_a_month")
    if not chosen:
        lengths = [month for core in account.cores if core.kind == "length" for month in _after(core, today)]
        return ask("month_unclear", lengths) if account.cores else refuse("not_a_month")
    found = [list(_months(core, today)) for core in chosen]
    months = sorted({month for several in found for month in several})
    if not all(found):
        return refuse("not_a_month")
    if len(months) > 1 or account.has(Effect.DOUBT, Effect.TURN) or len(chosen) < len(account.cores):
        return ask("month_unclear", months)
    if account.strange(core.clause for core in chosen):
        return ask("month_sure", months)
    return sure(months[0])


def _months(core: Core, today: date) -> Iterator[date]:
    """The months that these words may mean; none if there is no such month."""
    this = today.replace(day=1)
    match core.kind:
        case "day":
            yield from _first(int(core.found["dm"]), int(core.found["dy"]))
        case "iso":
            yield from _first(int(core.found["im"]), int(core.found["iy"]))
        case "quarter":
            number = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
            n = number.get(core.found["q"]) or int(core.found["q"])
            yield from _first(3 * n, _year(core.found["qy"], today) or today.year + (3 * n < today.month))
        case "year":
            yield from _first(12, _year(core.found["yy"], today) or today.year + bool(core.found["next_year"]))
        case "near":
            away = {"sau": 1, "tới": 1, "next": 1, "trước": -1, "rồi": -1, "vừa rồi": -1}.get(
                core.found["which"] or core.found["en"], 0
            )
            month, year = month_from(away, today)
            if away >= 0:
                yield from _first(month, year)
        case "written":
            yield from _first(int(core.found["wm"]), _year(core.found["wy"], today) or 0)
        case _:
            said = core.found["m"] or core.found["nm"] or core.words
            month = next((n for n, names in enumerate(MONTHS, 1) if said in names), 0) or whole(said) or 0
            given = _year(core.found["y"] or core.found["y2"] or core.found["ny"], today)
            if given:
                yield from _first(month, given)
            elif month == today.month and core.found["next"] in (None, ""):
                yield this
                yield from _first(month, today.year + 1)
            else:
                yield from _first(
                    month,
                    today.year
                    + (month < today.month or (month == today.month and core.found["next"] in ("tới", "sau"))),
                )


def _year(said: str | None, today: date) -> int | None:
    if not said:
        return None
    if said.isdecimal():
        return int(said) + (2000 if len(said) == 2 else 0)
    return today.year + {"sau": 1, "tới": 1, "ngoái": -1, "trước": -1}.get(said, 0)


def _first(month: int, year: int) -> Iterator[date]:
    if 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR:
        yield date(year, month, 1)


def _after(core: Core, today: date) -> Iterator[date]:
    """«6 tháng» ends with the sixth month, if this one counts, or with the next; it may be June too."""
    said = core.words.split()
    months = (whole(core.found["n"] or "") or 0) * (12 if {"năm", "year", "years"} & set(said[1:]) else 1)
    if 1 <= months <= 36:
        for away in (months - 1, months):
            month, year = month_from(away, today)
            yield date(year, month, 1)
        if months <= 12 and "tháng" in said:
            yield from _first(months, today.year + (months < today.month))
