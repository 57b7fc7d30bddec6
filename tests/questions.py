"""Every question of every form, with answers that lead to it, found by talking at random."""

from __future__ import annotations

import random
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialog import lead
from bot.dialog.choose import understand
from bot.dialog.course import REVIEW
from bot.dialog.forms import Facts, Form
from bot.dialog.lead import Place, Step
from bot.message import Heard, changed
from bot.receive.conversation import orders
from bot.turn.routes import Routes
from bot.vietnamese.amounts.amount import in_words
from bot.vietnamese.place import Known
from handlers import ROUTERS
from locales import Speech

FORMS = [led.form for led in Routes(ROUTERS).dialogs.values()]
SPEECH = Speech("vi", ZoneInfo("Asia/Ho_Chi_Minh"), in_words)
FACTS = Facts(
    date(2026, 5, 12),
    SPEECH,
    (Known(5, "Xã Cửa Tùng", ("Vĩnh Kim",)), Known(6, "Xã Bến Quan")),
    "Lan",
    True,
    True,
)
SAID = [
    "Huy", "huỷ", "quay lại", "sửa lại", "bỏ qua", "/skip", "1", "2", "3", "9", "1 2", "", "0912345678", "Vĩnh Kim", "ben quan",
    "có", "không", "200k", "500", "1tr50", "12/5", "31/2", "tháng 12", "1990", "2015", "7k3p 2wxy 9abc", "x" * 3000, "😀",
    "một việc thiện rất dài ở đây", "xóa hết", "thu hồi quyền", "sáp nhập", "xóa đơn vị",
    "tắt chiến dịch", "chặn người này", "19414", "31/5", "+send", "=", "volunteer.phone=1", "vài người",
    "22h30", "7h", "19:30", "20/5", "Xem thêm https://vi-du.vn", "Hội Chữ thập đỏ Vĩnh Linh", "123 456 7890",
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "xuất toàn bộ dữ liệu", "xóa người này", "#12",
]  # fmt: skip
PROOF = {"code": "7K3P-2WXY", "until": 4_000_000_000.0, "line": "", "place": None}
READY = {"replies": ["Hội đã nhận được."], "topics": {"money": "Trao tiền tại trụ sở."}}
KNOWN: dict[str, dict[str, Any]] = {
    "consent": {"known": {"held": []}},
    "answerrequest": {"number": "1"},
    "closerequest": {"number": "1", "state": "done"},
    "eraseasked": {"number": "1", "person": "2"},
    "bycode": {"known": PROOF},
    "bypassphrase": {"known": PROOF},
    "newpassphrase": {"known": PROOF},
    "brought": {
        "code": "DC-0001",
        "known": {
            "household": "Bà M.",
            "needs": {
                "1": {"kind": "money", "what": "Mái nhà", "measure": ""},
                "2": {"kind": "goods", "what": "Gạo", "measure": "kg"},
            },
        },
    },
    "surebrought": {
        "known": {
            "answers": {"code": "DC-0001", "known": {"needs": {}}},
            "doubted": True,
            "seen": 0,
            "alike": {"1": {"name": "Hồ Thị Mẫu", "commune": "Xã Cửa Tùng", "by_phone": True}},
        },
    },
    "pledge": {
        "address": "DC-0001",
        "known": {
            "household": "Bà M.",
            "commune": "Xã Cửa Tùng",
            "name": "",
            "needs": {
                "1": {"kind": "money", "what": "Mái nhà", "measure": "", "missing": 300_000},
                "2": {"kind": "goods", "what": "Gạo", "measure": "kg", "missing": 2},
                "3": {"kind": "work", "what": "Công", "measure": "buổi", "missing": 5},
            },
        },
    },
    "correctaddress": {
        "code": "DC-0001",
        "known": {
            "needs": {
                "1": {"kind": "money", "what": "Mái nhà", "measure": "", "amount": 300_000},
                "2": {"kind": "goods", "what": "Gạo", "measure": "kg", "amount": 2},
            }
        },
    },
    "refusechange": {"code": "1"},
    "deed": {"known": {"commune": None, "name": "", "publish": False}},
    "latephotos": {
        "known": {"sent": "TND26-XXXXX", "talks": {}},
        "photos": {"pictures": ["1"], "album": "", "words": ""},
    },
    "slip": {"which": "1"},
    "behalfremove": {"which": "1", "who": "Bà M."},
    "join": {"request": "1", "differs": "language volunteer announce"},
    **{
        name: {"code": "TND26-XXXXX"}
        for name in (
            "decline",
            "reopendeed",
            "revive",
            "askreporter",
            "confirm",
            "arrivedmoney",
            "cancelpledge",
            "need",
            "picture",
            "opendossier",
        )
    },
    "appeal": {"code": "TND26-XXXXX", "refusal": "chưa rõ việc làm ở đâu"},
    "takebackappeal": {"code": "TND26-XXXXX"},
    "judgeappeal": {"code": "TND26-XXXXX", "state": "upheld"},
    "many": {
        "known": {"act": "verify", "rows": [["DC-XXXXX", "DC-XXXXX Bà M.", ""], ["DC-YYYYY", "DC-YYYYY Ông N.", ""]]}
    },
    "askbyvoice": {"voices": ["x.ogg"]},
    "answerquestion": {"code": "TND26-XXXXX", "other": "Có nhận ạ.", "ready": READY},
    "endaddress": {"code": "DC-XXXXX", "state": "closed", "pledged": "2"},
    "writeto": {"kind": "pledge", "code": "TND26-XXXXX", "ready": READY},
    "handover": {"unit": "5"},
    "duplicate": {"code": "DC-XXXXX"},
    "joinaddresses": {"code": "DC-XXXXX", "of": "DC-YYYYY"},
    "void": {"number": "1", "code": "TND26-XXXXX"},
    "contact": {"who": "1"},
    "arrivedthings": {"code": "TND26-XXXXX", "measure": "kg", "what": "Gạo"},
    "survey": {
        "code": "DC-0001",
        "full_name": "Hồ Thị Mẫu",
        "house": "Thôn Mẫu",
        "phone": None,
        "birth_year": None,
        "guardian": None,
    },
    "changepledge": {"code": "TND26-XXXXX", "known": {"kind": "money", "measure": "", "amount": 200_000, "was": {}}},
    "takeback": {"kind": "cancel", "code": "TND26-XXXXX"},
    "invite": {"known": {"units": {"0": "", "2": "Vĩnh Linh"}}},
    "grant": {"known": {"units": {"0": "", "2": "Vĩnh Linh"}}},
    "revoke": {"known": {"id": 1, "who": "cán bộ"}},
    "addunit": {"known": {"id": 2, "parent": "Vĩnh Linh", "kinds": ["commune", "branch"]}},
    "renameunit": {"known": {"id": 5, "name": "Xã Cửa Tùng"}},
    "recodeunit": {"known": {"id": 5, "name": "Xã Cửa Tùng"}},
    "removeunit": {"known": {"id": 5, "name": "Xã Cửa Tùng"}},
    "mergeunit": {"known": {"id": 5, "name": "Xã Cửa Tùng", "others": {"6": "Xã Bến Quan"}}},
    "campaign": {
        "known": {
            "id": None,
            "years": ["2027"],
            "units": {"2": "Vĩnh Linh"},
            "title": "Tháng Nhân đạo",
            "organiser": "Hội Vĩnh Linh",
        }
    },
    "campaignoff": {"known": {"id": 1, "title": "Tháng Nhân đạo 2026"}},
    "readyanswer": {"known": {"topic": "hours"}},
    "readylist": {"known": {"topic": "why_deed"}},
    "assign": {"kind": "deed", "code": "TND26-VTDE1", "known": {"colleagues": {"7": "Lan (xã Cửa Tùng)"}}},
    "changesetting": {"known": {"name": "invitation_hours", "now": "48"}},
    "block": {"known": {"id": 3}},
    "line": {"known": {"content": "", "texts": {"vi": "Chào bà con.\n\nHẹn gặp mai.", "en": "Hello"}}},
    "message": {"known": {"content": "", "channels": ["telegram", "web"]}},
    "broadcast": {"known": {"reach": [5, 6], "quiet": "21:00-07:00", "channels": ["telegram", "web"]}},
    "correct": {"number": "1", "was": {"vi": "Chào bà con", "en": "Dear all"}},
    "recall": {"number": "1"},
}
"""What each form must know when it is opened."""
ALSO: dict[str, list[dict[str, Any]]] = {
    "changepledge": [
        {"code": "TND26-XXXXX", "known": {"kind": "goods", "measure": measure, "amount": 2, "was": {}}}
        for measure in ("kg", "")
    ],
}
"""What else it may know, where that decides which questions there are."""
OFTEN = 20
"""A question that nobody was asked in so many talks is opened from the review."""


