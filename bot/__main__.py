"""The command line: ``nhandao``, or ``python -m bot``."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.cli import staff
from bot.cli.exits import finish, settings_for
from bot.media.child.confined import hide
from bot.process.app import campaign_commands
from bot.turn.operate import Opened, Spoken
from locales import FIRST

app = typer.Typer(
    name="nhandao",
    help="The chatbot of the Humanitarian Month (Tháng Nhân đạo).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
db = typer.Typer(no_args_is_help=True, help="The database.", rich_markup_mode=None)
files = typer.Typer(no_args_is_help=True, help="The pictures.", rich_markup_mode=None)
config = typer.Typer(no_args_is_help=True, help="The settings.", rich_markup_mode=None)
audit = typer.Typer(no_args_is_help=True, help="The audit log.", rich_markup_mode=None)
key = typer.Typer(no_args_is_help=True, help="The key that encrypts.", rich_markup_mode=None)
app.add_typer(db, name="db")
app.add_typer(key, name="key")
app.add_typer(files, name="files")
app.add_typer(audit, name="audit")
app.add_typer(staff.commands, name="staff")
app.add_typer(config, name="config")
zalo = typer.Typer(no_args_is_help=True, help="The bot on Zalo.", rich_markup_mode=None)
app.add_typer(zalo, name="zalo")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("nhandao"))
        raise typer.Exit


@app.callback()
def nhandao(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """The chatbot of the Humanitarian Month (Tháng Nhân đạo)."""


@app.command()
def init(
    province: Annotated[str, typer.Option(help="The province, by a name of today or before.")] = "",
    communes: Annotated[
        str, typer.Option(help="Names or codes, separated by commas; an old district for all of its; «all» for all.")
    ] = "",
    area: Annotated[str, typer.Option(help="What several communes are called together.")] = "",
    title: Annotated[str, typer.Option(help="What the campaign is called.")] = "",
    theme: Annotated[str, typer.Option(help="This year's theme.")] = "",
    organiser: Annotated[str, typer.Option(help="Who organises it.")] = "",
    hotline: Annotated[str, typer.Option(help="The number to call.")] = "",
    first: Annotated[str, typer.Option(help="The first day, such as 1/5/2027.")] = "",
    last: Annotated[str, typer.Option(help="The last day.")] = "",
    language: Annotated[Spoken, typer.Option(help="The language of the questions.")] = FIRST,
) -> None:
    """Set up a campaign for a commune, several, or a province, and print the first admin's code.

    Asks for what is not given; with the province and the communes given it asks nothing.

    Example: nhandao init --province "Quảng Trị" --communes "Vĩnh Linh, Cửa Tùng"
    """
    given = {
        "province": province, "communes": communes, "area": area, "title": title, "theme": theme,
        "organiser": organiser, "hotline": hotline, "first_on": first, "last_on": last,
    }  # fmt: skip
    from bot.cli import setup

    finish(setup.init(given, language))


@app.command()
def run() -> None:
    """Run the bot. Without a token this is the demo.

    Example: TELEGRAM_TOKEN=123456:AAE… SECRET_KEY=… nhandao run
    """
    settings = settings_for()
    from bot.cli import run

    finish(run.demo(settings) if settings.is_demo else run.run(settings), service=True)


@app.command(name="open")
def open_() -> None:
    """Print the addresses at which people find the bot.

    Example: nhandao open
    """
    settings = settings_for()
    from bot.cli import check

    finish(check.print_addresses(settings))


@app.command()
def demo(
    reset: Annotated[bool, typer.Option(help="Delete the demo's data and start afresh.")] = False,
    speed: Annotated[
        float, typer.Option(min=0, max=100_000, help="Run the whole month this many times as fast, on separate data.")
    ] = 0,
    channel: Annotated[str, typer.Option(help="Show a resident's chat on this channel too, such as zalo.")] = "",
) -> None:
    """Play a resident, an officer and an admin side by side, with made-up data.

    Example: nhandao demo --reset

    Example: nhandao demo --speed 5000

    Example: nhandao demo --channel zalo
    """
    settings = settings_for()
    from bot.cli import run

    finish(run.demo(settings, reset=reset, speed=speed, channel=channel))


@app.command()
def chat(
    language: Annotated[Spoken, typer.Option(help="The language of the greeting.")] = FIRST,
) -> None:
    """Talk to the bot in this terminal. «/photo FILE caption» sends a photo, «/file FILE» a spreadsheet, «save NAME» saves
    a photo that was shown; Ctrl-D ends.

    Example: nhandao chat --language en
    """
    settings = settings_for()
    from bot.cli import run

    finish(run.chat(settings, language))


@app.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write it. Without it: into the folder BACKUP_TO, where old ones go.")
    ] = None,
    to: Annotated[
        str,
        typer.Option("--to", help="Seal it to this public key (age1…) instead of BACKUP_KEY: an export, no backup."),
    ] = "",
    keys: Annotated[bool, typer.Option("--keys", help="Make the key pair, and print the sheet for the safe.")] = False,
    language: Annotated[Spoken, typer.Option(help="The language of the sheet.")] = FIRST,
) -> None:
    """Back everything up, also while the bot runs: sealed to BACKUP_KEY, and restored on trial before it counts.

    Example: nhandao backup --keys

    Example: nhandao backup

    Example: nhandao backup --to age1… everything.tar.age
    """
    settings = settings_for(demo=False)
    from bot.cli import backup

    finish(backup.make_keys(settings, language) if keys else backup.backup(settings, file, to))


@app.command()
def restore(
    backup: Annotated[
        str,
        typer.Argument(
            help="The file; or s3://BUCKET/PREFIX?endpoint=…, where the newest is, with its name or without."
        ),
    ],
    key: Annotated[
        Path | None,
        typer.Option(help="A file with the private key from the sheet. Without it you are asked for the key."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only try it: nothing is changed.")] = False,
) -> None:
    """Put everything back from a backup; stop the bot first. What is there is kept under another name, and nothing is sent by
    itself afterwards. PostgreSQL needs an empty database.

    Example: nhandao restore backups/nhandao-20270512T193000Z.tar.age

    Example: nhandao restore --check --key key.txt backups/nhandao-20270512T193000Z.tar.age

    Example: nhandao restore "s3://backups/nhandao?endpoint=https://s3.example"
    """
    settings = settings_for(demo=False)
    from bot.cli import restore

    finish(restore.restore(settings, backup, key, check=check))


@app.command()
def handover(
    file: Annotated[Path, typer.Argument(help="The file that brings everything over.")],
    take: Annotated[bool, typer.Option("--take", help="Take it over here, in an empty folder.")] = False,
    passphrase: Annotated[
        Path | None, typer.Option(help="A file with the passphrase. Without it you are asked for it.")
    ] = None,
) -> None:
    """Move to another machine: everything with its keys and tokens in one file, opened by a passphrase that is shown once.
    Stop the bot first.

    Example: nhandao handover nhandao.handover

    Example: nhandao handover --take nhandao.handover
    """
    from bot.cli import handover

    finish(handover.take(file, passphrase) if take else handover.give(settings_for(demo=False), file))


@db.command()
def upgrade() -> None:
    """Create the database, or upgrade it to this version; an SQLite file is backed up first.

    Example: nhandao db upgrade
    """
    settings = settings_for(demo=False)
    from bot.cli import upkeep

    finish(upkeep.db_upgrade(settings))


@db.command()
def copy(
    to: Annotated[
        str,
        typer.Option(
            help="The target: a database address as in DATABASE_URL. The password may be in PGPASSWORD instead."
        ),
    ],
) -> None:
    """Copy everything into another database, which must be empty: to PostgreSQL, or back. Stop the program first.

    Example: nhandao db copy --to postgresql+asyncpg://nhandao@db.internal/nhandao
    """
    settings = settings_for(demo=False)
    from bot.cli import upkeep

    finish(upkeep.db_copy(settings, to))


@files.command(name="copy")
def copy_files(
    to: Annotated[
        str, typer.Option(help="The target, as in FILES_URL. For a bucket, set its FILES_KEY and FILES_SECRET.")
    ],
) -> None:
    """Copy every picture to another place, for example from the folder to a bucket. It can safely be repeated.

    Example: FILES_KEY=… FILES_SECRET=… nhandao files copy --to "s3://pictures?endpoint=https://s3.example"
    """
    settings = settings_for(demo=False)
    from bot.cli import upkeep

    finish(upkeep.files_copy(settings, to))


@app.command()
def clock(agree: Annotated[bool, typer.Option("--agree", help="Say that it is right.")] = False) -> None:
    """Say what time it is here, and whether the program doubts it: after a jump nothing is removed or sent by itself.

    Example: nhandao clock --agree
    """
    settings = settings_for(demo=False)
    from bot.cli import upkeep

    finish(upkeep.clock(settings, agree=agree))


@key.command(name="rotate")
def rotate_key() -> None:
    """Make a new key, while the program is stopped. Started again, it encrypts anew what is kept, while it works.

    Example: nhandao key rotate
    """
    settings = settings_for(demo=False)
    from bot.cli import key

    finish(key.rotate(settings))


@key.command(name="status")
def key_status() -> None:
    """Say which keys are needed, and whether SECRET_KEY_BEFORE still is.

    Example: nhandao key status
    """
    settings = settings_for(demo=False)
    from bot.cli import key

    finish(key.status(settings))


@audit.command()
def verify(
    head: Annotated[
        str, typer.Option(help="A head that was noted earlier, from the log or an admin's morning message.")
    ] = "",
) -> None:
    """Check that no row of the audit log was changed or removed; names the first broken one (exit status 1).

    Example: nhandao audit verify --head 128-0123456789abcdef
    """
    settings = settings_for(demo=False)
    from bot.cli import upkeep

    finish(upkeep.audit_verify(settings, head))


@zalo.callback()
def of_zalo() -> None:
    """The bot on Zalo."""


@zalo.command(name="take-over")
def take_over() -> None:
    """Have Zalo bring messages to this program, instead of to the address that was set before.

    Example: nhandao zalo take-over
    """
    settings = settings_for(demo=False)
    from bot.cli import upkeep

    finish(upkeep.take_over(settings, "zalo_bot"))


@config.command()
def check() -> None:
    """Say what is missing or wrong in the settings, one line each, and try them: the database, the tokens, the webhook, the
    disk, the clock and who may read the files. Secrets are masked, and nothing is changed; exit status 1 if something is wrong.

    Example: nhandao config check
    """
    settings = settings_for()
    for name, field in settings.declared.items():
        typer.echo(f"{name.upper()}={settings.shown(name)}  # {field.description}")
    if settings.is_demo:
        typer.echo("The settings are in order. There is no token, so `run` opens the demo.")
        return
    from bot.cli import check

    finish(check.config_check(settings))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    language: Annotated[Spoken, typer.Option(help="The language of what admins are told in the chat, too.")] = "en",
) -> None:
    """Look at everything that can be wrong, whether the bot runs or not: each problem with the command that mends it.

    Nothing is changed. Exit status 1 if something is wrong, 2 if the settings cannot stand.

    Example: nhandao doctor

    Example: nhandao doctor --json
    """
    from bot.cli.doctor import command

    finish(command.doctor(language, as_json=as_json))


def _operate(work: Callable[[Opened], Awaitable[None]], *, demo: bool = True, channels: bool = False) -> NoReturn:
    settings = settings_for(demo=demo)
    from bot.cli import run

    finish(run.work_once(settings, work, channels=channels))


def main() -> None:
    """The entry point of the console script. It holds keys, so nothing else of this user may look into it."""
    hide()
    for commands in campaign_commands():
        app.add_typer(commands)
    app(prog_name="nhandao" if Path(sys.argv[0]).name != "__main__.py" else "python -m bot", obj=_operate)


if __name__ == "__main__":
    main()
