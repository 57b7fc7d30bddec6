"""Yes and no, as people say them."""

from __future__ import annotations

from bot.vietnamese.fold import fold, one_line
from bot.vietnamese.lexicon import Lexicon, words

YES = (
    "có/vâng/dạ/ừ/ừm/uh/uhm/uk/um/ok/oke/okie/oki/okay/đồng ý/nhất trí/đúng/đúng rồi/đúng vậy/đúng thế/được/được rồi/"
    "phải/phải rồi/rồi/chuẩn/chính xác/tất nhiên/chắc chắn/có chứ/gửi đi/"
    "yes/y/yep/yup/yeah/sure/right/correct/agree/i agree/of course"
)
NO = (
    "không/ko/kh/k/hông/hổng/hong/hok/không có/không phải/không đúng/không đồng ý/không cần/không muốn/chưa/chưa có/"
    "thôi/thôi khỏi/khỏi/sai/sai rồi/dừng/dừng lại/đừng/no/n/nope/not/disagree/i disagree/i do not agree"
)
ANSWERS = Lexicon({phrase: meant for said, meant in ((YES, True), (NO, False)) for phrase in said.split("/")})
SIGNS = {"👍": True, "👌": True, "✅": True, "👎": False, "❌": False}
POLITE = words("ạ", "nhé", "nha", "nhá", "ơi", "em", "anh", "chị", "cô", "chú", "bác", "bạn", "cảm", "ơn", "please", "thanks",
               "thank", "you")  # fmt: skip
"""What may follow an answer without changing it."""
SHADES = "\ufe0f🏻🏼🏽🏾🏿"


def read_yes_no(text: str) -> bool | None:
    """True, False, or None if it is neither."""
    if len(text) > 60:
        return None
    sign = "".join(c for c in text if c not in SHADES and not c.isspace())
    if sign and sign == sign[0] * len(sign) and sign[0] in SIGNS:
        return SIGNS[sign[0]]
    said = [word for word in one_line(text).replace(",", " ").split() if fold(word)]
    if (answer := ANSWERS.get(" ".join(said))) is not None:
        return answer
    while len(said) > 1 and said[-1] in POLITE:
        said.pop()
    if len(said) > 1 and fold(said[0]) == "da":
        said.pop(0)
    return ANSWERS.get(" ".join(said))
