"""Yes and no, as people say them."""

from __future__ import annotations

import re

from bot.vietnamese.courtesy import courteous, thanks
from bot.vietnamese.explain import Account, Core, Grammar
from bot.vietnamese.reading import Reading, agree, ask, refuse, sure
from bot.vietnamese.talk import Effect, doubt, nothing, turn

YES = (
    "có chớ răng không|có chứ sao không|chớ răng không|có chớ|có chứ|có rồi|có đó|có|vâng|dạ|ừ|ừa|ừm|uh|uhm|uk|um|ukm"
    "|ờ|ờm|ok luôn|ok|okla|oke|okie|oki|okay|okê|ô kê|okê la|"
    "rất đồng ý|đồng ý|đồng tình|tán thành|nhất trí|đúng rồi|đúng r|đúng vậy|đúng thế|đúng|được rồi|được hết|được chứ"
    "|được chớ|thôi được|được|đc|dc|phải rồi|phải|rồi|r|"
    "chuẩn|chính xác|tất nhiên rồi|tất nhiên|dĩ nhiên|đương nhiên|chắc chắn rồi|chắc chắn|gửi đi|ưng|bằng lòng|chấp "
    "nhận|cho phép|sẵn sàng|sẵn lòng|thuận|thoải mái|"
    "biết rồi|biết hết|biết|hỏi rồi|hỏi hết rồi|không sao đâu|không sao|không vấn đề gì|không vấn đề|không có vấn đề "
    "gì|không có vấn đề|không phản đối|không có ý kiến|"
    "không ngại|không ngần ngại|cứ đăng|cứ làm|cứ nêu|cứ gửi|cứ để|cứ hiện|cứ việc|đăng đi|đăng được|nêu đi|cứ ghi|"
    "yes|y|yep|yup|yeah|ya|yess|sure thing|sure|right|correct|agreed|agree|i agree|of course|absolutely|definitely"
    "|certainly|go ahead|fine|no problem|they do|it is|we do|they did|"
    "i do|why not|all right|alright"
)
NO = (
    "không đồng ý|chưa đồng ý|không chịu|chưa chịu|không chấp nhận|không hài lòng|không bằng lòng|không đồng tình"
    "|không ưng|chưa ưng|không cho phép|không cho|không có ai|không có|không "
    "phải|không đúng|không cần|không muốn|không được|không thích|không đâu|"
    "không nên|không thấy|không rõ mặt|"
    "không hề|không ai|không ạ|chưa có|chưa được|chưa hỏi|chưa cho|chưa biết|chưa nói|chưa đâu|không|ko|kh"
    "|k|khg|kg|hông|hổng|hong|hok|khum|khôm|hem|hơm|nỏ có|nỏ|"
    "chẳng có|chẳng|chả|chưa|thôi khỏi|thôi đừng|thôi|khỏi|sai rồi|sai|dừng lại|dừng|đừng có|đừng|từ chối|phản đối|giấu|miễn|"
    "no|n|nope|nah|not yet|not really|not|never|disagree|i disagree|don't|do not|i do not agree|doesn't|didn't|none"
)
UNDECIDED = (
    "không biết nữa|không biết|không nhớ|không rõ|chưa rõ|chưa biết nữa|để xem|để coi|để hỏi lại|để hỏi|để tui hỏi"
    "|để em hỏi|hỏi lại|để suy nghĩ|suy nghĩ|để nghĩ|mai trả lời|trả lời sau|"
    "i don't know|don't know|dunno|no idea|ask again"
)
ASKED = (
    r"có (?!mà )\S+(?: (?!mà )\S+){0,5} không|có không|(?:được|phải|đúng|nên|cần) không|(?:\S+ ){0,5}(?:hả|hở)(?: \?)?"
    r"|(?:là )?(?:ai"
    r"|sao|chi|gì|răng|mô) (?:rứa|vậy|hè)? ?\?|.*\?"
)
SIGNS = {"👍": True, "👌": True, "✅": True, "🆗": True, "✔": True, "👎": False, "❌": False, "🚫": False, "🙅": False}
SHADES = "\ufe0f🏻🏼🏽🏾🏿\u200d♀♂"
A_SIGN = re.compile(f"[{''.join(SIGNS)}{SHADES}]")
MOST_LETTERS = 160
POLAR = dict.fromkeys(YES.split("|"), True) | dict.fromkeys(NO.split("|"), False)
A_CODE = re.compile(r"[^\W_]*[^\W\d_][-./_\u2010-\u2013]\w*\d\w*")
"""Letters that something joins to digits: «DC-0003» is no «đc» with a number behind it, and «yes-2» no «yes»."""
A_NUMBER = "0000"
"""It answers nothing, whatever stands beside it."""
ANSWERS = "|".join(sorted(POLAR, key=len, reverse=True))
SOUNDS = frozenset("dạ vâng ừ ờ ừm".split())
"""They only show that somebody listens, if more is said."""
KNOWING = frozenset({"biết", "biết rồi", "biết hết", "hỏi rồi", "rồi", "có rồi", "ok"})
"""A yes that a no behind it takes back: «biết mà chưa đồng ý»."""
OF_WHAT = (
    "không có",
    "không có ai",
    "nỏ có",
    "chẳng có",
    "chưa",
    "đừng",
    "không muốn",
    "không cần",
    "không thích",
    "not yet",
)
GRAMMAR = Grammar(
    r"(?P<neutral>không có (?:chi|gì)(?: (?:phải|mà))? (?:giấu|ngại|sợ|lo)|không chỉ|có điều|có mỗi)|(?P<certain>có "
    r"(?:chớ răng|chứ sao) không|(?:được|có)? ?(?:chớ|chứ) (?:răng|sao) không|thôi được(?: rồi)?)"
    rf"|(?P<undecided>{UNDECIDED})|(?P<asked>(?:{ASKED})$)|(?P<said>{ANSWERS})",
    f"{YES} {NO} {UNDECIDED} ai sao chi gì răng mô rứa vậy hè hả hở nên cần giấu ngại sợ lo chỉ điều mỗi phải "
    f"mà".replace("|", " "),
    nothing("""
    ạ, nhé, nha, nhá, ơi, em, anh, chị, cô, chú, bác, bạn, cảm, ơn, cảm ơn, cám ơn, please, thanks, thank, you,
    thank you, luôn, hết, cả, đều, mọi người, ai cũng, mạ cháu, gia đình, nhà, họ, hộ, con, cháu, trẻ em, trẻ, em nhỏ,
    người lớn, toàn, ảnh, hình, mặt, tên, trong ảnh, trong hình, cả nhà, mạ, mẹ, ba, bố, ông, bà, cụ, mệ, o, hỏi, nói,
    đăng, nêu, hiện, công khai, gửi, cho, đi, nữa, lắm, rất, hoàn toàn, thật, mà, thì, chỉ, một, 1, 2, hai, đứa, bé,
    nhỏ, family, they, have, the, photo, child, children, we, it, is, to, with, and, post, that, them, all, everyone,
    knows, know, everybody, i, do, ừ thì, chứ, chớ, đó, đấy, rồi đó, r, hội, cán bộ, xã, chuyện, việc này, này, ni, đã,
    nhà nớ, show, publish, names, name, my, in, this, picture, nobody, one, only, any, kids, are, adults, there, vì,
    với, hàng xóm, sẵn, vui, mừng, thích, quá, hoan hỉ, vẫn
    """)
    | doubt("""
    chắc là, chắc, hình như, có lẽ, có thể, không chắc, chưa chắc, nghe nói, nửa, maybe, perhaps, probably, i think,
    think so, i guess, not sure, might, hopefully, nếu, tùy
    """)
    | turn("khoan, khoan đã, từ từ, nhưng, trừ, ngoại trừ, với điều kiện, but, except, wait, hold on, unless, mỗi tội")
)  # fmt: skip


