import re


class NotAPhone(ValueError):
    pass


def read_phone(t):
    d = re.sub(r"\D", "", t)
    m = re.fullmatch(r"(?:0|84)(\d{9})", d)
    if not m:
        raise NotAPhone
    return "+84" + m[1]


def show_phone(p):
    return "0" + p[3:]


def mask_phone(p):
    return "0" + p[3:6] + " ••• " + p[-3:]
