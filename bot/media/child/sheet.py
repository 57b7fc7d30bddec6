"""The child process that reads one untrusted spreadsheet: any bytes on stdin, its rows as JSON on stdout.

It writes a list of rows, each a list of texts, or only the code of a `bot.sheets.BadSheet`. By hand:
``python -m bot.media.child.sheet < households.xlsx``. It imports nothing of ours, so that it holds nothing worth stealing.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import resource
import sys
import zipfile
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

# Everything that reading needs is loaded here, since the limits below forbid it later.
from openpyxl import load_workbook

codecs.lookup("cp437")  # the names inside a zip

Cells = TypeVar("Cells", str, list[str])

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold."""
MOST_ROWS, MOST_COLUMNS = 1000, 60
MOST_UNPACKED = 40 << 20
"""Bytes; a few kilobytes can unpack to gigabytes."""
MOST_TEXT = 2 << 20
"""Characters in all cells together; one long text can stand in a thousand of them."""
LIMITS = {
    resource.RLIMIT_AS: 768 * 2**20,  # bytes
    resource.RLIMIT_CPU: 15,  # seconds
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,  # a core dump would hold the names of families
    resource.RLIMIT_NOFILE: 0,  # what is open stays open; nothing more can be, neither file nor socket
}


class TooBig(Exception):
    """It holds more than anybody fills in by hand."""


def confine() -> None:
    """Give up what reading does not need, and let conversations go first on a busy machine."""
    os.nice(10)
    for limit, most in LIMITS.items():
        with suppress(ValueError, OSError):  # macOS cannot limit the address space; what is unpacked is limited anyway
            resource.setrlimit(limit, (most, most))


def rows(raw: bytes) -> list[list[str]]:
    """The rows of the first sheet as text, as people see it; formulas are not run.

    Raises TooBig, and any other exception when it is no spreadsheet.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
            raise TooBig
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    found: list[list[str]] = []
    length = 0
    for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
        found.append(trimmed([shown(cell) for cell in row]))
        length += sum(map(len, found[-1]))
        if len(found) > MOST_ROWS + 1 or length > MOST_TEXT:
            break
    found = trimmed(found)
    if len(found) > MOST_ROWS or length > MOST_TEXT:
        raise TooBig
    return found


def trimmed(line: list[Cells]) -> list[Cells]:
    """It, without what is empty at its end."""
    while line and not line[-1]:
        line.pop()
    return line


def shown(value: object) -> str:
    """A cell as people see it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    return UNPRINTABLE.sub("", str(value)).strip()


def answer(raw: bytes) -> bytes:
    """What to write for these bytes."""
    try:
        return json.dumps(rows(raw)).encode()
    except (TooBig, MemoryError):
        return b"sheet_too_big"
    except Exception:  # a parser that is fed rubbish raises anything at all
        return b"not_a_sheet"


if __name__ == "__main__":
    confine()
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