def offered(step: Step) -> tuple[tuple[str, str], ...]:
    """What may be pressed after a step."""
    return tuple((o.value, SPEECH(o.label)) for reply in step.replies[-1:] for o in reply.options)


def anything(rng: random.Random, choices: tuple[tuple[str, str], ...]) -> Heard:
    """Something that a person may send."""
    roll = rng.random()
    if roll < 0.08:
        return Heard(
            picture=f"p{rng.randrange(9)}", album=rng.choice(["", "a"]), text=rng.choice(["", "lời dưới ảnh rất dài"])
        )
    if roll < 0.12:
        return Heard(other=rng.choice(["voice", "sticker"]))
    if roll < 0.15:
        return Heard(problem=rng.choice(["too_big", "not_a_picture"]))
    if roll < 0.18:
        return Heard(contact="0912345678")
    if roll < 0.6 and choices:
        return Heard(pressed=rng.choice(choices)[0])
    if roll < 0.65:
        return Heard(pressed=rng.choice(["+back", "+skip", "volunteer.commune=5", "nonsense=1", "x.+review=+send"]))
    return Heard(text=rng.choice(SAID))


def changing(form: type[Form], review: Place, name: str) -> dict[tuple[str, str], Place]:
    """The question as it is put to somebody who changes that answer in the review; none where it does not apply."""
    opened = lead.begin(form, FACTS, dict(review.answers or {}), name).place
    return {(form.name, name): opened} if opened is not None and opened.asking == name else {}


