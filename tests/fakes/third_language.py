"""The program with Lao beside its own languages: one catalogue and one entry in ``LANGUAGES``, as a translator would add them.

``python -m pytest -p tests.fakes.third_language FILE`` runs tests in it, ``python -m tests.fakes.third_language …`` the
command line. Every Lao sentence is the English one behind a mark.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import locales

LAO = "lo"
MARK = "ລາວ "


def translate(folder: Path) -> None:
    """Write the catalogue. What people type stays as it is: those sentences are lists of words."""
    with (folder / "en" / "LC_MESSAGES" / "bot.po").open("rb") as file:
        english = read_po(file, locale="en")
    lao = Catalog(locale=LAO)
    for message in english:
        if not message.id:
            continue
        plural = isinstance(message.id, tuple)
        key = message.id[0] if plural else str(message.id)
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        said = str(forms[-1])
        said = said if key.endswith((".words", ".examples")) else MARK + said
        lao.add(message.id, (said,) if plural else said)
    path = folder / LAO / "LC_MESSAGES" / "bot.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, lao)


def add_lao() -> None:
    """Speak Lao from now on; to be called before anything else of the program is imported."""
    folder = Path(tempfile.mkdtemp(prefix="lao-"))
    for language in locales.LANGUAGES:
        shutil.copytree(locales.HERE / language, folder / language)
    translate(folder)
    locales.HERE = folder
    locales.LANGUAGES = (*locales.LANGUAGES, LAO)  # type: ignore[assignment]  # the real ones are two
    locales.OTHERS = [*locales.OTHERS, LAO]


add_lao()

if __name__ == "__main__":
    from bot.__main__ import main

    main()
