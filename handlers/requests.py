"""What people ask about their own data, in words: what it is, where it stands, and the proof of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.dialog.fields import Choice
from bot.dialog.forms import Form
from bot.message import Option, Text, Words
from bot.turn.turn import Turn
from storage import audit
from storage.rights.requests import RightsRequest

SHOWN = 16
"""Hexadecimal digits of a keyed hash that people are shown: enough to know it again."""


class Kind(Choice):
    """What is asked for; every form calls it the same."""

    def __init__(self, kinds: Sequence[str]) -> None:
        super().__init__(lambda form: kinds)

    def label(self, value: str, form: Form) -> Words:
        return Text(f"request.kind.{value}")


def named(request: RightsRequest) -> dict[str, Any]:
    """What a sentence needs to say which request it is about."""
    return {"number": str(request.id), "kind": Text(f"request.kind.{request.kind}")}


def state_of(request: RightsRequest) -> Text:
    """Where it stands, for whoever asked."""
    if request.due is None:
        return Text(f"request.state.{request.state}", {"at": request.closed_at})
    until = {"until": max(request.answer_due_at, request.act_due_at)}
    return Text("request.state.answered" if request.answered_at else "request.state.open", until)


async def tell_proof(turn: Turn, request: RightsRequest) -> Text:
    """When it was asked, answered and done, and by what it is found in the audit log; nothing of what was said."""
    mark = await audit.find_head(turn.tx)
    return Text(
        "request.proof",
        {
            **named(request),
            "source": Text(f"request.source.{request.source}"),
            "asked": request.asked_at,
            "answer_due_at": request.answer_due_at,
            "answered": request.answered_at or Text("request.not_yet"),
            "act_due_at": request.act_due_at,
            "state": Text(f"request.state.{request.state}", {"at": request.closed_at, "until": request.act_due_at}),
            "asker": request.asker[:SHOWN],
            "mark": str(mark) if mark else None,
            "now": turn.now,
        },
    )


def open_request(request: RightsRequest) -> Option:
    """What shows it to admins."""
    return Option(f"/requests show {request.id}", Text("request.open", named(request)))
