"""The words by which facts are found in a sentence. What is folded here may be typed with or without marks."""

from __future__ import annotations

from itertools import product

from bot.understanding.sentence import Phrases

HONORIFICS = Phrases(
    "bà/ông/cụ/em/cháu/anh/chị/cô/chú/bác/o/mệ/mụ/bé/bạn/cậu/dì/thím/thầy/dượng/mr/mrs/ms/miss/a/c", unclear="o a c"
)
BEFORE_HOUSEHOLD = Phrases("nhà/hộ/cho/giúp/của/ủng hộ/tặng/gia đình/hỗ trợ/gửi/thăm/giúp cho/biếu")
NEVER_INITIALS = frozenset({"k", "e", "o", "a", "h"})
"""Small letters that stand for «không», «em», «cô», «anh», «giờ»."""
SURNAMES = Phrases(
    "nguyễn/trần/lê/phạm/hoàng/huỳnh/phan/vũ/võ/đặng/bùi/đỗ/hồ/ngô/dương/lý/đinh/trương/mai/cao/đoàn/tạ/thái/"
    "lương/tống/trịnh/"
    "hà/châu/đào/văn/tô/lâm/từ/nguyen"
)
ENDS_A_NAME = Phrases(
    "hội/chữ/đoàn/thôn/bản/xã/ở/sinh/sđt/sdt/số/dc/red/cross/zalo/facebook/thpt/thcs/clb/lớp/công/bên/giúp/xin/"
    "muốn/có/và/cho"
)
BESIDE_DOER = Phrases(
    "tôi/mình/chúng/bọn/tụi/bên/các/cả/những/hai/vợ chồng/gia đình/thành viên/hội viên/thay mặt/đại diện/the/my/our"
)
"""What stands between the words that tell of somebody and the name, besides honorifics."""
TELLS_OF = Phrases(
    "kể/về/khen/khen thưởng/gương/chuyện/giới thiệu/đề cử/biểu dương/tuyên dương/cảm ơn/cám ơn/nhờ/do/bởi/có/đó là/"
    "người làm/làm là/cứu là/giúp là/người tốt/việc tốt/việc thiện/việc làm/tốt của/thiện của/làm của/"
    "about/thank/thanks to/praise/by"
)
"""Directly before somebody who did something."""
HELPS = Phrases(
    "giúp/cho/tặng/biếu/trao/gửi/thăm/hỗ trợ/ủng hộ/đỡ/cứu/chăm sóc/nuôi/help/helped/helping/gave/visited/for"
)
"""Somebody named further behind may be the one who is helped."""
SUFFERS = Phrases("bị/được/ốm/đau/bệnh/nghèo/già/neo đơn/khó khăn/mồ côi/tàn tật/khuyết tật/was/is")
"""Directly behind somebody to whom something is done."""
ORGANISATIONS = Phrases(
    "nhóm/lớp/công ty/cty/cong ty/chi hội/chi đoàn/hội phụ nữ/hội nông dân/hội cựu chiến binh/clb/câu lạc bộ/"
    "trường/bếp ăn/"
    "bếp/đoàn trường/đoàn thanh niên/đoàn xã/đội/công đoàn/doanh nghiệp/hợp tác xã/htx/quán/chùa/quỹ/tập đoàn/"
    "ngân hàng/"
    "hội đồng hương/hội/đoàn/hội khuyến học/hội người cao tuổi/xưởng/cửa hàng/tiệm/nhà thờ/giáo xứ/company/group/"
    "club/class/team/school/liên đội/ban/gia đình phật tử"
)
WITHIN_ORGANISATION = Phrases(
    "trường/xã/thôn/thpt/thcs/th/tnhh/tiểu học/cổ phần/mầm non/mtv/nữ/niên/chức/học/của/tế/dân/chiến/binh/thiện/"
    "nguyện/tình/giáo/viên/sinh/cựu/sản/xuất/thương/mại/dịch/vụ/huyện/phường"
)
HAMLETS = Phrases("thôn/xóm/bản/khu phố/kp/tổ/khóm/đội/ấp/làng/tổ dân phố/hamlet/village")

