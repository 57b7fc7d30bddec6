"""Whatever people send, they are asked something, or are done, or have cancelled."""

from __future__ import annotations

import random
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from bot import dialog
from bot.conversation import orders
from bot.dialog import Place, Step
from bot.forms import Facts, Form
from bot.message import Heard
from bot.router import Routes
from bot.vietnamese.money import in_words
from bot.vietnamese.place import Known
from handlers import ROUTERS
from locales import Speech

FORMS = [form for form, _ in Routes(ROUTERS).forms.values()]
SPEECH = Speech("vi", ZoneInfo("Asia/Ho_Chi_Minh"), in_words)
FACTS = Facts(
    date(2026, 5, 12), SPEECH, (Known(5, "Xã Cửa Tùng", ("Vĩnh Kim",)), Known(6, "Xã Bến Quan")), "Lan", True, True
)
SAID = [
    "Huy", "huỷ", "quay lại", "bỏ qua", "/skip", "1", "2", "3", "9", "1 2", "", "0912345678", "Vĩnh Kim", "ben quan", "có",
    "không", "200k", "500", "1tr50", "12/5", "31/2", "tháng 12", "1990", "2015", "123456", "x" * 3000, "😀",
    "một việc tốt rất dài ở đây", "xoá hết", "+send", "=", "volunteer.phone=1", "vài người",
]  # fmt: skip
KNOWN: dict[str, dict[str, Any]] = {
    "pledge": {
        "address": "DC-0001",
        "known": {
            "household": "Bà M.",
            "name": "",
            "needs": {
                "1": {"kind": "money", "what": "Mái nhà", "measure": "", "missing": 300_000},
                "2": {"kind": "goods", "what": "Gạo", "measure": "kg", "missing": 2},
                "3": {"kind": "work", "what": "Công", "measure": "buổi", "missing": 5},
            },
        },
    },
    "join": {"other": "1", "other_account": "1", "differs": "language volunteer", "here_name": "A", "there_name": "B"},
    "takeback": {"kind": "cancel", "code": "TND26-XXXXX"},
}


def offered(step: Step) -> tuple[tuple[str, str], ...]:
    return tuple((o.value, SPEECH(o.label)) for reply in step.replies[-1:] for o in reply.options)


def anything(rng: random.Random, choices: tuple[tuple[str, str], ...]) -> Heard:
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


def test_nobody_is_ever_stuck() -> None:
    rng = random.Random(20260501)
    ends = {form.name: {"done": 0, "ended": 0, "open": 0} for form in FORMS}
    for _ in range(5000):
        form = rng.choice(FORMS)
        step = dialog.begin(form, FACTS, dict(KNOWN.get(form.name, {})))
        for _ in range(60):
            assert step.place is not None
            choices = offered(step) or step.place.offered
            kept = orjson.loads(orjson.dumps(asdict(replace(step.place, offered=choices))))
            place = Place(kept["form"], kept["answers"], kept["asking"], tuple(map(tuple, kept["offered"])))
            heard = dialog.understand(anything(rng, choices), place, orders())
            step = dialog.resume(form, place, heard, FACTS)
            for reply in step.replies:
                SPEECH(reply.text)
            if step.place is None:
                ends[form.name]["done" if step.done else "ended"] += 1
                if step.done:
                    complete(step.done)
                break
        else:
            ends[form.name]["open"] += 1
    assert all(how["done"] for how in ends.values()), ends
    assert all(how["ended"] for how in ends.values()), ends


def complete(form: Form) -> None:
    """Exactly the questions that apply are answered."""
    asked = {field.name for field in form.asked()}
    hidden = {field.name for field in form.fields.values() if field.hidden}
    assert set(form.answers) - hidden == asked
    assert all(form.answers[name] is not None or form.fields[name].skippable for name in asked)