def read_yes_no(text: str) -> Reading[bool]:
    """Yes or no. What is hedged or taken back is asked about, and so is thanks alone; a question is no answer."""
    if len(text) > MOST_LETTERS:
        return refuse("not_yes_or_no")
    sign = {SIGNS[c] for c in text if c in SIGNS}
    bare = "".join(c for c in text if c not in SIGNS and c not in SHADES)
    if sign and not any(c.isalnum() for c in courteous(bare).replace("ạ", "")):
        return sure(sign.pop()) if len(sign) == 1 else refuse("not_yes_or_no")
    if not any(c.isalnum() for c in bare):
        return refuse("not_yes_or_no")
    reading = agree([_judged(account) for account in GRAMMAR.accounts(A_CODE.sub(A_NUMBER, bare))], "yes_or_no_unclear")
    if reading.value is True and thanks(bare) and not _says_more(bare):
        return ask("yes_or_no_unclear", (True, False))  # «dạ em cảm ơn» may decline
    if not reading.values and thanks(bare):
        return ask("yes_or_no_unclear", (True, False))
    return reading


def may_answer(text: str) -> bool:
    """Whether a yes or a no may be in it; a quick look, for where hardly anybody says one."""
    return A_SIGN.search(text) is not None or GRAMMAR.may_find(text)


