"""Keep an announcement's text under a name, and begin a new announcement with it, which is looked at and sent like any."""

from __future__ import annotations

from bot.broadcast.card import about
from bot.dialog.fields import Called, Hidden, Sure
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.arguments import A_PAGE, read_number, read_page
from handlers.broadcasts.access import find, may_be_kept, option
from handlers.broadcasts.compose import load_known
from handlers.broadcasts.form import Compose
from handlers.officers.access import pages
from locales import FIRST
from storage.broadcast import templates
from storage.broadcast.broadcasts import Broadcast
from storage.broadcast.templates import Template
from storage.talk import people

router = Router("broadcast_templates", role="officer")

PAGE = 6


class KeepTemplate(Form, name="keeptemplate", review=False):
    """What a text is called from now on."""

    number = Hidden()
    called = Called(least=2, most=40).in_full()


class DropTemplate(Form, name="droptemplate", review=False):
    """Whether a template is really to be removed."""

    number = Hidden()
    called = Hidden()
    sure = Sure(("keep", "drop"))

    def words(self) -> dict[str, object]:
        return {"name": self.called or ""}


@router.command("broadcast keep", opens=True)
async def keep(turn: Turn) -> None:
    """Ask for a name under which this announcement's text is kept."""
    if broadcast := await _find_seen(turn):
        turn.begin(KeepTemplate, number=str(broadcast.id))


@router.done(KeepTemplate)
async def save(turn: Turn, form: KeepTemplate) -> None:
    turn.rest = form.number or ""
    broadcast = await _find_seen(turn)
    if broadcast is None:
        return
    if not await templates.keep(turn.tx, form.called, broadcast.texts, turn.actor, turn.now):
        turn.reply("template.taken", name=form.called)
        return turn.reopen(form, "called")
    await turn.note("template.keep", about(broadcast.id))
    turn.reply("template.kept", [option("templates"), option("")], name=form.called)


@router.command("broadcast templates", after=A_PAGE)
async def every(turn: Turn) -> None:
    """All of them, by name."""
    page = read_page(turn.rest)
    shown, total = await templates.every(turn.tx, (page - 1) * PAGE, PAGE)
    if not shown:
        return turn.reply("template.none", [option("history"), option("")])
    opens = [Option(f"/broadcast template {one.id}", one.name) for one in shown]
    around = pages("/broadcast templates", page, total, each=PAGE)
    turn.reply("template.list", [*opens, *around, option("")], total=total)


@router.command("broadcast template")
async def show(turn: Turn) -> None:
    """The whole text, and what can be done with it."""
    template = await _find(turn)
    if template is None:
        return
    begins = Option(f"/broadcast begin {template.id}", Text("command.broadcast.begin.title"))
    drops = Option(f"/broadcast unkeep {template.id}", Text("command.broadcast.unkeep.title"), sense="danger")
    ends = [drops] if await _may_remove(turn, template) else []
    said = "\n\n".join(template.texts.values())
    turn.reply("template.card", [begins, option("templates"), *ends], name=template.name, said=said, quote=said)


@router.command("broadcast begin", opens=True)
async def begin(turn: Turn) -> None:
    """A new announcement with this text; everything else is asked, and it goes the way of every other."""
    template = await _find(turn)
    if template is not None:
        others = {name: text for name, text in template.texts.items() if name != FIRST}
        written = {"others": "write", **Compose.translations.answers(template.texts)} if others else {}
        turn.begin(Compose, text=template.texts.get(FIRST, ""), **written, known=await load_known(turn))


@router.command("broadcast unkeep", opens=True)
async def drop(turn: Turn) -> None:
    """Ask whether it is to be removed; only who kept it and admins may."""
    template = await _find(turn)
    if template is None:
        return
    if not await _may_remove(turn, template):
        return turn.reply("template.not_yours", [option("templates")], name=template.name)
    turn.begin(DropTemplate, number=str(template.id), called=template.name)


@router.done(DropTemplate)
async def remove(turn: Turn, form: DropTemplate) -> None:
    turn.rest = form.number or ""
    template = await _find(turn)
    if template is None:
        return
    if form.sure != "drop" or not await _may_remove(turn, template):
        return turn.reply("droptemplate.cancelled", [option("templates")])
    if await templates.remove(turn.tx, template.id):
        await turn.note("template.drop", f"template:{template.id}")
    turn.reply("template.dropped", [option("templates"), option("")], name=template.name)


async def _find_seen(turn: Turn) -> Broadcast | None:
    """The announcement that is meant, if somebody approved its text or it went out; nobody else has seen a draft."""
    broadcast = await find(turn)
    if broadcast is not None and not may_be_kept(broadcast):
        turn.reply("template.not_sent", [option("show", broadcast), option("")])
        return None
    return broadcast


async def _find(turn: Turn) -> Template | None:
    number = read_number(turn.rest)
    template = None if number is None else await templates.find(turn.tx, number)
    if template is None:
        turn.reply("template.gone", [option("templates"), option("")])
    return template


async def _may_remove(turn: Turn, template: Template) -> bool:
    """Whoever kept it, and who is an admin at this moment."""
    now_is = (await people.load(turn.tx, [turn.person.id]))[turn.person.id]
    return template.kept_by == turn.actor or now_is.has_role("admin")
