"""One word for what people write in many ways: abbreviations, dialect, typing habits, and words that mean the same here."""

from __future__ import annotations

SPELLINGS = {
    "tôi": "tui/em/e/mình/minh/mk/mjk/con/cháu/chau/tớ/tụi em/miềng/i/tau/bác/bac/mệ/chúng tôi/chúng em/tụi tui/tụi mình/"
    "tụi con/bọn em/we/chung toi/bon em",
    "đăng ký": "đk/dk/dki/đki/đký/đăng kí/dang ki/ghi danh/ghi tên/ghi ten/register/sign up",
    "tình nguyện viên": "tnv",
    "tình nguyện": "thiện nguyện/thien nguyen/tình nguyên",
    "số tài khoản": "stk/so tk/số tk",
    "chuyển khoản": "ck/c.khoản",
    "tài khoản": "tk/acc/nick/account/accounts",
    "không": "ko/k/kh/hông/hổng/hong/hok/nỏ/no/khum/khôn/chẳng/chả/chang",
    "được": "đc/dc/đươc",
    "số điện thoại": "sđt/sdt/số đt/so dt",
    "với": "vs/vơi",
    "làm": "lm/mần/man",
    "muốn": "mún/mun/muôn",
    "rồi": "r/rùi",
    "gì": "j/chi/cái chi/cái gì/chi rứa/what",
    "thông báo": "tb",
    "tin nhắn": "tn",
    "như thế nào": "ntn/răng/ra răng/thế nào/làm răng/mần răng/làm sao/kiểu gì/cách nào/ra sao/bằng cách nào/how/the nao/"
    "cách mô/lam sao",
    "vậy": "rứa/rua/v/z/zậy/dậy/hè/hỉ/hí/ha",
    "đâu": "mô/ở mô/ở đâu/chỗ mô/chỗ nào/đi mô/nơi nào/where/o dau/cho mo/o mo",
    "này": "ni",
    "đó": "nớ/ấy",
    "bữa": "bựa",
    "giờ": "chừ/bây giờ/bây chừ/bi giờ",
    "quá": "hung/lắm",
    "xem": "coi/show/see/view/look",
    "mẹ": "mạ/má/mother",
    "cô": "o",
    "cái": "cấy",
    "hội chữ thập đỏ": "red cross/ctd",
    "ạ": "nhé/nha/nghe/nhe/hen/ad/ơi/dạ/da/em ơi/cháu ơi/ad ơi/o ơi/please/pls/plz",
    "dữ liệu": "data",
    "hướng dẫn": "hd",
    "người": "ng/ngta",
    "mọi người": "mn",
    "việc tốt": "việc thiện/viec thien/việc làm tốt/good deed/kind deed/việc nghĩa/chuyện tốt/người tốt việc tốt/"
    "gương người tốt/tấm gương/nêu gương/guong tot/người tốt/gương tốt/gương sáng",
    "khi nào": "khi mô/bao giờ/lúc nào/lúc mô/hôm nào/bữa mô/ngày mô/ngày nào/when/khi mo",
    "bao nhiêu": "mấy/how much/how many",
    "xóa": "gỡ/delete/erase/remove",
    "hủy": "cancel",
    "rút": "withdraw",
    "tắt": "dừng/ngừng/ngưng/stop/turn off",
    "cho": "for",
    "ủng hộ": "quyên góp/góp/đóng góp/donate/pledge/tặng/biếu/tài trợ/đỡ đầu/gop/quyen gop",
}
STANDARD = {said: standard for standard, listed in SPELLINGS.items() for said in listed.split("/")}
LONGEST: dict[str, int] = {}
"""How many words those spellings have at most that begin with one."""
for said in STANDARD:
    first = said.partition(" ")[0]
    LONGEST[first] = max(said.count(" ") + 1, LONGEST.get(first, 0))


def standard(typed: str) -> str:
    """The one word for these, typed in lower case; empty if they are not in the table."""
    return STANDARD.get(typed, "")