UNITS = Phrases(
    "kg/ký/kí/cân/kilo/kilogram/ky/kilos/ki/ki lô/kgs/tạ/yến/tấn/lạng/lít/mét/công/ngày công/buổi/giờ công/thùng/"
    "chiếc/cái/"
    "bộ/con/suất/phần/bao/bì/hộp/chai/gói/cuốn/quyển/tấm/đôi/cặp/bình/bịch/lon/boxes/box/bags/bag/sets/packs/"
    "pairs/sacks/"
    "bottles/tô/ổ/can/xe/chục/chuyến/mâm/viên/lượt/hũ/túi/cây"
)
ONE_UNIT = dict.fromkeys(("ký", "kí", "cân", "kilo", "kilogram", "ky", "kilos", "ki", "ki lô", "kgs"), "kg") | {
    "ngày công": "công"
}
"""Units that are one under several names."""
KILOS = {"kg": 1, "yến": 10, "tạ": 100, "tấn": 1000}
WORK_UNITS = frozenset({"công", "buổi", "giờ công", "chuyến"})
ANIMALS = Phrases("bò/bê/heo/lợn/gà/vịt/trâu/nghé/dê/ngan/bò cái/bò giống/heo giống/heo con/dê giống/gà giống/cá giống")

GOODS = Phrases(
    "gạo/nếp/lúa/thóc/mì/mì tôm/mì gói/mỳ tôm/mỳ/bún/cháo/cơm/bánh/bánh mì/bánh chưng/bánh kẹo/kẹo/sữa/sữa bột/"
    "sữa tươi/dầu ăn/"
    "mắm/nước mắm/muối/đường/bột ngọt/trứng/thịt/cá/rau/nước/nước uống/nước lọc/xe lăn/xe đạp/xe lắc/nạng/"
    "quần áo/áo quần/áo/"
    "áo ấm/áo phao/áo mưa/áo khoác/đồ/chăn/chăn ấm/chăn màn/mền/mùng/màn/chiếu/nệm/gối/sách/sách vở/vở/"
    "sách giáo khoa/bút/cặp/"
    "cặp sách/ba lô/đồ dùng học tập/bàn ghế/bàn ghế học sinh/bàn học/bàn/ghế/giường/tủ/tủ lạnh/quạt/quạt điện/"
    "tivi/nồi cơm điện/"
    "bếp gas/máy trợ thính/máy thở/máy may/máy tính/laptop/điện thoại/thuốc/thuốc tây/thuốc men/bông băng/"
    "khẩu trang/xà phòng/"
    "tã/bỉm/tã giấy/đồ chơi/quà/quà tết/lì xì/xi măng/gạch/tôn/ngói/cát/sắt/gỗ/bò/bê/bò giống/heo giống/gà giống/"
    "con giống/dê/"
    "lương thực/thực phẩm/nhu yếu phẩm/đồ ăn/suất ăn/giày/dép/giày dép/mũ/mũ bảo hiểm/đèn/bóng đèn/đất/bình nước/"
    "lọc nước/"
    "học bổng/phân bón/giống lúa/hạt giống/xe máy/ống nước/dầu/dầu gội/kem đánh răng/kính/vật liệu/hàng/đồ đạc/"
    "xe tập đi/"
    "rice/noodles/milk/clothes/blankets/blanket/bikes/bike/bicycle/bicycles/books/wheelchair/wheelchairs/food/"
    "water/medicine/"
    "toys/shoes/school books/schoolbags/gifts/meals/cement/eggs/cooking oil/warm clothes/old clothes/jackets/"
    "coats/school bags",
    unclear="sua de qua bo ban dau ca man mu goi cap to giay dat be vo ghe chan mung my do hang ao tu chieu dep keo cat ta but "
    "ton nem com rau dan duong xe den kinh muoi banh",
)
NO_GOODS = Phrases(
    "danh sách/danh sach/chính sách/kính gửi/kính nhờ/kính mong/kính đề nghị/kính chào/kính thưa/hàng xóm/"
    "hàng tháng/hàng ngày/"
    "hàng tuần/hàng năm/số điện thoại/gọi điện thoại/nước ngoài/nhà nước/đất nước/nước lụt/nước lên/nước cuốn/"
    "nước ngập/bị nước/"
    "đường dây/qua đường/đường link/con đường/đường dẫn/đi cà/cơm chưa/đồng bàng/điện thoại di động/"
    "trên điện thoại/qua điện thoại/"
    "bằng điện thoại/không có điện thoại/cuốn sách/đá bóng/bán hàng/mua hàng/ngân hàng/khách hàng/"
    "nhận quà của hội/đuối nước/"
    "cách thức/bài hát/ăn cơm/được quà/chia quà/phát quà/phần quà"
)
"""Phrases with a word for goods in them that are about none."""
VAGUE_GOODS = Phrases("đồ/hàng/goods/things/stuff/hiện vật/món/vật phẩm/đồ đạc/đồ đoàn/items/hàng hóa")
"""Goods, but of no kind that could be noted down."""
AFTER_GOODS = Phrases(
    "cũ/mới/học sinh/trẻ em/ấm/giáo khoa/người lớn/em bé/con nít/ngắn/dài/nguyên/sạch/nóng/thiếu nhi/mùa đông/"
    "trắng/đồng phục/giống"
)
WORKS = Phrases(
    "lợp mái/lợp lại mái/lợp nhà/lợp lại nhà/sửa nhà/sửa lại nhà/sửa mái/dựng nhà/xây nhà/xây lại nhà/sơn nhà/"
    "sơn lại nhà/quét vôi/"
    "dựng chuồng/dựng chuồng bò/làm chuồng/dọn nhà/dọn vườn/dọn dẹp/dọn dẹp nhà/làm vườn/làm cỏ/nấu cơm/nấu cháo/"
    "nấu ăn/dạy kèm/"
    "dạy học/kèm học/đào giếng/đào rãnh/đào rãnh lắp ống nước/lắp ống nước/lắp điện/kéo điện/cắt tóc/gặt lúa/"
    "cấy lúa/cày ruộng/"
    "chở đi viện/chở đi khám/đưa đi khám/đưa đi viện/đưa đón/chăm sóc/chăm nom/trông nom/ghé thăm/thăm nom/"
    "thăm hỏi/tắm rửa/"
    "giặt giũ/giặt đồ/đi chợ/chẻ củi/làm đường/đổ nền/xây bếp/xây tường/làm cổng/làm hàng rào/rào vườn/khám bệnh/"
    "cạo gió/xoa bóp/"
    "nấu cơm/sửa điện/sửa nước/sửa xe/quét dọn/vệ sinh nhà cửa/làm nhà vệ sinh/xây nhà vệ sinh/chở nước/"
    "gánh nước/dạy chữ/"
    "phụ hồ/khuân vác/sửa chuồng/làm mái/lát nền/trồng rau/nhổ cỏ/hái tiêu/cắt cỏ"
)
WORK_WORDS = Phrases("góp công/giúp công/góp sức/ngày công/bỏ công/giúp sức/công sức")
DANGER = Phrases(
    "cứu với/cứu tôi/cứu em/cứu tui/cứu gấp/mau cứu/tới cứu/đến cứu/kêu cứu/cứu mạng/cấp cứu/khẩn cấp/nguy kịch/nguy hiểm quá/"
    "đuối nước/chết đuối/sắp chìm/bị chìm/chìm rồi/nước cuốn/lũ cuốn/sóng cuốn/rớt xuống/rơi xuống/té xuống/ngã xuống/"
    "rớt giếng/té giếng/rớt sông/té ao/bị lật/lật ghe/đang cháy/bốc cháy/cháy nhà/nhà cháy/cháy rồi/cháy lớn/chay nha/"
    "chay roi/chay lon/dang chay/bất tỉnh/không thở/khó thở/ngừng thở/ngất xỉu/xỉu rồi/co giật/đột quỵ/điện giật/"
    "rắn cắn/uống thuốc sâu/uống thuốc rầy/uống thuốc trừ sâu/thuốc cỏ/ngộ độc/chảy máu/máu chảy/tai nạn/bị thương/"
    "muốn chết/tự tử/không muốn sống/không thiết sống/mắc kẹt/còn kẹt/bị kẹt/kẹt trên/kẹt trong/sạt lở/vùi người/sập nhà/"
    "nhà sập/ngập tới/ngập đến/lên tới mái/tới nóc/cầm dao/đánh em/đánh tôi/đánh tui/dọa giết/nổ bình ga/rò gas/hóc xương/"
    "nằm im/nằm bất động/bị cuốn/bị vùi/cháy to/lũ quét/xe đụng/xe tông/đụng nhau/thuốc sâu/thuốc rầy/thuốc chuột/lật ngoài/"
    "sos/drowning/on fire/a fire/is fire/unconscious/not breathing/can't breathe/having a stroke/heart attack/bleeding/"
    "kill myself/trapped/ambulance/emergency/collapsed/seizure/"
    "máu me/cầm rựa/cầm búa/cầm rìu/cầm súng/rượt chém/rượt đánh/rượt má/chém nhau/đâm nhau/bị chém/bị đâm/"
    "tím tái/đau thắt ngực/đau tức ngực/chest pain/choking/stabbed/overdose/snake bite/car crash"
)
"""Somebody may be in danger now."""
BURNS = Phrases("cháy hàng xóm/cháy hàng quán/cháy hàng rào")
"""What burns indeed, where the same words without the last are a figure of speech."""
NO_DANGER = Phrases(
    "cháy túi/cháy ví/cháy hàng/cháy vé/cháy miệng/cháy da/cháy nắng/cháy hết mình/cháy lòng/cháy ruột/cháy bỏng/cháy chỉ tiêu/"
    "cháy giáo án/cháy phố/túi cháy/túi tui cháy/túi tôi cháy/túi em cháy/ví cháy/hàng cháy/"
    "sơ cấp cứu/tập huấn cấp cứu/học cấp cứu/phòng cháy/chữa cháy/xe cấp cứu chở/first aid"
)
"""Phrases with such words in them that tell of none."""
MONEY_WORDS = Phrases(
    "tiền/stk/số tài khoản/tài khoản/chuyển khoản/ck/momo/qr/số tk/tk ngân hàng/ngân hàng/viện phí/học phí/"
    "chi phí/kinh phí/"
    "quỹ/money/cash/bank/transfer/bank account/account number/tiền mặt/vốn"
)
NEEDING = Phrases("cần/xin/thiếu/hết/nhận/không có/chưa có/không còn/need/needs/mua/tặng/ủng hộ/góp")