def yes_or_no(text: str) -> bool | None:
    """The answer that is sure, or None. Most texts hold none, as a quick look shows."""
    return read_yes_no(text).value if len(text) <= MOST_LETTERS and may_answer(text) else None


def _says_more(text: str) -> bool:
    return any(core.words != "dạ" for account in GRAMMAR.accounts(text) for core in account.cores)


def _judged(account: Account) -> Reading[bool]:
    kinds = {core.kind for core in account.cores}
    if kinds & {"undecided", "asked"}:
        return refuse("not_yes_or_no")
    clauses: dict[int, bool] = {}
    denied: set[int] = set()
    begun: set[int] = set()
    knowing: set[int] = set()
    several = len(account.cores) > 1
    both = False
    for core in account.cores:
        yes = POLAR.get(core.words, True)
        trailing = core.words == "thôi" and (core.clause in begun or _goes_before(account, core))
        begun.add(core.clause)
        if core.kind == "neutral" or trailing or (several and core.words in SOUNDS):
            continue
        before = clauses.get(core.clause)
        both = both or (before is not None and before is not yes and core.clause not in knowing)
        knowing |= {core.clause} if core.words in KNOWING else set()
        clauses[core.clause] = yes and before is not False
        denied |= set() if yes else {core.clause}
    if not clauses:
        return (
            ask("yes_or_no_unclear", (True, False))
            if account.has(Effect.DOUBT, Effect.TURN)
            else refuse("not_yes_or_no")
        )
    said = set(clauses.values())
    if both or len(said) > 1 or account.has(Effect.DOUBT, Effect.TURN):
        return ask("yes_or_no_unclear", (True, False))
    if [
        word
        for word, clause in account.unknown
        if clause in clauses and not (clause in denied and _of_what(account, word))
    ]:
        return ask("yes_or_no_unclear", (True, False))
    return sure(said.pop())


def _goes_before(account: Account, core: Core) -> bool:
    """Whether words stand before this one in its clause: «một cháu thôi» is «only one»."""
    before = account.words.split(core.words)[0].rstrip()
    return bool(before) and before[-1].isalnum()


def _of_what(account: Account, word: str) -> bool:
    """Whether an unknown word only says what there is not, or what is not done yet.

    «không có trẻ em» and «chưa nói» say no; «không tệ» does not.
    """
    said = account.words.split()
    before = " ".join(said[: said.index(word)])
    return any(before.endswith(denial) or f"{denial} " in before for denial in OF_WHAT)
