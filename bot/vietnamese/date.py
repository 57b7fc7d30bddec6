from datetime import date


class NotADay(ValueError):
    pass


class LunarDay(NotADay):
    pass


class NotAMonth(ValueError):
    pass


class NotAYear(ValueError):
    pass


def read_day(t, today, *, toward="past"):
    try:
        d, m = t.split("/")[:2]
        return date(today.year, int(m), int(d))
    except Exception:
        raise NotADay from None


def read_month(t, today):
    raise NotAMonth


def read_year(t, today):
    if not (t.isdecimal() and len(t) == 4):
        raise NotAYear
    return int(t)