DAYS = (
    "hom nay|hom qua|hom kia|hom truoc|hom no|hom bua|hom kia|bua nay|bua ni|bua qua|bua truoc|bua kia|bua no|bua te|ngay mai|"
    "ngay mot|ngay kia|hoi nay|hoi sang|hoi chieu|luc nay|mai|sang nay|today|yesterday|tomorrow|tonight"
)
WEEKDAYS = "thu hai|thu ba|thu tu|thu nam|thu sau|thu bay|thu [2-7]|t[2-7]|chu nhat|chua nhat|cn"
ENGLISH_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
SPANS = "tuan|thang|nam|he|quy|vu|mua he|mua lut|mua mua|cuoi tuan|dau tuan|cuoi thang|dau thang|cuoi nam|dau nam|tet|mua dong"
WHICH = "nay|ni|toi|sau|truoc|vua roi|vua qua|roi|ngoai|vua rui"
PARTS = "sang som|sang|trua|chieu toi|chieu|toi|dem|khuya"
DATES = tuple(
    rf"(?:{pattern})"
    for pattern in (
        r"tu dau (?:thang|tuan|nam) (?:den|toi) (?:nay|gio|chu)",
        rf"(?:ca )?(?:(?:{PARTS})) (?:(?:{DAYS}))|(?:(?:{PARTS})) (?:qua|nay|ni|mai|kia)",
        rf"(?:(?:{PARTS}) )?(?:(?:{WEEKDAYS}))(?: tuan)?(?: (?:(?:{WHICH})))?",
        rf"(?:(?:{PARTS}) )?\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?",
        r"\d{1,2} thang \d{1,2}(?: nam \d{4})?|(?:mung|ram|mong) \w+(?: thang \w+)?",
        DAYS,
        rf"(?:ca )?(?:(?:{SPANS})) (?:(?:{WHICH}))",
        r"(?:cuoi|dau|giua) (?:thang|nam)(?: (?:nay|ni|sau|toi|truoc|\d{1,2}))?|thang \d{1,2}(?:/\d{4})?",
        rf"(?:last|next|this) (?:(?:{ENGLISH_DAYS})|week|month|year|weekend|summer|morning|afternoon|night)|(?:{ENGLISH_DAYS})",
        r"(?:\w+) (?:ngay|tuan|thang|nam) (?:truoc|nua|nay|qua)|(?:\w+) (?:days?|weeks?|months?) ago",
    )
)
DATE_WORDS = Phrases(
    "hôm/nay/qua/kia/trước/nọ/bữa/bựa/ni/tê/ngày/mai/mốt/hồi/nãy/sáng/sớm/chiều/trưa/tối/tới/đêm/khuya/thứ/hai/"
    "ba/tư/năm/sáu/bảy/"
    "chủ/chúa/nhật/tuần/tháng/hè/quý/vụ/mùa/lụt/mưa/đông/cuối/đầu/giữa/tết/này/sau/vừa/rồi/ngoái/mùng/mồng/rằm/"
    "từ/đến/giờ/chừ/cả/"
    "lúc/bửa/bủa/rùi/nớ"
)
"""How the words of a date are marked."""
BEGIN_DATES = frozenset(
    "thu t2 t3 t4 t5 t6 t7 chu chua cn last next this today yesterday tomorrow tonight monday tuesday wednesday thursday "
    "friday saturday sunday may vai dau cuoi giua tet mung mong ram".split()
)
HOW_OFTEN = Phrases("mỗi/hàng/hằng/nào cũng/mô cũng/every/each/các")
MONTHLY = Phrases(
    "mỗi tháng/hàng tháng/hằng tháng/mọi tháng/tháng nào cũng/tháng mô cũng/hàng tháng/theo tháng/a month/"
    "per month/every month/"
    "each month/monthly/đều mỗi tháng"
)
A_MONTH = Phrases("tháng/một tháng/1 tháng/month")
"""After an amount."""

