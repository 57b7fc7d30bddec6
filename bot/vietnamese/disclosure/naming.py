"""Words around a Vietnamese name, and names that are words, too. Pure data."""

from __future__ import annotations

KIN = frozenset(
    "ông bà anh chị cô chú bác cụ mệ mẹ mạ má mụ o em bé cháu con dì cậu mợ thím dượng bố cha ba vợ chồng thằng cu lão thầy"
    " ôn mr mrs ms".split()
)
"""Words before a given name: «bà Mai»."""
SIDE = frozenset("ngoại nội gái trai dâu rể giáo sĩ ruột nuôi kế đẻ họ cả thứ hàng xóm trưởng thôn".split())
"""Words between: «bà ngoại Mai», «cô giáo Mai»."""
SURNAMES = frozenset(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh cao doan trinh mai thai truong luong".split()
)
"""Folded. A name that is typed without a capital is known by its first word."""
NAMED = frozenset("tên là nhà đình hộ".split())
"""Words before a name, and before much else."""
STARTS = frozenset("vì khi nay hiện do nhưng nếu từ cả có còn được hôm sau trước của và với cho giúp".split())
"""Words with which a sentence begins, not a name."""
PLACES = frozenset(
    "xã phường huyện quận tỉnh phố trấn đường trường chợ sông cầu biển núi vùng miền cảng bãi thứ tháng mùa tết lớp quỹ hội"
    " đảng thôn xóm làng bản ấp khóm".split()
)
"""Words before what is called so and is no person: «huyện Vĩnh Linh», «thứ Ba»."""
SUBJECT = frozenset("ở bị là đã đang mồ ốm nuôi sống mắc mất đau phải sinh".split())
"""Words behind somebody of whom something is told."""
COUNTED = frozenset("một hai ba bốn tư năm sáu bảy tám chín mười nhất".split())
"""«Hai là …» begins a list."""
WORDS = COUNTED | frozenset(
    "an bình hiền tâm dũng thu hồng lành ngoan thương chiến thắng thanh vui sinh lớn nhỏ yêu phúc yên nghĩ học mến mạnh khá"
    " khỏe nhớ mong mừng quý quí kính công hạnh hiếu thảo thật tình tính toàn sống thành xinh tươi thơm nghĩa nguyện định"
    " đang phát phong tiến tài thường sáng quyết thích thêm chung mất còn gần xa cần trung minh đông tú thọ trường liên hoàn"
    " phấn chính đức lợi lộc lực sức hành kiên cường hòa hoà thuận nhân hậu nhàn nở hưởng đạt lập út cả vượt đủ bông cảnh"
    " hoàn xuân hạ hải giang sơn linh hoạt hùng thơ trọng quân đoàn viên ngọc châu ước già".split()
)
"""Given names that are words: «em hiền lành», «con thương mẹ», «bà bảy mươi tuổi»."""
