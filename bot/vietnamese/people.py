"""People named by their place among the children («bác Tư», «o Bảy») or by a letter («ông Đ»): these are no numbers."""

from __future__ import annotations

KIN = "anh|chị|cô|chú|bác|dì|o|mệ|mạ|mụ|bà|ông|cậu|mợ|thím|dượng|út|cụ"
ORDER = "hai|ba|tư|năm|sáu|bảy|tám|chín|mười|út"
SCALE = (
    "mươi|mười|chục|trăm|nghìn|ngàn|triệu|vạn|tỷ|tỉ|k|tr|củ|rưỡi|đồng|kg|ký|cân|tạ|yến|lăm|mốt|suất|buổi|người|cháu"
    "|em|đứa|hộ|giờ|tuổi"
)
NAMED = rf"(?P<named>(?:{KIN}) (?:(?:{ORDER})(?! (?:{SCALE}|\d)(?: |$))|[b-jl-zđ](?= |$)))"
"""Somebody's name; «bác năm chục nghìn» has none, for a number goes on."""
NAMED_WORDS = f"{KIN} {ORDER}".replace("|", " ")
