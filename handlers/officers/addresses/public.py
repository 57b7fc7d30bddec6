"""What everybody will read of a household tells nothing of what is sealed; an officer sees which words do."""

from __future__ import annotations

from bot.dialog.fields import Line, Story
from bot.dialog.forms import Form, Invalid
from bot.message import Heard
from bot.turn.turn import Turn
from bot.vietnamese.disclosure.sealed import Sealed, find_disclosed
from storage.aid import addresses, dossiers
from storage.aid.dossiers import KeptAddress
from storage.aid.sealing import Dossier


class PublicLine(Line):
    """A line for everybody, beside what the form's own answers seal."""

    def read(self, heard: Heard, form: Form) -> str:
        said = super().read(heard, form)
        commune = [unit.name for unit in form.facts.communes if unit.id == form.answers.get("commune")]
        if words := find_disclosed(said, _sealed_in(form), public=commune):
            raise Invalid("discloses", words=words)
        return said


class PublicStory(PublicLine, Story):
    """Several lines for everybody."""


async def find_disclosed_by(turn: Turn, kept: KeptAddress, then: Dossier | None = None) -> list[str]:
    """The words that tell who or where a household is, of all that everybody may read of it; ``then``: as somebody says
    that it should be sealed."""
    who = then or await dossiers.dossier(turn.tx, kept)
    needs = [words for need in await addresses.needs_of(turn.tx, kept.id) for words in (need.what, need.measure)]
    return words_of(who, "\n".join([kept.shown_name, kept.story, *needs]), kept.unit_name)


def words_of(who: Dossier | None, text: str, commune: str) -> list[str]:
    """The words of a text that tell who or where this household is."""
    sealed = Sealed(who.full_name, who.house, who.guardian) if who else Sealed("")
    return find_disclosed(text, sealed, public=[commune])


def _sealed_in(form: Form) -> Sealed:
    """What the answers before say, which only officers will read."""
    known = (str(form.answers.get(name) or "") for name in ("full_name", "house", "guardian"))
    return Sealed(*known)
