"""Whoever told of a deed or proposed a household that was refused asks once that another officer looks again."""

from __future__ import annotations

from bot.dialog.fields import Hidden, Story, Sure
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Notice, Redraw, Turn
from handlers.arguments import A_CODE, read_code
from handlers.buttons import DESK, MENU, MY, open_card
from handlers.threads import matter_named, reply_to
from storage.aid import appeals
from storage.aid.appeals import Appeal, Refusal
from storage.campaign import staff
from storage.rights import spoken

router = Router("appeal")
at_desk = Router("appeal_at_desk", role="officer")
"""Who has no phone comes to the office again; whoever wrote for her writes down what she says to the refusal, too."""

MOST = 8
"""So many refusals to choose from: the newest of each kind."""


class AskAgain(Form, name="appeal", review=False):
    """What she says to the refusal."""

    code = Hidden()
    refusal = Hidden()
    said = Story(least=10, most=1000)

    def words(self) -> dict[str, object]:
        return {"code": self.code or "", "refusal": self.refusal or None}


class TakeBackAppeal(Form, name="takebackappeal", review=False):
    """Whether nobody is to look again; it cannot be asked for twice."""

    code = Hidden()
    sure = Sure(("keep", "withdraw"))

    def words(self) -> dict[str, object]:
        return {"code": self.code or ""}


@router.command("appeal", consent="take_part", opens=True, listed=False)
async def appeal(turn: Turn) -> None:
    """Ask what she says to the refusal whose code follows; without one, which it is."""
    code = read_code(turn.rest)
    if not code:
        return await _ask_which(turn)
    refused = await _find(turn, code)
    if refused is not None:
        turn.begin(AskAgain, code=refused.code, refusal=refused.reason)


@at_desk.command("desk appealfor", opens=True, after=A_CODE, listed=False)
async def appeal_for(turn: Turn) -> None:
    """The same for somebody without a phone, by the officer through whom it was proposed."""
    code = read_code(turn.rest)
    noted = await spoken.of_person(turn.tx, await _whose(turn, code))
    if noted is None:
        return turn.reply("appeal.not_noted", [open_card("address", code), DESK] if code else [DESK])
    refused = await _find(turn, code)
    if refused is not None:
        above = Text("appeal.for", {"name": noted.name})
        turn.begin(AskAgain, above=above, code=refused.code, refusal=refused.reason)


@router.done(AskAgain)
async def send(turn: Turn, form: AskAgain) -> None:
    """Keep it, and tell whoever may look again: never who refused."""
    refused = await _find(turn, form.code)
    if refused is None:
        return
    if not await appeals.add(turn.tx, refused, form.said, turn.now):
        return await _tell_standing(turn, refused.code)
    await turn.note("appeal", f"{refused.kind}:{refused.code}")
    matter = matter_named(refused.kind, refused.code)
    for person_id in await _others(turn, refused):
        turn.notices.append(
            Notice(
                Text("appeal.notice", {"matter": matter}),
                person_id=person_id,
                options=(open_card("appeal", refused.code),),
                about=f"appeal:{refused.code}",
            )
        )
    turn.reply("appeal.sent", [MY, MENU], matter=matter)


@router.command("my unappeal", opens=True, listed=False)
async def withdraw(turn: Turn) -> None:
    """Take back the appeal on what has this code, once she is sure."""
    code = read_code(turn.rest)
    hers = await _made(turn, code)
    if hers is None:
        return turn.reply("appeal.nothing", [MY, MENU])
    if hers.state != "waiting":
        return await _tell_standing(turn, code)
    turn.begin(TakeBackAppeal, code=hers.code)


@router.done(TakeBackAppeal)
async def take_back(turn: Turn, form: TakeBackAppeal) -> None:
    if form.sure != "withdraw":
        return turn.reply("appeal.stays", [MY, MENU])
    hers = await _made(turn, form.code)
    if hers is None or not await appeals.withdraw(turn.tx, hers.person_id, form.code, turn.now):
        return await _tell_standing(turn, form.code)  # an officer was faster
    await turn.note("withdraw_appeal", f"{hers.kind}:{hers.code}")
    matter = matter_named(hers.kind, hers.code)
    gone = Text("appeal.redraw", {"matter": matter, "state": Text("appeal.state.withdrawn")})
    turn.notices.append(Redraw(f"appeal:{hers.code}", gone, quiet=True))
    turn.reply("appeal.withdrawn", [MY, MENU], matter=matter)


async def _find(turn: Turn, code: str) -> Refusal | None:
    """What of hers was refused and nobody was asked to look at again, if there is somebody; otherwise she is answered."""
    if await _made(turn, code) is not None:
        await _tell_standing(turn, code)
        return None
    refused = await appeals.refusal(turn.tx, code, await _whose(turn, code))
    if refused is None:
        turn.reply("appeal.nothing", [MY, MENU])
        return None
    if not await _others(turn, refused):
        turn.reply("appeal.nobody", [Option("/hotline", Text("command.hotline.title")), reply_to(refused.code), MENU])
        return None
    return refused


async def _others(turn: Turn, refused: Refusal) -> list[int]:
    """Who may look again: neither who refused, nor herself, nor whose it is."""
    return await staff.others(turn.tx, refused.unit_id, {turn.person.id, refused.person_id, refused.by})


async def _whose(turn: Turn, code: str) -> int:
    """For whom she speaks about what has this code: for herself, or for whom she wrote and who has not come herself."""
    owner = await appeals.owner(turn.tx, code)
    noted = None if owner in (None, turn.person.id) else await spoken.of_person(turn.tx, owner)
    return noted.person_id if noted is not None and noted.noted_by == turn.person.id else turn.person.id


async def _made(turn: Turn, code: str) -> Appeal | None:
    """Her appeal on what has this code."""
    hers = await appeals.of_person(turn.tx, await _whose(turn, code))
    return next((one for one in hers if one.code == code.upper()), None)


async def _tell_standing(turn: Turn, code: str) -> None:
    """What became of her appeal: there is no second one."""
    made = await _made(turn, code)
    if made is None:
        return turn.reply("appeal.nothing", [MY, MENU])
    options = [withdraw_option(code)] if made.state == "waiting" else [reply_to(code)]
    turn.reply(
        f"appeal.already.{made.state}",
        [*options, MY, MENU],
        matter=matter_named(made.kind, made.code),
        at=made.decided_at or made.created_at,
        answer=made.answer,
    )


async def _ask_which(turn: Turn) -> None:
    """What of hers was refused and may be looked at again."""
    asked = {one.code for one in await appeals.of_person(turn.tx, turn.person.id)}
    left = [one for one in await appeals.refusals(turn.tx, turn.person.id) if one.code not in asked]
    if not left:
        return turn.reply("appeal.none", [MY, MENU])
    turn.reply("appeal.which", [*(appeal_option(one.code) for one in left[:MOST]), MENU])


def appeal_option(code: str) -> Option:
    """What asks for another look at this thing, where several stand together."""
    return Option(f"/appeal {code}", Text("appeal.of", {"code": code}))


def withdraw_option(code: str) -> Option:
    """What takes the appeal on this thing back."""
    return Option(f"/my unappeal {code}", Text("appeal.withdraw", {"code": code}), sense="danger")
