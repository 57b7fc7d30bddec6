class NotMoney(ValueError):
    pass


class AmbiguousMoney(ValueError):
    def __init__(self, c=()):
        self.choices = tuple(c)


def read_money(t):
    import re

    d = re.sub(r"[ .,đ]", "", t)
    if not d.isdecimal():
        raise NotMoney
    return int(d)


def in_words(a, l):
    return str(a)
