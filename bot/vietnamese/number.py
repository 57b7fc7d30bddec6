class NotACount(ValueError):
    pass


def read_count(t):
    if not t.isdecimal():
        raise NotACount
    return int(t)
