"""Days, as people write and say them. Day first, never month first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from bot.vietnamese.amounts.number import NUMBER, NUMBER_WORDS, has_odd_figures, whole
from bot.vietnamese.days.calendar import Toward, dated, day_of, month_from, months_away, of_month
from bot.vietnamese.days.moon import find_moon_days
from bot.vietnamese.explain import Account, Core, Grammar
from bot.vietnamese.reading import Reading, agree, ask, refuse, sure
from bot.vietnamese.talk import Effect, nothing, turn

NEAR = {
    "hôm nay": 0, "ngày hôm nay": 0, "nay": 0, "ni": 0, "bữa nay": 0, "bữa ni": 0, "bựa ni": 0, "hôm ni": 0,
    "hồi nãy": 0, "mới nãy": 0,
    "nãy": 0, "khi nãy": 0, "lúc nãy": 0, "vừa xong": 0, "hồi sớm mai ni": 0, "hồi sớm mai": 0, "sớm mai ni": 0,
    "sớm ni": 0, "hồi sáng": 0,
    "hồi sáng ni": 0, "hồi chiều": 0, "hồi trưa": 0, "ngay bây giờ": 0, "bây giờ": 0, "today": 0, "this morning": 0,
    "this afternoon": 0,
    "this evening": 0, "tonight": 0, "just now": 0, "right now": 0, "now": 0,
    "hôm qua": -1, "qua": -1, "bữa qua": -1, "bựa qua": -1, "ngày hôm qua": -1, "khi hôm": -1, "yesterday": -1,
    "last night": -1,
    "hôm kia": -2, "bữa kia": -2, "bựa kia": -2, "bựa tê": -2, "day before yesterday": -2,
    "mai": 1, "ngày mai": 1, "hôm mai": 1, "bữa mai": 1, "tomorrow": 1,
    "mốt": 2, "ngày mốt": 2, "ngày kia": 2, "bữa mốt": 2, "day after tomorrow": 2,
}  # fmt: skip
WEEKDAYS = (
    ("thứ hai", "thứ 2", "t 2", "monday", "mon"), ("thứ ba", "thứ 3", "t 3", "tuesday", "tue"), ("thứ tư", "thứ 4",
    "t 4", "wednesday", "wed"),
    ("thứ năm", "thứ 5", "t 5", "thursday", "thu"), ("thứ sáu", "thứ 6", "t 6", "friday", "fri"), ("thứ bảy",
    "thứ bẩy", "thứ 7", "t 7", "saturday", "sat"),
    ("chủ nhật", "chúa nhật", "chủ nhựt", "cn", "sunday", "sun"),
)  # fmt: skip
MONTHS = tuple(
    names.split()
    for names in "january jan/february feb/march mar/april apr/may/june jun/july jul/august aug/september sep sept/october oct/"
    "november nov/december dec".split("/")
)
ONES = "một|hai|ba|tư|bốn|năm|lăm|sáu|bảy|bẩy|tám|chín"
SMALL = (
    rf"(?:\d{{1,2}}|mười(?: (?:{ONES}))?|(?:hai|ba|bốn|năm) (?:mươi|mười)(?: (?:{ONES}|mốt))?|(?:hai|ba) (?:mốt|lăm)"
    rf"|(?:{ONES}))(?= |$)"
)
"""A number of one or two figures."""
PARTS = "sáng sớm|sáng|trưa|chiều tối|chiều|tối|đêm|khuya|morning|afternoon|evening|night|noon"
FARTHEST = 400
"""Days that somebody counts («3 ngày trước»)."""
OLDER = "trước|rồi|vừa rồi|vừa qua|qua|ngoái"
NEWER = "sau|tới|nữa"
SAME = "này|ni|nay"


def either(words: Iterable[str]) -> str:
    """A pattern for these words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


