import unicodedata


def clean(t):
    return unicodedata.normalize(
        "NFC", "".join(c for c in t if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    )


def one_line(t):
    return " ".join(clean(t).split())


def fold(t):
    t = unicodedata.normalize("NFD", t.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in t if not unicodedata.combining(c)).split())


def exact(t):
    return " ".join(unicodedata.normalize("NFC", t).casefold().split())
