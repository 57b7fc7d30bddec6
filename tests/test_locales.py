"""Every sentence the program can say exists in every language, with the same placeholders, and none is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channels.table import KINDS
from bot.dialog import orders
from bot.dialog.course import EDIT, LEAVE, REVIEW
from bot.dialog.fields import Choice, Choices, Phrase
from bot.dialog.fields.words import UNREAD
from bot.dialog.forms import Form
from bot.media.fetch import OF_SHEETS, OF_VOICES
from bot.turn.routes import Routes
from bot.vietnamese.amounts.amount import in_words
from handlers import ROUTERS
from handlers.admins.setup import SetupForm
from handlers.residents.start import MAIN
from locales import FIRST, LANGUAGES, Speech, catalogue
from storage.rights.retention import KEPT
from storage.tables import deeds, pledges
from tests import ROOT

ROUTES = Routes(ROUTERS)
KEY = re.compile(r"[a-z+][a-z_]*(?:\.[a-z_]+)*")
SAID_BY = {
    "Text",
    "reply",
    "say",
    "say_inside",
    "tell",
    "tell_officers",
    "tell_admins",
    "_tell_admins",
    "_error",
    "phrases",
    "folded_phrases",
}
"""What takes the key of a sentence as its first or second argument."""


OF_READERS = ("ask", "refuse", "agree")
"""What readers return says with its first or second argument why a value is not taken."""


def sources() -> Iterator[Path]:
    for folder in ("bot", "handlers", "storage", "locales"):
        yield from (ROOT / folder).rglob("*.py")


def nodes(*kinds: type[ast.AST]) -> Iterator[Any]:
    for path in sources():
        yield from (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, kinds))


def alternatives(node: ast.AST) -> Iterator[str]:
    """The text that stands in an argument, or the two of «a if … else b»."""
    both = (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)
    for part in node.values if isinstance(node, ast.BoolOp) else both:
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and KEY.fullmatch(part.value):
            yield part.value


def said_by_name() -> Iterator[str]:
    """The keys that stand in the code as they are."""
    for call in nodes(ast.Call):
        if (getattr(call.func, "id", "") or getattr(call.func, "attr", "")) in SAID_BY and call.args:
            yield from (key for argument in call.args[:2] for key in alternatives(argument))


def patterns() -> Iterator[re.Pattern[str]]:
    """The keys that are put together, such as «pledge.state.…»; errors are looked for by their codes instead."""
    for joined in nodes(ast.JoinedStr):
        parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[a-z_.]+" for p in joined.values]
        if re.match(r"[a-z]+\\\.", parts[0]) and not parts[0].startswith("wrong"):
            yield re.compile("".join(parts))


def of_forms() -> Iterator[str]:
    forms: list[type[Form]] = [SetupForm, *(led.form for led in ROUTES.dialogs.values())]
    for form in forms:
        yield from (f"{form.name}.title", f"{form.name}.cancelled")
        if form.review:
            yield f"{form.name}.confirm"
            yield from {f"{form.name}.confirm.words"} & catalogue(FIRST).keys()
        for field in form.fields.values():
            if not field.hidden:
                yield from (f"{field.key}.ask", f"{field.key}.title")
            elif field.told:
                yield f"{field.key}.title"
            if field.skip_named:
                yield f"{field.key}.skip"
            if field.offered:
                yield f"{field.key}.add"
            if field.language:
                more = (f"{field.key}.also", f"{field.key}.example")
                yield from (key for key in more if key in catalogue(FIRST))
            if isinstance(field, Phrase):
                yield f"{field.key}.words"
            if isinstance(field, Choice | Choices) and not callable(field.values):
                yield from (f"{field.key}.{value}" for value in field.values)


def of_commands() -> Iterator[str]:
    for command in ROUTES.commands.values():
        yield from (f"{command.key}.{part}" for part in ("words", "title", "help"))


def of_errors() -> Iterator[str]:
    """The codes of Invalid, BadPicture, BadSheet, BadVoice and FetchFailed, and those that wait in a variable."""
    for call in nodes(ast.Call):
        if getattr(call.func, "id", "") in (
            "Invalid",
            "BadPicture",
            "BadSheet",
            "BadVoice",
            "FetchFailed",
            "WrongRule",
            "_typed",
            *OF_READERS,
        ):
            yield from (f"wrong.{code}" for argument in call.args[:2] for code in alternatives(argument))
    for code in (
        "not_an_option",
        "not_a_picture",
        "too_many_pixels",
        "words_wanted",
        *OF_SHEETS.values(),
        *OF_VOICES.values(),
        *UNREAD.values(),
    ):  # the child names two of them
        yield f"wrong.{code}"


def of_data() -> Iterator[str]:
    yield from (f"kept.{kept.key}" for kept in KEPT)
    for name, table in (("pledge", pledges), ("deed", deeds)):
        states = next(c for c in table.constraints if str(c.name).endswith("state"))
        yield from (f"{name}.state.{value}" for value in re.findall(r"'(\w+)'", str(states.sqltext)))  # type: ignore[attr-defined]
    demo = (ROOT / "storage" / "data" / "demo.toml").read_text(encoding="utf-8")
    yield from (f"address.category.{value}" for value in re.findall(r'category = "(\w+)"', demo))
    yield from (f"addresses.kind.{kind}" for kind in ("money", "goods", "work"))
    yield from (f"channel.{name}" for name in KINDS)


def sayable() -> set[str]:
    """Every key that the program may look up."""
    buttons = {value for name, value in vars(orders).items() if name.isupper() and isinstance(value, str)}
    silent = {
        orders.SEND, orders.PICKED, orders.NEXT, orders.NONE, orders.MORE, orders.HOME, orders.KNOWN, orders.OFF,
        orders.OUTSIDE,
    }  # fmt: skip
    marks = {"+picked", "+unpicked", "+stay", "+drop", "+progress", "+leave.for_good"}
    heard = {key for key in catalogue("vi") if key.endswith(".examples") or key == "examples.places"}
    return {
        *said_by_name(), *of_forms(), *of_commands(), *of_errors(), *of_data(), *(buttons - silent),
        REVIEW, EDIT, LEAVE, *marks, *heard
    }  # fmt: skip


def test_every_sentence_that_can_be_said_exists() -> None:
    assert sayable() - catalogue("vi").keys() == set()


def test_no_sentence_is_left_over() -> None:
    known, built = sayable(), list(patterns())
    left = [
        key
        for key in catalogue("vi").keys() - known
        if not key.startswith("web.") and not any(pattern.fullmatch(key) for pattern in built)
    ]
    assert sorted(left) == []


def test_every_word_of_the_chat_page_is_used() -> None:
    pages = "".join(
        path.read_text(encoding="utf-8")
        for pattern in ("web/static/*.js", "channels/web/*.py", "channels/web/pages/*.html")
        for path in (ROOT / "bot").glob(pattern)
    )
    left = [k for k in catalogue("vi") if k.startswith("web.") and k.removeprefix("web.").split(".")[-1] not in pages]
    assert left == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_languages_have_the_same_sentences(language: str) -> None:
    assert catalogue(language).keys() == catalogue("vi").keys()
    assert all(catalogue(language).values()), "an empty sentence"


def placeholders(sentence: str | tuple[str, ...]) -> set[str]:
    forms = sentence if isinstance(sentence, tuple) else (sentence,)
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_languages_fill_in_the_same_things(language: str) -> None:
    for key, sentence in catalogue("vi").items():
        assert placeholders(catalogue(language)[key]) == placeholders(sentence), key
        for name in placeholders(sentence):
            assert name.isidentifier(), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_tidy(language: str) -> None:
    for key, sentence in catalogue(language).items():
        for form in sentence if isinstance(sentence, tuple) else (sentence,):
            assert form == form.strip() or key == "money.dong", key
            assert "  " not in form, key
            assert "<" not in form, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_ends_behind_a_household_whose_name_ends_with_a_dot(language: str) -> None:
    assert [key for key, sentence in catalogue(language).items() if ":household}." in str(sentence)] == []


def test_a_command_s_slash_name_fits_every_platform() -> None:
    for language in LANGUAGES:
        speech = Speech(language, ZoneInfo("UTC"), in_words)
        names = [command.slug(speech) for command in ROUTES.commands.values() if " " not in command.name]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in names), names


def test_what_officers_and_admins_may_do_is_explained_by_an_example() -> None:
    for language in LANGUAGES:
        speech = Speech(language, ZoneInfo("UTC"), in_words)
        for command in ROUTES.commands.values():
            if command.role != "resident":
                typed = ROUTES.commands[command.name.partition(" ")[0]].slug(speech)
                assert f"/{typed}" in speech.say(f"{command.key}.help"), command.name


def test_the_menu_has_six_entries_and_two_aside() -> None:
    assert sorted(c.menu for c in ROUTES.commands.values() if c.menu) == list(range(1, MAIN + 3))


def test_there_is_no_sentence_in_code() -> None:
    marks = re.compile("[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
    for path in sources():
        if {"vietnamese", "understanding", "data"} & set(path.parts):  # what people write and places are called
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)}
        alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
                text = node.value
                assert text in documented or not marks.search(text) or "Tháng Nhân đạo" in text, f"{path.name}: {text}"


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def test_the_name_of_a_form_fits_behind_your() -> None:
    """As in «Please check your …», «Drop your …?»."""
    speech = Speech("en", ZoneInfo("UTC"))
    titles = [speech.say(f"{led.form.name}.title") for led in ROUTES.dialogs.values()]
    assert titles
    assert not [title for title in titles if title.split()[0].lower() in ("the", "a", "an", "your", "my")]


def test_every_form_s_buttons_fit_into_telegram_s_64_bytes() -> None:
    forms: list[type[Form]] = [SetupForm, *(led.form for led in ROUTES.dialogs.values())]
    for form in forms:
        assert issubclass(form, Form)
        for field in form.fields.values():
            longest = max([*getattr(field, "values", ()), "+cancel", "123456789012345"], key=len) if not callable(
                getattr(field, "values", ())
            ) else "123456789012345"  # fmt: skip
            assert len(f"{form.name}.{field.name}={longest}".encode()) <= 64
