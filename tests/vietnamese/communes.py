"""The five communes of Vĩnh Linh, with what they were before."""

from __future__ import annotations

from bot.vietnamese.place import Known

VINH_LINH, CUA_TUNG, VINH_HOANG, VINH_THUY, BEN_QUAN = range(1, 6)
COMMUNES = (
    Known(VINH_LINH, "Xã Vĩnh Linh", ("Thị trấn Hồ Xá", "Vĩnh Long", "Vĩnh Chấp"), district=True),
    Known(CUA_TUNG, "Xã Cửa Tùng", (
        "Thị trấn Cửa Tùng", "Vĩnh Giang", "Hiền Thành", "Kim Thạch", "Vĩnh Kim", "Vĩnh Thạch", "Vĩnh Hiền",
        "Vĩnh Thành",
        "Vĩnh Tân", "Vĩnh Quang")),
    Known(VINH_HOANG, "Xã Vĩnh Hoàng", ("Vĩnh Thái", "Vĩnh Tú", "Trung Nam", "Vĩnh Hòa", "Vĩnh Trung", "Vĩnh Nam")),
    Known(VINH_THUY, "Xã Vĩnh Thủy", ("Vĩnh Thủy", "Vĩnh Lâm", "Vĩnh Sơn")),
    Known(BEN_QUAN, "Xã Bến Quan", ("Thị trấn Bến Quan", "Vĩnh Ô", "Vĩnh Hà", "Vĩnh Khê")),
)  # fmt: skip
"""The units of Resolution 1680/NQ-UBTVQH15, what they were before it, and before 2020."""
