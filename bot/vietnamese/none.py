"""«không», «không có», «chưa có», «bỏ qua»: that there is nothing to answer at a question that may stay open."""

from __future__ import annotations

import re

from bot.vietnamese.courtesy import courteous
from bot.vietnamese.explain import Account, Grammar
from bot.vietnamese.talk import Effect, nothing

NOT = "không|ko|k|kg|kh|khg|hông|hổng|hok|khum|nỏ|chẳng|chả|chưa"
VERB = "có|biết|thuộc|ở|vô|vào|tham gia|nhớ|rõ|cần|theo|trong|sinh hoạt|đi|dùng|xài|thấy|có tham gia|phải"
WHAT = (
    "chi|gì|ai|số|sđt|sdt|điện thoại|số điện thoại|máy|đt|tổ chức|đoàn thể|hội|nhóm|đoàn|hội đoàn|đơn vị|clb|câu lạc "
    "bộ|nào|mô|hết|cả|đâu|luôn|nữa|thêm|được|chi hết|trơn|ạ|"
    "rảnh|thời gian|zalo|người giám hộ|giám hộ|ngày|lời nhắn|nhắn|ghi|chú|ý kiến|phone|number"
)
NONE = (
    rf"(?:{NOT})(?: (?:{VERB}))?(?: (?:{WHAT}))*|bỏ qua|bỏ trống|để trống|thôi khỏi|thôi|khỏi(?: (?:ghi|nêu|cần|đi))?"
    rf"|tạm thời {'(?:không|chưa)'}|"
    r"none|nothing|nil|n / a|n a|na|skip(?: (?:it|this))?|pass|no|nope|i don t have(?: (?:any|one|a phone))?|don t "
    r"have|don't have(?: (?:any|one))?|no phone|no number|not any|next|- ?-?|—|–|\."
)
GRAMMAR = Grammar(
    rf"(?P<none>{NONE})",
    f"{NOT} {VERB} {WHAT} bỏ qua trống để thôi khỏi ghi nêu cần tạm thời".replace("|", " "),
    nothing("""
    nhà, gia đình, họ, hộ, hộ này, tui, tôi, em, mình, con, cháu, bác, cô, chú, bà, ông, mệ, o, cụ, dạ, rồi, đó, mà,
    thì, làm ruộng, làm nông, ở nhà, nhà tui, nhà đó, nhà nớ, cái đó, cái này, câu này, câu ni, hiện, hiện tại,
    bây giờ, cái chi, i, have, we, it, cái nào, mô hết, phần này, tạm thời, đi, đang, thêm, đâu
    """)
)  # fmt: skip
A_FIGURE = re.compile(r"\d")
MOST_LETTERS = 80


def says_none(text: str) -> bool:
    """Whether the whole answer says that there is none. «không phải …, là …» says more, and so does «Nhóm Không Cô Đơn»."""
    if len(text) > MOST_LETTERS or A_FIGURE.search(text):
        return False
    if text.strip() in ("-", "--", "—", "–", ".", "/", "x", "n/a", "N/A"):
        return True
    said = courteous(text)
    return GRAMMAR.may_find(said) and all(_nothing_else(account) for account in GRAMMAR.accounts(said))


def _nothing_else(account: Account) -> bool:
    said = {core.clause for core in account.cores}
    if (
        not said
        or account.has(Effect.DOUBT, Effect.EITHER)
        or account.words.startswith(("không phải", "ko phải", "không chỉ"))
    ):
        return False
    return not account.strange(said) and (
        max(said) == max((clause for _, clause in account.unknown), default=0) or not account.unknown or min(said) > 0
    )
