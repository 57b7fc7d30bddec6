"""What ordinary words around an answer do to it. Every word that a reader knows declares its effect here or in the reader."""

from __future__ import annotations

from enum import Enum


class Effect(Enum):
    """What a word does to the value beside it."""

    NOTHING = "nothing"
    """It is understood, and changes nothing."""
    DOUBT = "doubt"
    """The speaker is not sure, or makes it depend on something."""
    TURN = "turn"
    """It takes back, excepts, adds or divides."""
    EITHER = "either"
    """It stands between two values of which one is meant."""
    RANGE = "range"
    """It stands between the first and the last of several values."""
    BREAK = "break"
    """A clause ends."""


NOTHING = """
e, ae, mk, mik, vô, vào, hàng xóm, quanh, cũng rứa, cũng vậy,
tôi, tui, tao, mình, em, anh, chị, cô, chú, bác, dì, o, mệ, mạ, mẹ, má, bố, cha, tía, con, cháu, ông, bà, cụ, mợ,
cậu, thím, dượng, bạn, bọn, tụi, chúng, chúng tôi, chúng mình, chúng em, họ, nó, hắn, người ta, cả nhà, nhà,
gia đình, vợ, chồng, vợ chồng, thầy, là, ở, tên, gọi là, xin, xin phép, cho, gửi, gởi, góp, đóng góp, đóng, ủng hộ,
giúp, giúp đỡ, đỡ, tặng, biếu, trao, hỗ trợ, quyên, quyên góp, đăng ký, đăng kí, cam kết, muốn, sẽ, định, được, có,
nhận, nói, ghi, viết, điền, báo, liên hệ, nhắn, mong, hứa, dành, ủng, hộ, đỡ đần, phụ, làm, đưa, lấy, tính, nghĩ,
thấy, kêu, thưa, dạ, vâng, ừ, ờ, à, ạ, nhé, nhe, nha, nghe, nghen, hỉ, hè, nì, nè, thôi, đó, đấy, này, ni, ấy, nớ,
rồi, luôn, vậy, rứa, thế, thì, mà, cái, chỉ, cũng, cứ, đã, đang, vừa, mới, ngay, liền, đúng, đủ, tròn, của, với, và,
tại, về, trong, ngoài, để, bằng, theo, vì, do, bởi, cùng, chung, riêng, bên, phía, trước mắt, bây giờ, hiện nay,
hiện tại, khoảng, khoảng chừng, tầm, chừng, độ, cỡ, hơn, gần, ước chừng, ước, vỏn vẹn, tổng, tổng cộng, cộng, tất cả,
cả, hết thảy, gồm, chút lòng, chút, tấm lòng, lòng thành, lòng, chia sẻ, ít ỏi, nhỏ, nhỏ bé, khó khăn, nghèo, thương,
quý, kính, ngoại, nội, ruột, già, các, những, mấy cháu, bà con, hoàn cảnh, quỹ, hội, chữ thập đỏ, hội chữ thập đỏ,
đơn vị, nhóm, lớp, trường, xã, thôn, xóm, bản, the, a, an, i, i am, i'm, my, is, it, it's, in, at, on, of, for, to,
and, please, will, want, would like, give, pledge, donate, can, we, about, around, roughly, some, just, only, in all,
total, us, our, me, s, m, they, he, she, her, his, their, you, call, with, from,
"""
DOUBT = """
hình như, chắc là, chắc, có lẽ, có thể, chi đó, gì đó, chi chi, không rõ, không chắc, không nhớ, chưa chắc,
chưa biết, không biết, chưa rõ, nếu, tùy, tùy theo, hay sao, phải không, đúng không, không ta, nghe nói, nghe đâu,
maybe, perhaps, i think, not sure, if, probably, may be, might, phỏng chừng, ước gì, lỡ, miễn, khi nào, khi mô,
bao nhiêu, bấy nhiêu, mấy, vài, dăm, chừng nào, ?,
"""
TURN = """
nhưng, trừ, chia, chia đôi, thiếu, bớt, thêm, nữa, còn, còn lại, một nửa, phân nửa, khoan, không phải, chưa, đừng,
thay vì, không, ko, mỗi, từng, một người, dưới, trên, tối đa, tối thiểu, ít nhất, nhiều nhất, nợ, trả, trả lại, rút,
hủy, bỏ, sai, không được, lại, gấp, gấp đôi, đôi, nhầm, quên, except, but, minus, plus, more, less, without, not, no,
each, every, per, at least, at most, than, half, không dưới, không quá, chẵn lẻ, ngoại trừ, cũ, hôm khác, cách, sau,
trước, đổi, chẳng, nỏ, khỏi, hết, lần, %, +, =, *, x, >, <, ×, kém, âm,
"""
EITHER = "hoặc, hoặc là, hay, hay là, hay hoặc, or"
RANGE = "đến, tới, từ, ~, –, —, between, through, until"
BREAK = ", ; : ( ) . ! … [ ] / \" ' « » | “ ” • -"


def _phrases(block: str) -> list[str]:
    return [phrase for part in block.replace("\n", " ").split(",") if (phrase := " ".join(part.split()))]


TALK: dict[str, Effect] = (
    dict.fromkeys(BREAK.split(), Effect.BREAK)
    | {
        phrase: effect
        for effect, block in (
            (Effect.NOTHING, NOTHING), (Effect.DOUBT, DOUBT), (Effect.TURN, TURN), (Effect.EITHER, EITHER),
            (Effect.RANGE, RANGE),
        )
        for phrase in _phrases(block)
    }
)  # fmt: skip


def nothing(block: str) -> dict[str, Effect]:
    """These phrases, divided by commas, change nothing."""
    return dict.fromkeys(_phrases(block), Effect.NOTHING)


def doubt(block: str) -> dict[str, Effect]:
    """These phrases make a value doubtful."""
    return dict.fromkeys(_phrases(block), Effect.DOUBT)


def turn(block: str) -> dict[str, Effect]:
    """These phrases change what stands beside them."""
    return dict.fromkeys(_phrases(block), Effect.TURN)
