"""What reads one untrusted spreadsheet in a child process that `confined` confines: any bytes in, its rows as JSON out.

It answers a list of rows, each as `Row` says, or only the code of a `bot.media.sheets.BadSheet`. It imports nothing of ours,
so that it holds nothing worth stealing.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import resource
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, time, timedelta
from typing import Any
from xml.etree import ElementTree

# Everything that reading needs is loaded here, since the limits below forbid it later.
import xlrd
from python_calamine import CalamineWorkbook, SheetTypeEnum

for encoding in ("cp437", "cp1258", "utf-16", "utf-8-sig", "utf-16-le", "cp1252", "latin-1"):
    codecs.lookup(encoding)  # of the names inside a zip, of .csv, of .xls

ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0"
"""How files of .xlsx and of .xls begin."""
NAMED = re.compile(r"sep=(.)\r?\n")

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold."""
MOST_ROWS, MOST_COLUMNS = 20_000, 60
"""Filled ones; what is for fewer rows says so itself."""
MOST_CELLS = 2_000_000
"""From the first cell to the last one that is filled, since all between them are held in memory."""
MOST_UNPACKED = 40 << 20
"""Bytes; a few kilobytes can unpack to gigabytes."""
MOST_TEXT = 2 << 20
"""Characters in all cells together; one long text can stand in a thousand of them."""
NO_VALUE = "#VALUE!"
"""What stands for a formula that nobody has reckoned yet."""
LIMITS = {
    resource.RLIMIT_AS: 768 * 2**20,  # bytes
    resource.RLIMIT_CPU: 15,  # seconds
}


class TooBig(Exception):
    """It holds more than anybody fills in by hand."""


@dataclass
class Row:
    """A row with something in it, as a spreadsheet counts its rows; what of it is a date there, whether it is hidden, and in
    which of the sheets that are shown it stands, from 0."""

    number: int
    cells: list[str]
    dates: list[int]
    hidden: bool = False
    sheet: int = 0


def rows(raw: bytes) -> list[Row]:
    """The filled rows of every sheet that is shown, as text, as people see it; formulas are not run.

    Raises TooBig, and any other exception when it is no spreadsheet.
    """
    if raw.startswith(ZIP):
        found = of_xlsx(raw)
    elif raw.startswith(OLE):
        found = of_xls(raw)
    else:
        found = of_csv(raw)
    kept: list[Row] = []
    length = 0
    for number, values, hidden, sheet in found:
        cells = trimmed([shown(value) for value in values[:MOST_COLUMNS]])
        if not cells:
            continue
        dates = [n for n, value in enumerate(values) if isinstance(value, date | time | timedelta)]
        kept.append(Row(number, cells, dates, hidden, sheet))
        length += sum(map(len, cells))
        if len(kept) > MOST_ROWS or length > MOST_TEXT:
            raise TooBig
    return kept


Raw = tuple[int, Sequence[object], bool, int]
"""The number of a row, its values, whether it is hidden, its sheet."""