@cache
def questions() -> list[tuple[type[Form], str, Place]]:
    """Each question as (form, field, the place of somebody who is asked it)."""
    rng = random.Random(1)
    found: dict[tuple[str, str], Place] = {}
    for form in FORMS:
        wanted = {field.name for field in form.fields.values() if not field.hidden}
        begins = [KNOWN.get(form.name, {}), *ALSO.get(form.name, ())]
        for n in range(3000):
            step = lead.begin(form, FACTS, dict(begins[n % len(begins)]))
            while step.place is not None and rng.random() < 0.97:
                place = changed(step.place, offered=offered(step) or step.place.offered)
                if place.asking in wanted:
                    found.setdefault((form.name, place.asking), place)
                if place.asking == REVIEW and n >= OFTEN:
                    for name in wanted - {its for of, its in found if of == form.name}:
                        found |= changing(form, place, name)
                step = lead.resume(form, place, understand(anything(rng, place.offered), place, orders()), FACTS)
            if wanted <= {name for its, name in found if its == form.name}:
                break
        else:
            raise AssertionError(
                f"{form.name}: nobody was ever asked {wanted - {n for f, n in found if f == form.name}}"
            )
    return [
        (form, name, found[form.name, name]) for form in FORMS for name in form.fields if (form.name, name) in found
    ]
