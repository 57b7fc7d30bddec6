"""A catalogue is read as Babel reads it."""

from __future__ import annotations

import io

import pytest
from babel.messages.pofile import read_po

from locales import HERE, LANGUAGES
from locales.reading import read

ODD = r"""# A translator's remark: msgid "remark"
msgid ""
msgstr ""
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: handlers/somewhere.py:12
#, fuzzy, python-brace-format
msgid "one"
msgstr "say \"two\", \\ and\ta tab"

msgid "wrapped"
msgstr ""
"first line\n"
"ends in a \"quotation\""
" and goes on\\"

msgid "counted"
msgid_plural "counted"
msgstr[0] "{n} piece"
msgstr[1] ""
"{n} "
"pieces"

msgid "empty"
msgstr ""

#~ msgid "gone"
#~ msgstr "gone"
"""


@pytest.mark.parametrize(
    "text", [ODD, *((HERE / one / "LC_MESSAGES" / "bot.po").read_text("utf-8") for one in LANGUAGES)]
)
def test_a_catalogue_is_read_as_babel_reads_it(text: str) -> None:
    expected = {
        message.id[0] if isinstance(message.id, tuple) else message.id: message.string
        for message in read_po(io.BytesIO(text.encode()), locale="en")
        if message.id
    }
    assert read(text) == expected