NAME = either(name for names in WEEKDAYS for name in names)
MONTH = either(name for names in MONTHS for name in names)
CLOCK = (
    rf"(?P<clock>(?:lúc )?(?P<h>{SMALL}) (?:h|g|giờ|:)(?: (?P<mi>\d\d|rưỡi|rưởi|(?:một|hai|ba|bốn|năm) (?:mươi"
    r"|mười)(?: lăm| năm)?|mười lăm|lăm)(?! (?:/|-|tháng) ))?"
    rf"(?: (?:phút|ph|p|'))?(?: kém (?P<less>{SMALL})(?: (?:phút|ph|p))?)?(?: (?P<half>am|pm))?"
    rf"|(?P<h2>{SMALL}) (?:rưỡi|rưởi)|(?P<h3>\d{{1,2}}) (?P<half3>am|pm)|(?P<h4>\d{{1,2}}) (?:o clock )?(?=in the "
    r"(?:morning|afternoon|evening))"
    r"|(?:at )(?P<h5>\d{1,2})(?= |$)(?: (?P<half5>am|pm))?|(?P<word>midnight|noon))"
)
CORES = "|".join((
    rf"(?P<later>(?:(?P<ln>{NUMBER}) (?P<lu>tiếng|giờ|phút|hours?|minutes?) (?:nữa|tới|from now)|in (?P<ln2>{NUMBER}) "
    r"(?P<lu2>hours?|minutes?)|(?P<lh>nửa tiếng nữa|in half an hour)))",
    r"(?P<iso>(?P<iy>\d{4}) - (?P<im>\d{1,2}) - (?P<id>\d{1,2}))",
    rf"(?P<date>(?:(?:ngày|hôm|mồng|mùng) )*(?P<d>\d{{1,2}}) ?(?:/|-|–) ?(?P<m>\d{{1,2}})(?! (?:/|-|–) \d{{5}})(?: "
    rf"?(?:/|-|–) ?(?P<y>\d{{4}}|\d\d))?(?: năm (?P<y2>\d{{4}}))?(?! ?(?:/|-))"
    rf"(?: (?:{OLDER}|tới|này))?)",
    r"(?P<dotted>(?:(?:ngày|hôm|mồng|mùng) )*(?P<dd>\d{1,2})[.,](?P<dm>\d{1,2})(?:[.,](?P<dy>\d{4}|\d\d))?)",
    rf"(?P<said>(?P<on_day>(?:(?:ngày|hôm|mồng|mùng) )*)(?P<sd>{SMALL}) ?,? ?tháng (?:(?P<snear>{SAME}|trước|rồi|sau"
    rf"|tới)|(?P<slunar>giêng|chạp)|(?P<sm>{SMALL}))"
    rf"(?:(?: ,)? năm (?P<sy>\d{{4}}|nay|ni|ngoái|trước|sau|tới)| ?(?:/|-) ?(?P<sy2>\d{{4}}))?"
    rf"(?: (?:{OLDER}|tới))?)",
    rf"(?P<counted>(?P<ago>cách đây|cách nay)? ?(?P<in>in |sau )?(?P<n>{NUMBER}) (?P<unit>ngày|hôm|bữa|bựa|tuần|tuần lễ"
    r"|tháng|năm|days?|weeks?|months?|years?)"
    r"(?: (?:(?P<back>trước|ago|qua|rồi)|(?P<on>nữa|tới|sau|from now|later)))?)",
    rf"(?P<weekday>(?:(?:hôm|bữa|ngày|bựa) )?(?:(?P<which>last|this|next|coming) )?(?P<name>{NAME})(?: "
    rf"(?P<when>(?:tuần )?(?:{OLDER}|{NEWER}"
    rf"|{SAME})|last week|next week|this week))?)",
    rf"(?P<vague>(?:đầu|giữa|cuối) (?:tháng|tuần|năm)(?: (?:{OLDER}|{NEWER}|{SAME}|\d{{1,2}}))?|(?:tuần|tháng|năm) "
    rf"(?:{OLDER}|{NEWER}|{SAME}|\d{{1,2}})"
    rf"|(?:mấy|vài|dăm) (?:bữa|hôm|ngày|tuần|bựa)(?: (?:{OLDER}|{NEWER}|{SAME}))?|(?:hôm|bữa|bựa) (?:trước|bữa|nọ|rồi"
    r"|sau|hổm|khác|tê)|mai mốt|(?:mùa )?hè(?: (?:này|ni|tới|sau|rồi))?|nghỉ hè|dạo (?:trước|này|ni)"
    r"|gần đây|mới đây|hồi trước|sắp tới|mới rồi|vừa rồi|last week|next week|this week|the other day|recently|last "
    r"month|next month|weekend|this weekend|soon|dịp lễ|hôm nào)",
    rf"(?P<en>(?P<ed>\d{{1,2}})(?: (?:st|nd|rd|th))?(?: of)? (?P<em>{MONTH})\.?(?: ,)?(?: (?P<ey>\d{{4}}))?"
    rf"|(?P<em2>{MONTH}) (?P<ed2>\d{{1,2}})(?: (?:st|nd|rd|th))?(?= |$)(?: ,)?(?: (?P<ey2>\d{{4}}))?)",
    CLOCK,
    rf"(?P<lone>(?:ngày|hôm|mồng|mùng)(?: (?:ngày|mồng|mùng))* (?P<lone_day>{SMALL})(?: (?:{OLDER}|tới|{SAME}))?)",
    rf"(?P<near>{either(NEAR)})",
    r"(?P<lunar>rằm|âm lịch|am lịch|âm|al|giêng|chạp|ta|nhuận|giao thừa|tết(?! (?:thiếu|tây|dương|trung))|lunar)",
    rf"(?P<part>(?:buổi )?(?:in the |at )?(?:{PARTS}))",
    rf"(?P<bare>{SMALL})",
))  # fmt: skip
WORDS = " ".join((
    *NUMBER_WORDS, *NEAR, *(name for names in WEEKDAYS for name in names if not name.isascii() or len(name) > 4),
    *(n for ns in MONTHS for n in ns),
    PARTS, OLDER, NEWER, SAME,
    "ngày hôm mồng mùng tháng năm tuần giờ phút tiếng rưỡi kém h g lúc cách đây nay bữa bựa nửa đầu giữa cuối mấy "
    "vài dăm nọ khác nào "
    "dịp lễ sắp gần mới vừa hồi dạo rằm âm lịch al giêng chạp ta nhuận giao thừa tết thứ cn sun last this next am pm "
    "hổm tê kia mon tue wed fri sat buổi",
)).replace("|", " ")  # fmt: skip
TALK = (
    nothing("""
    hôm, bữa, hôm lễ, bữa lễ,
    vào, lúc, khoảng, dương lịch, dương, tây, lễ, kỷ niệm, sinh nhật bác, sinh nhật, bác hồ, quốc tế, thiếu nhi,
    tết thiếu nhi, tết tây, lao động, giải phóng, quốc khánh, phụ nữ, vừa rồi, mới rồi, hồi, được không, làm, trao, đi,
    giao, nhận, xảy ra, việc, hôm ấy, bữa đó, hôm đó, on, at, the, in, by, day, date, luôn, nhằm, trúng, đúng vào,
    xong, mới làm, mới xong, mới, bắt đầu, tui rảnh, rảnh, sớm, bữa, đó là, hình thức, gửi, phát, từ sáng, giỗ tổ,
    ngày
    """)
    | turn("sau, trước, đến, tới, hoặc, qua")
    | {"hoặc": Effect.EITHER, "đến": Effect.RANGE, "tới": Effect.RANGE, "từ": Effect.RANGE}
)
GRAMMAR = Grammar(CORES, WORDS, TALK)
MOST_LETTERS = 120
A_MONTH = timedelta(days=31)
DAYS = ("iso", "date", "dotted", "said", "counted", "weekday", "en", "lone", "near")