def of_xlsx(raw: bytes) -> Iterator[Raw]:
    """The rows of an .xlsx file, also of one that is «strict», whatever it says of its own size."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
            raise TooBig
        seen = {name: look(packed, path) for name, path in shown_sheets(packed).items()}
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    pages = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet and one.name in seen]
    for sheet, name in enumerate(pages):
        rows, errors = book.get_sheet_by_name(name).to_python(skip_empty_area=False), seen[name].errors
        rows += [[] for _ in range(max(errors, default=0) - len(rows))]
        for number, values in enumerate(rows, 1):
            for column, error in errors.get(number, {}).items():
                values += [""] * (column - len(values))
                values[column - 1] = error
            yield number, values, number in seen[name].hidden, sheet


def shown_sheets(packed: zipfile.ZipFile) -> dict[str, str]:
    """The sheets that are shown, in their order: where in the file each is."""
    book = ElementTree.fromstring(packed.read("xl/workbook.xml"))
    links = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter():
        if name_of(sheet.tag) == "sheet" and sheet.get("state", "visible") == "visible":
            link = next(value for name, value in sheet.items() if name.startswith("{") and name_of(name) == "id")
            path = targets[link]
            found[sheet.get("name", "")] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return found


@dataclass
class Seen:
    """What its reader does not tell of a sheet: the rows that nobody sees, also those that a filter hides, and by row and
    column the cells whose formula has come to nothing."""

    hidden: set[int] = field(default_factory=set)
    errors: dict[int, dict[int, str]] = field(default_factory=dict)


def look(packed: zipfile.ZipFile, path: str) -> Seen:
    """Raises TooBig for a sheet that would fill the memory."""
    seen = Seen()
    number = last = widest = column = 0
    with packed.open(path) as sheet:
        for event, element in ElementTree.iterparse(sheet, ("start", "end")):
            tag = name_of(element.tag)
            if event == "start" and tag == "row":
                number, column = int(element.get("r") or number + 1), 0
                if element.get("hidden") in ("1", "true"):
                    seen.hidden.add(number)
            elif event == "start" and tag == "c":
                column = column_of(element.get("r", "")) or column + 1
            elif event == "end" and tag in ("v", "is", "f"):
                last, widest = max(last, number), max(widest, column)
                if last * widest > MOST_CELLS:
                    raise TooBig
            elif event == "end" and tag == "c" and column <= MOST_COLUMNS and (error := error_of(element)):
                seen.errors.setdefault(number, {})[column] = error
            elif event == "end" and tag == "row":
                element.clear()
    return seen


def error_of(cell: ElementTree.Element) -> str:
    """What a cell shows whose formula has come to nothing, or was never reckoned; empty of any other."""
    inside = {name_of(part.tag): part.text or "" for part in cell}
    if cell.get("t") == "e":
        return inside.get("v") or NO_VALUE
    return NO_VALUE if "f" in inside and not inside.get("v") and cell.get("t") != "str" else ""


def column_of(reference: str) -> int:
    """Of «AB12», 28; 0 where there is none."""
    n = 0
    for letter in reference.rstrip("0123456789"):
        n = n * 26 + ord(letter) - ord("A") + 1
    return n


def name_of(tag: str) -> str:
    """Without the namespace, of which there are two in use."""
    return tag.rpartition("}")[2]


def of_xls(raw: bytes) -> Iterator[Raw]:
    """The rows of a file of Excel 97 to 2003."""
    book = xlrd.open_workbook(file_contents=raw, formatting_info=True, logfile=io.StringIO())
    for at, sheet in enumerate(one for one in book.sheets() if one.visibility == 0):
        for n in range(sheet.nrows):
            info = sheet.rowinfo_map.get(n)
            yield n + 1, [of_xls_cell(cell, book.datemode) for cell in sheet.row(n)], bool(info and info.hidden), at


def of_xls_cell(cell: Any, datemode: int) -> object:
    """Its value as other spreadsheets give it."""
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return xlrd.error_text_from_code[cell.value] if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


def of_csv(raw: bytes) -> Iterator[Raw]:
    """The rows of a text file, split by whatever splits it into most cells. Raises ValueError when it is no text."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = unicodedata.normalize("NFC", raw.decode("cp1258", "replace"))
    if "\0" in text:
        raise ValueError
    named = NAMED.match(text)
    if named:  # Excel's own word for what splits, which it shows to nobody
        text = text[named.end() :]
    parted = [list(csv.reader(io.StringIO(text, newline=""), delimiter=by)) for by in (named[1] if named else ",;\t")]
    best = max(parted, key=lambda rows: sum(len(row) for row in rows if len(row) > 2))
    if not any(len(row) > 2 for row in best):
        raise ValueError
    return ((number, row, False, 0) for number, row in enumerate(best, 1))


def trimmed(line: list[str]) -> list[str]:
    """It, without what is empty at its end."""
    while line and not line[-1]:
        line.pop()
    return line


def shown(value: object) -> str:
    """A cell as people see it; a fraction with the comma that they write."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value).replace(".", ",")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return UNPRINTABLE.sub("", str(value)).strip()


def answer(raw: bytes) -> bytes:
    """What to write for these bytes."""
    try:
        return json.dumps([asdict(row) for row in rows(raw)]).encode()
    except (TooBig, MemoryError):
        return b"sheet_too_big"
    except Exception:  # a parser that is fed rubbish raises anything at all
        return b"not_a_sheet"