BEGINS = frozenset({"pledge", "volunteer", "propose", "addresses", "address"})
"""What is begun, so that nobody who declines it may be led into it."""
NEGATIONS = ("không", "ko", "k", "kg", "hông", "hổng", "chẳng", "chưa", "đừng", "khỏi", "do not", "don't", "dont")
WISHES = ("muốn", "cần", "định", "tính", "có ý định", "thể", "muốn đi", "want to", "wish to", "plan to")
ACTS = ("ủng hộ", "đăng ký", "đăng kí", "dk", "đk", "tham gia", "đóng góp", "góp", "cam kết", "giới thiệu", "tình nguyện",
        "volunteer", "register", "donate", "pledge")  # fmt: skip
WISHED_ACTS = (
    "giúp",
    "xem",
    "làm tình nguyện",
    "làm tnv",
    "làm tình nguyện viên",
    "cho",
    "gửi",
    "help",
    "give",
    "join",
    "see",
)
"""Only what one does not *want* to do is declined: «con cái không giúp được» is no refusal."""
DECLINES = Phrases(
    "/".join(
        [
            *map(" ".join, product(NEGATIONS, ACTS)),
            *map(" ".join, product(NEGATIONS, WISHES, (*ACTS, *WISHED_ACTS))),
            *map(" ".join, product(("no longer want to",), (*ACTS, *WISHED_ACTS))),
        ]
    )
)
GIVEN = Phrases(
    "đã gửi/đã chuyển/đã chuyển khoản/đã ủng hộ/đã đóng góp/đã góp/đã trao/đã đưa/gửi rồi/chuyển rồi/chuyển khoản rồi/ck rồi/"
    "ủng hộ rồi/đóng rồi/already sent/already gave/have sent/have given"
)
EACH = Phrases("mỗi người/mỗi đứa/mỗi hộ/mỗi nhà/mỗi em/mỗi suất/mỗi gia đình/each of us/each of them")
"""Beside an amount that is given more than once, so that it is no sum."""
PAST_DAYS = (
    "hom qua",
    "hom kia",
    "hom truoc",
    "hom no",
    "bua truoc",
    "bua qua",
    "bua te",
    "tuan truoc",
    "thang truoc",
    "yesterday",
)
VOLUNTEERING = Phrases("tình nguyện viên/tnv/làm tình nguyện")
PROPOSING = Phrases("giới thiệu hộ/giới thiệu một hộ/giới thiệu nhà")
