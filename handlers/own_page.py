"""All that is kept about somebody as a page that she can read, with headings as an officer would write them.

It is made of what is in the copy for machines, and says nothing of anybody else that she may not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.media.readable import Section, readable
from bot.message import Money, Text, Words
from bot.vietnamese.phone import show_phone
from handlers.names import channel_name, gift_of, home_of
from handlers.threads import heard
from locales import Speech, own_name
from storage.aid.pledges import Pledge
from storage.aid.threads import ThreadMessage

Row = tuple[Words | None, Words | None]
"""What something is called, and what is kept of it; none is left out."""
Things = Sequence[Sequence[Row]]


def write_page(kept: Mapping[str, Any], speech: Speech, now: datetime) -> bytes:
    """The page in HTML, of what `storage.rights.export.everything` found."""
    sections = [
        ("accounts", _accounts(kept)),
        ("consents", _consents(kept)),
        ("volunteer", _volunteer(kept)),
        ("noted", _noted(kept)),
        ("pledges", _pledges(kept)),
        ("receipts", _receipts(kept)),
        ("deeds", _deeds(kept)),
        ("proposed", _proposed(kept)),
        ("appeals", _appeals(kept)),
        ("requests", _requests(kept)),
        ("threads", _threads(kept)),
        ("notes", _notes(kept)),
        ("roles", _roles(kept)),
        ("rest", _rest(kept)),
    ]
    shown = [_section(name, things, speech) for name, things in sections]
    rights = Section(speech.say("own.rights"), said=speech.say("own.rights.how"))
    return readable(speech.language, speech.say("own.title"), speech.say("own.made", at=now), [*shown, rights])


def _section(name: str, things: Things, speech: Speech) -> Section:
    told = [[(speech.begin(label), speech.begin(said)) for label, said in thing if label and said] for thing in things]
    return Section(speech.say(f"own.{name}"), told, "" if told else speech.say("own.nothing"))


def _at(at: datetime | None) -> Text | None:
    return Text("own.at", {"at": at}) if at else None


def _named(what: str) -> Text:
    return Text(f"own.{what}")


def _accounts(kept: Mapping[str, Any]) -> Things:
    (person,) = kept["person"] or [{}]
    language = own_name(person["language"]) if person else None
    return [
        [
            (_named("channel"), channel_name(account["channel"])),
            (_named("since"), _at(account["created_at"])),
            (_named("heard"), _at(account["heard_at"])),
            (_named("language"), language),
        ]
        for account in kept["accounts"]
    ]


def _consents(kept: Mapping[str, Any]) -> Things:
    return [
        [
            (_named("purpose"), Text(f"consent.purposes.{given['purpose']}")),
            (_named("given"), _at(given["given_at"])),
            (_named("withdrawn"), _at(given["withdrawn_at"])),
        ]
        for given in kept["consents"]
    ]


def _volunteer(kept: Mapping[str, Any]) -> Things:
    if not (hers := kept["volunteer"]):
        return []
    activities = [Text(f"volunteer.activities.{name}") for name in hers["activities"]]
    return [
        [
            (Text("volunteer.full_name.title"), hers["full_name"]),
            (Text("volunteer.birth_year.title"), str(hers["birth_year"])),
            (Text("volunteer.phone.title"), show_phone(hers["phone"]) if hers["phone"] else None),
            (_named("home"), home_of(hers["hamlet"], hers["unit_name"], outside=hers["outside"])),
            (Text("volunteer.activities.title"), Text("list", {"items": activities})),
            (Text("volunteer.free_time.title"), hers["free_time"]),
            (Text("volunteer.organisation.title"), hers["organisation"]),
            (_named("state"), Text("own.withdrawn_from") if hers["state"] == "withdrawn" else None),
        ]
    ]


def _noted(kept: Mapping[str, Any]) -> Things:
    return [
        [(Text("volunteer.full_name.title"), noted["name"]), (_named("made_at"), _at(noted["noted_at"]))]
        for noted in kept["noted_for_others"]
    ]


def _pledges(kept: Mapping[str, Any]) -> Things:
    return [
        [
            (_named("code"), pledge.code),
            (_named("helps"), Text("own.household", {"name": pledge.household, "commune": pledge.unit_name})),
            (_named("what"), gift_of(pledge.kind, pledge, pledge.measure)),
            (Text("pledge.phone.title"), show_phone(pledge.phone) if pledge.phone else None),
            (_named("made_at"), _at(pledge.created_at)),
            (_named("state"), Text(f"pledge.state.{pledge.standing}")),
        ]
        for pledge in (Pledge(**known) for known in kept["pledges"])
    ]


def _receipts(kept: Mapping[str, Any]) -> Things:
    return [
        [
            (_named("number"), str(receipt["number"])),
            (_named("day"), Text("own.on", {"day": receipt["arrived_on"]})),
            (_named("what"), receipt["what"]),
            (_named("worth"), Text("money", {"amount": Money(receipt["value"])}) if receipt["value"] else None),
            (_named("voided"), _at(receipt["voided_at"])),
        ]
        for receipt in kept["contributions"]
    ]


def _deeds(kept: Mapping[str, Any]) -> Things:
    return [
        [
            (_named("code"), deed["code"]),
            (_named("day"), Text("own.on", {"day": deed["done_on"]})),
            (_named("place"), home_of("", deed["unit_name"])),
            (_named("told"), deed["what"]),
            (_named("photos"), str(deed["pictures"]) if deed["pictures"] else None),
            (_named("state"), Text(f"deed.state.{deed['state']}")),
        ]
        for deed in kept["deeds"]
    ]


def _proposed(kept: Mapping[str, Any]) -> Things:
    return [
        [
            (_named("code"), address["code"]),
            (_named("made_at"), _at(address["created_at"])),
            (_named("told"), address["story"]),
            (_named("state"), Text(f"address.state.{address['state']}")),
        ]
        for address in kept["proposed_addresses"]
    ]


def _appeals(kept: Mapping[str, Any]) -> Things:
    return [
        [
            (_named("code"), appeal["code"]),
            (_named("refusal"), appeal["refusal"]),
            (_named("told"), appeal["said"]),
            (_named("made_at"), _at(appeal["created_at"])),
            (_named("state"), Text(f"appeal.state.{appeal['state']}")),
            (_named("answer"), appeal["answer"]),
        ]
        for appeal in kept["appeals"]
    ]


def _requests(kept: Mapping[str, Any]) -> Things:
    return [
        [
            (_named("number"), str(request["id"])),
            (_named("asked"), Text(f"request.kind.{request['kind']}")),
            (_named("told"), request["said"]),
            (_named("made_at"), _at(request["asked_at"])),
            (_named("state"), _stands(request)),
            (_named("answer"), request["answer"] or request["why"]),
        ]
        for request in kept["requests"]
    ]


def _stands(request: Mapping[str, Any]) -> Text:
    return Text(f"request.state.{request['state']}", {"until": request["act_due_at"], "at": request["closed_at"]})


def _threads(kept: Mapping[str, Any]) -> Things:
    return [
        [
            (Text(f"thread.about.{thread['kind']}", {"code": thread["code"]}), home_of("", thread["unit_name"])),
            *(_message(ThreadMessage(**message)) for message in thread["messages"]),
        ]
        for thread in kept["threads"]
    ]


def _notes(kept: Mapping[str, Any]) -> Things:
    return [
        [
            (Text(f"thread.about.{note['kind']}", {"code": note["code"]}), note["said"]),
            (_named("made_at"), _at(note["written_at"])),
        ]
        for note in kept["notes"]
    ]


def _message(message: ThreadMessage) -> Row:
    who = "own.said.officers" if message.by_officers else "own.said.person"
    return Text(who, {"at": message.said_at}), heard(message)


def _roles(kept: Mapping[str, Any]) -> Things:
    return [
        [
            (_named("role"), Text(f"role.{role['role']}")),
            (_named("since"), _at(role["granted_at"])),
            (_named("until"), _at(role["revoked_at"])),
        ]
        for role in kept["roles"]
    ]


def _rest(kept: Mapping[str, Any]) -> Things:
    """What is much, and stands in full in the copy for machines."""
    counted = {
        "messages.received": kept["messages_received"],
        "messages.sent": kept["messages_sent"],
        "announced": kept["announcements"],
        "photos": kept["photos"],
        "voices": kept["voice_messages"],
        "open_form": kept["open_form"],
    }
    return [[(_named(name), str(len(found))) for name, found in counted.items()]]