def read_day(text: str, today: date, *, toward: Toward = "past") -> Reading[date]:
    """A day; one without a year, and a weekday, is the nearest ``toward`` that side. Lunar days are asked about, with the
    solar day where it is clear which."""
    if len(text) > MOST_LETTERS or has_odd_figures(text):
        return refuse("not_a_day")
    reading = agree([judged(account, today, toward) for account in GRAMMAR.accounts(text)], "day_unclear")
    if reading.why == "lunar_day" and not reading.values and (solar := find_moon_days(text, today, toward)):
        return ask("lunar_day_found", solar)
    return reading


def judged(account: Account, today: date, toward: Toward) -> Reading[date]:
    """The day in an answer that is explained already."""
    kinds = {core.kind for core in account.cores}
    if "lunar" in kinds or any(core.kind == "said" and core.found["slunar"] for core in account.cores):
        return ask("lunar_day")
    if any(_of_the_moon(core, account) for core in account.cores):
        return ask(
            "lunar_day", [day for core in account.cores if core.kind == "lone" for day in _days(core, today, toward)]
        )
    chosen = [core for core in account.cores if core.kind in DAYS]
    found = [(core, list(_days(core, today, toward))) for core in chosen]
    bare = [core for core in account.cores if core.kind == "bare"]
    if not chosen:
        if "vague" in kinds:
            return ask("day_unclear")
        numbers = [day for core in bare if (n := whole(core.words)) and (day := of_month(n, today, toward))]
        return (
            ask("day_unclear", numbers)
            if len(numbers) == len(bare) > 0 and (len(bare) == 1 or account.between)
            else refuse("not_a_day")
        )
    if not all(days for _, days in found):
        return refuse("not_a_day")
    return _agreed(account, found, bare)


