"""Commands and subcommands: found by their names and words, in any language, and only by those who may."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.message import Reply
from bot.turn.router import Router
from bot.turn.routes import Routes, everyone
from bot.turn.spoken import spoken
from bot.turn.turn import Turn
from handlers import ROUTERS
from locales import LANGUAGES, Speech
from storage.tables import consents
from tests.desk import admins, appoint
from tests.stage import Stage

router = Router("trial")


@router.command("start")
async def start(turn: Turn) -> None:
    turn.reply(Reply("welcome"))


@router.command("menu")
async def menu(turn: Turn) -> None:
    turn.reply(Reply("menu"))


@router.command("link")
async def link(turn: Turn) -> None:
    turn.reply(Reply(f"link [{turn.rest}]"))


@router.command("link stop")
async def link_stop(turn: Turn) -> None:
    turn.reply(Reply(f"stopped [{turn.rest}]"))


@router.command("link menu", role="admin")
async def link_menu(turn: Turn) -> None:
    turn.reply(Reply("only admins"))


@pytest.fixture
async def trial(stage: Stage) -> Stage:
    stage.routers = (router,)
    await stage.say("/start")
    return stage


async def answer(stage: Stage, text: str, address: str = "1") -> str:
    return (await stage.say(text, address))[0].text


async def test_a_subcommand_is_an_act_of_its_own_with_what_follows_it(trial: Stage) -> None:
    assert await answer(trial, "/link") == "link []"
    assert await answer(trial, "/link stop  7 8") == "stopped [7 8]"
    assert await answer(trial, "/link STOP") == "stopped []"


async def test_a_subcommand_of_another_role_is_as_if_it_were_not_there(trial: Stage) -> None:
    assert "only admins" not in await answer(trial, "/link menu")


async def test_the_same_words_mean_to_each_what_she_may_do(stage: Stage) -> None:
    await stage.agree("take_part")
    await appoint(stage, "2")
    assert "Thông báo" in await answer(stage, "thông báo", "2")
    for officers_words in ("thông báo", "lịch", "lich", "tìm", "chặn", "chán"):
        assert "không có lệnh" not in (await answer(stage, officers_words)).lower(), officers_words


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("tạm dừng", "desk pause"), ("tam dung", "desk pause"), ("tạm đúng", "desk"), ("từ chối", "desk decline"),
        ("bảng mẩu", "desk template"),
    ],
)  # fmt: skip
def test_marks_may_be_missing_and_none_may_be_wrong(said: str, meant: str) -> None:
    routes = Routes(ROUTERS)
    assert routes.narrowed(routes.commands["desk"], said)[0].name == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trạng thái", ("status", "")), ("yêu cầu 12", ("requests show", "12")), ("nhat ky Hoa", ("audit", "Hoa")),
        ("requests #12", ("requests show", "#12")), ("yeucau trả lời 12", ("requests answer", "12")),
        ("tìm kiếm", ("find", "kiếm")), ("xuất dữ liệu age1x", ("everything", "age1x")), ("cán bộ", ("staff", "")),
        ("đăng ký của tôi", ("my", "")), ("trạng@bot", None), ("không có gì như thế cả", None),
    ],
)  # fmt: skip
def test_a_slash_may_stand_before_several_words_and_a_number_is_what_it_shows(
    typed: str, meant: tuple[str, str] | None
) -> None:
    """The first word comes first: «/tìm kiếm» looks for somebody called Kiếm."""
    routes = Routes(ROUTERS)
    command, _, rest = routes.split(typed, everyone)
    if meant is None:
        assert command is None
        return
    assert command is not None
    found, rest = routes.narrowed(command, rest)
    assert (found.name, rest) == meant


async def test_what_only_an_admin_may_do_is_found_by_several_words_by_nobody_else(stage: Stage) -> None:
    assert Routes(ROUTERS).split("trạng thái", lambda role: role == "resident")[0] is None


async def test_help_with_a_command_behind_it_tells_that_one_by_example(stage: Stage) -> None:
    await admins(stage, "2")
    for asked in ("/help audit", "/trợ giúp nhật ký", "/help /audit"):
        said = await answer(stage, asked, "2")
        assert "/nhatky – " in said and "ví dụ" in said, asked
    requests = await answer(stage, "/help requests", "2")
    assert "/yeucau xem – " in requests and "/yeucau trả lời – " in requests
    assert "/nhatky" not in requests
    for asked in ("/help audit", "/help xyz", "/giúp một hộ"):  # none of hers, or none at all: what she can do
        said = await answer(stage, asked, "1")
        assert "/nhatky" not in said and "nhắn như nói chuyện" in said, asked


async def test_what_begins_like_a_command_of_the_staff_s_is_offered_as_one(stage: Stage) -> None:
    await admins(stage, "2")
    for typed, meant in (
        ("nhật ký hôm nay", "/audit hôm nay"), ("nhật ký " + "Nguyễn Thị Ví Dụ " * 9, "/audit"),
        ("chặn người này", "/block người này"),
    ):  # fmt: skip
        (offered,) = await stage.say(typed, "2")
        assert offered.buttons[0].value == meant
        (others,) = await stage.say(typed, "1")
        assert not [one for one in others.buttons if one.value.startswith(("/block", "/audit"))]


def test_dung_with_one_mark_never_says_that_a_test_copy_is_right() -> None:
    """«dừng» (stop) once ran «broadcast right», since both fold to «dung»."""
    routes = Routes(ROUTERS)
    broadcast = routes.commands["broadcast"]
    assert routes.narrowed(broadcast, "đừng 5") == (broadcast, "đừng 5")
    for said in ("dừng 5", "dung 5"):
        assert routes.narrowed(broadcast, said)[0].name != "broadcast right"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_line_told_in_somebody_s_language_is_understood(language: str) -> None:
    """Where there are no buttons, people are told what to type: in Vietnamese no English word but «menu» is among it."""
    routes, speech = Routes(ROUTERS), Speech(language, UTC)
    for command in routes.commands.values():
        line = spoken(f"/{command.name} TND26-7K3PQ", speech)
        name, _, rest = line.removeprefix("/").partition(" ")
        found = routes.named(name, everyone)
        assert found is not None, line
        assert routes.narrowed(found, rest) == (command, "TND26-7K3PQ"), line
    assert spoken("/my enough TND26-7K3PQ", Speech("vi", UTC)) == "/cuatoi thôi nhắc TND26-7K3PQ"


async def test_a_bare_code_leads_to_what_it_names_and_subscribes_nobody_again(stage: Stage) -> None:
    await stage.agree("take_part", "announcements")
    await appoint(stage, "2")
    assert "Mã: DC-0002" in await answer(stage, "dc-0002")
    await stage.say("/stop")
    assert "mã mời" not in (await answer(stage, "TND26-DEM01")).lower()
    (announcements,) = [row for row in await stage.rows(consents) if row["purpose"] == "announcements"]
    assert announcements["withdrawn_at"] is not None
    assert "DC-0002" in await answer(stage, "tnd26-dem01", "2")
