"""What was decided once about the wording holds everywhere: commands, buttons, capitals, units, tone marks, words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.dialog.fields import Choice, Choices
from bot.turn.routes import Routes
from bot.vietnamese.fold import fold
from handlers import ROUTERS
from locales import LANGUAGES, Speech, catalogue, phrases
from tests import ROOT

ROUTES = Routes(ROUTERS)
BUTTON = {"vi": 24, "en": 28}
"""So many letters fit on a button of a phone; what fills a placeholder is shortened where it is filled in."""
LISTS = re.compile(r"(^order\..*|.*\.words|.*\.examples|^examples\..*|^said\..*|^kinds\..*|^weekdays)$")
"""Sentences that list what people may type, in whatever words."""
FOR_OFFICERS = ("command.", "desk.", "report.", "audit.", "staff.", "status.", "units.", "calendar.", "web.demo.")
"""Those who read these are told command lines too."""
SLASH = re.compile(r"(?<![\w/:.…<])/([a-z]{2,})\b")
LATE_TONE = re.compile(r"(?<![qQ])(?:[oO][àáảãạèéẻẽẹ]|[uU][ỳýỷỹỵ])(?!\w)")
"""«hoà», «khoẻ», «huỷ»: we write «hòa», «khỏe», «hủy», and understand both."""
RETIRED = {
    "vi": r"bàn việc|việc tốt|chúng tôi|thu quyền|tách tài khoản|nối tài khoản|thư mời|(?<!sáp )nhập đơn vị|(?<!trả )lời tin|"
    r"giờ yên tĩnh|tuần cao điểm|khóa người|hồ sơ kín|đã hứa|cây đơn vị|người kể|chưa có gì để nói",
    "en": r"sealed|dossiers?|givers?|begun|reporters?|tell of|arrived|promised|her|hers|herself|society",
}
RETIRED_ON_PAGES = r"the society|dossiers?|givers?|begun|reporters?|tell of|she|her|hers|herself"
"""English pages also speak of machines, where things arrive and are sealed."""


def sentences(language: str) -> Iterator[tuple[str, str]]:
    """Every form of every sentence with its key, without those that list what people may type."""
    for key, sentence in catalogue(language).items():
        if not LISTS.fullmatch(key):
            yield from ((key, form) for form in (sentence if isinstance(sentence, tuple) else (sentence,)))


def speech(language: str) -> Speech:
    return Speech(language, ZoneInfo("UTC"))


def called(*names: str) -> Iterator[ast.Call]:
    """Every call of these functions in the program."""
    for folder in ("bot", "handlers"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in names
                ):
                    yield node


def keys(node: ast.expr) -> set[str]:
    """The sentences that an argument may name: written out, or put together."""
    if isinstance(node, ast.Constant):
        return {str(node.value)} & catalogue("vi").keys()
    if isinstance(node, ast.IfExp):
        return keys(node.body) | keys(node.orelse)
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z_]+" for p in node.values]
        return {key for key in catalogue("vi") if re.fullmatch("".join(parts), key)}
    return set()


def labels() -> set[str]:
    """The sentences that stand on buttons."""
    found = {f"{command.key}.title" for command in ROUTES.commands.values()}
    for form in (led.form for led in ROUTES.dialogs.values()):
        found |= {f"{form.name}.confirm"} if form.review else set()
        for field in form.fields.values():
            if isinstance(field, Choice | Choices) and not callable(field.values):
                found |= {f"{field.key}.{value}" for value in field.values}
    for option in called("Option"):
        label = option.args[1] if len(option.args) > 1 else None
        if isinstance(label, ast.Call) and getattr(label.func, "id", "") == "Text":
            found |= keys(label.args[0])
    return {key for key in found if not key.endswith(".ask")}


def test_no_two_commands_of_one_role_have_words_that_fold_alike() -> None:
    """Unmarked, one of them would be taken for the other: «dừng» (stop) once ran «đúng» (right)."""
    seen: dict[tuple[str, str, str], str] = {}
    for command in ROUTES.commands.values():
        above, _, name = command.name.rpartition(" ")
        for words in {name, *phrases(f"{command.key}.words")}:
            place = ("" if above else command.role, above, fold(words))
            assert seen.setdefault(place, command.name) == command.name, words


def test_every_command_has_a_vietnamese_name() -> None:
    for command in ROUTES.commands.values():
        english = command.name.rpartition(" ")[2]
        assert speech("vi").words(f"{command.key}.words")[0] != english or english in ("menu", "zalo"), command.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_names_only_commands_of_its_own_language(language: str) -> None:
    own = {command.slug(speech(language)) for command in ROUTES.commands.values() if " " not in command.name}
    for key, sentence in sentences(language):
        assert set(SLASH.findall(sentence)) <= own, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_residents_are_told_of_no_slash_command(language: str) -> None:
    """They are told a word to write, or get a button."""
    officers = (*FOR_OFFICERS, "broadcast.", "campaign.", "settings.", "find.", "setup.", "link.told_admins")
    for key, sentence in sentences(language):
        if not key.startswith(officers) or key == "broadcast.footer":
            assert not SLASH.findall(sentence), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_on_a_button_fits_on_it(language: str) -> None:
    known = catalogue(language)
    for key in labels() & known.keys():
        label = re.sub(r"\{[^}]*\}", "", str(known[key]))
        assert len(label) <= BUTTON[language], f"{key}: {label}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_begins_with_a_capital_letter(language: str) -> None:
    said = {
        key for call in called("reply", "tell", "tell_officers") for argument in call.args[:2] for key in keys(argument)
    }
    said |= {
        key
        for key in catalogue(language)
        if key.startswith("wrong.") or (key.endswith(".ask") and not key.startswith("audit.act."))
    }
    for key, sentence in sentences(language):
        first = next((c for c in sentence if c.isalpha() or c == "{"), "{")
        assert key not in said or not first.islower(), key


def test_a_unit_s_name_is_written_as_its_place_in_the_sentence_asks_and_its_kind_not_twice() -> None:
    for key, sentence in sentences("vi"):
        assert not re.search(r"(?i)\b(?:xã|phường|đặc khu):? \{(?:commune|unit)", sentence), key
        assert not re.search(r"(?<!\{)\{(?:commune|unit)\}", sentence), f"{key}: write {{commune:unit}}"


def handbooks() -> list[Path]:
    """The pages in Vietnamese, whose titles are."""
    return [
        path
        for path in (ROOT / "docs").glob("*.md")
        if not path.read_text(encoding="utf-8").partition("\n")[0].isascii()
    ]


PRESSED = {"vi": r"\bbấm\b", "en": r"\bpress\b"}
ONLY_WHERE_ONE_PRESSES = (
    "web.",
    "notify.",
    "command.notify.",
    "push.",
    "voice.none",
    "telegram.",
    "setup.",
    "grant.typed_phone",
    "ready.unsafe.",
    "oa.",
)
"""These are read on a page, on Telegram or at a keyboard, or are about what another app shows."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_told_to_press_what_may_be_a_number_to_type(language: str) -> None:
    for key, sentence in sentences(language):
        assert key.startswith(ONLY_WHERE_ONE_PRESSES) or not re.search(f"(?i){PRESSED[language]}", sentence), key