def _agreed(account: Account, found: list[tuple[Core, list[date]]], bare: list[Core]) -> Reading[date]:
    weekdays = [days for core, days in found if core.kind == "weekday"]
    others = [days for core, days in found if core.kind != "weekday"]
    dates = list(dict.fromkeys(day for days in (others or weekdays) for day in days))
    if others and weekdays and any(day.weekday() != days[0].weekday() for day in dates for days in weekdays):
        return ask("day_unclear", [*dates, *(days[0] for days in weekdays)])
    if bare:
        first = min(dates)
        beside = [day for core in bare if (day := day_of(whole(core.words) or 0, first.month, first.year))]
        return ask("day_unclear", sorted({*dates, *beside}))
    vague = any(core.kind == "vague" for core in account.cores)
    if len(dates) != 1 or vague or account.has(Effect.DOUBT, Effect.TURN) or (account.between and len(found) > 1):
        return ask("day_unclear", dates)
    if account.strange(core.clause for core, _ in found):
        return ask("day_sure", dates)
    return sure(dates.pop())


def _of_the_moon(core: Core, account: Account) -> bool:
    """«mùng 5» alone is said of lunar days, «mùng 5 tháng 5» of both."""
    return (
        core.kind == "lone"
        and ("mùng" in core.words or "mồng" in core.words)
        and "dương" not in account.words
        and "tây" not in account.words
    )


def _days(core: Core, today: date, toward: Toward) -> Iterator[date]:
    """The days that these words may mean; none if the calendar has no such day."""
    found: date | None = None
    match core.kind:
        case "near":
            found = today + timedelta(days=NEAR[core.words])
        case "weekday":
            yield from _on_weekday(core, today, toward)
        case "counted":
            yield from _counted(core, today)
        case "iso":
            found = day_of(int(core.found["id"]), int(core.found["im"]), int(core.found["iy"]))
        case "date":
            year = core.found["y"] or core.found["y2"]
            yield from _written(int(core.found["d"]), int(core.found["m"]), year, today, toward)
        case "dotted":
            yield from _written(int(core.found["dd"]), int(core.found["dm"]), core.found["dy"], today, toward)
        case "said" if core.found["snear"] and not core.found["on_day"]:
            yield from _months_away(core, today)
        case "said":
            found = _said(core, today, toward)
        case "en":
            name = core.found["em"] or core.found["em2"]
            month = next(n for n, names in enumerate(MONTHS, 1) if name in names)
            found = dated(
                int(core.found["ed"] or core.found["ed2"]), month, core.found["ey"] or core.found["ey2"], today, toward
            )
        case "lone":
            found = of_month(whole(core.found["lone_day"]) or 0, today, toward)
    if found:
        yield found


def _written(day: int, month: int, year: str | None, today: date, toward: Toward) -> Iterator[date]:
    """The day; and the same of the next month, where a slip of the month is likelier than a day nearly a year away."""
    found = dated(day, month, year, today, toward)
    if found is None:
        return
    yield found
    this = day_of(day, month, today.year)
    if not year and this and found.year != this.year and abs(this - today) <= A_MONTH:
        near, of = month_from(-1 if toward == "past" else 1, today)
        if meant := day_of(day, near, of):
            yield meant


def _said(core: Core, today: date, toward: Toward) -> date | None:
    """«ngày tám tháng năm», «mùng 1 tháng sau», «8 tháng 5 năm ngoái»."""
    day = whole(core.found["sd"])
    if near := core.found["snear"]:
        month, year = month_from({"trước": -1, "rồi": -1, "sau": 1, "tới": 1}.get(near, 0), today)
        return day_of(day or 0, month, year)
    said = core.found["sy"] or core.found["sy2"]
    if said and not said.isdecimal():
        said = str(today.year + {"ngoái": -1, "trước": -1, "sau": 1, "tới": 1}.get(said, 0))
    return dated(day, whole(core.found["sm"]), said, today, toward)


def _on_weekday(core: Core, today: date, toward: Toward) -> Iterator[date]:
    """«thứ Hai», «CN tuần trước», «thứ sáu vừa rồi», «next Monday»; a weekday that is today may be another week's."""
    weekday = next(n for n, names in enumerate(WEEKDAYS) if core.found["name"] in names)
    which, when = core.found["which"] or "", core.found["when"] or ""
    ahead = (weekday - today.weekday()) % 7
    if when.startswith("tuần ") or when.endswith(" week"):
        word = when.removeprefix("tuần ")
        weeks = (
            -1
            if word in OLDER.split("|") or word == "last week"
            else 1
            if word in NEWER.split("|") or word == "next week"
            else 0
        )
        yield today + timedelta(days=weekday - today.weekday() + 7 * weeks)
    elif when in OLDER.split("|") or which == "last":
        yield today + timedelta(days=ahead - 7)
    elif when in NEWER.split("|") or which == "coming":
        yield today + timedelta(days=ahead or 7)
    elif which == "next":
        yield today + timedelta(days=ahead or 7)
        if ahead and weekday > today.weekday():
            yield today + timedelta(days=ahead + 7)
    elif which == "this" or when:
        yield today + timedelta(days=ahead if toward == "future" or not ahead else ahead - 7)
    else:
        yield today + timedelta(days=ahead if toward == "future" or not ahead else ahead - 7)
        if not ahead:
            yield today + timedelta(days=7 if toward == "future" else -7)


def _counted(core: Core, today: date) -> Iterator[date]:
    """«3 ngày trước», «cách đây hai tuần», «5 ngày nữa»; «2 tháng trước» is about that day."""
    back, on = core.found["ago"] or core.found["back"], core.found["in"] or core.found["on"]
    n = whole(core.found["n"])
    if n is None or n > FARTHEST or bool(back) == bool(on):
        return
    sign = -1 if back else 1
    unit = core.found["unit"]
    if unit.startswith(("tháng", "năm", "month", "year")):
        yield from _about(today, sign * n * (12 if unit.startswith(("năm", "year")) else 1))
        return
    yield today + timedelta(days=sign * n * (7 if unit.startswith(("tuần", "week")) else 1))


def _months_away(core: Core, today: date) -> Iterator[date]:
    """«2 tháng trước»; «6 tháng tới» and «2 tháng này» say how long."""
    sign = {"trước": -1, "sau": 1}.get(core.found["snear"])
    if sign and (n := whole(core.found["sd"])):
        yield from _about(today, sign * n)


def _about(today: date, months: int) -> Iterator[date]:
    """That day so many months away, and as it is only about then, the first of that month."""
    if abs(months) <= FARTHEST:
        yield months_away(today, months)
        yield months_away(today.replace(day=1), months)