def vietnamese() -> Iterator[tuple[str, str]]:
    """All that we say in Vietnamese: the sentences, the ready messages, the demo and the handbooks."""
    yield from sentences("vi")
    for path in (*(ROOT / "storage" / "data").glob("*.toml"), *handbooks()):
        yield path.name, path.read_text(encoding="utf-8")


def english() -> Iterator[tuple[str, str]]:
    """The pages in English, without what stands in them as code."""
    for path in {ROOT / "README.md", *(ROOT / "docs").glob("*.md")} - set(handbooks()):
        yield path.name, re.sub(r"`[^`]*`", "", path.read_text(encoding="utf-8"))


def test_tone_marks_are_written_in_the_decided_way() -> None:
    for where, text in vietnamese():
        assert LATE_TONE.findall(text) == [], where


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_were_decided_against_do_not_come_back(language: str) -> None:
    retired = re.compile(rf"(?i)\b(?:{RETIRED[language]})\b")
    for where, text in vietnamese() if language == "vi" else sentences("en"):
        assert retired.findall(re.sub(r"\{[^}]*\}", "", text)) == [], where


def test_the_pages_in_english_use_the_same_words_and_her_for_nobody() -> None:
    retired = re.compile(rf"(?i)\b(?:{RETIRED_ON_PAGES})\b")
    for where, text in english():
        assert retired.findall(text) == [], where
