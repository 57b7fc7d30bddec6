"""A PostgreSQL server of the tests' own, on a free loopback port, in a folder that goes away: in memory as theirs, and fast
instead of durable unless that is what is tried."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from tests.fakes.ports import free_port

DURABLE = {
    "shared_buffers": "32MB",
    "max_connections": "100",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
FAST = DURABLE | {
    "fsync": "off", "full_page_writes": "off", "autovacuum": "off", "wal_level": "minimal", "max_wal_senders": "0",
    "max_wal_size": "64MB", "dynamic_shared_memory_type": "mmap",
}  # fmt: skip


class NoPostgreSQL(RuntimeError):
    """There is none on this machine."""


class Server:
    """One server. PostgreSQL does not run as root; where the tests do, its processes become the user ``postgres``."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = FAST) -> None:
        self.settings = settings
        self.bin, self.data, self.log = _binaries(), folder / "data", folder / "log"
        self.port = free_port()
        self._names = itertools.count(1)

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://nhandao@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """Make the cluster and start it."""
        self._run(
            "initdb", "-D", self.data, "-U", "nhandao", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"
        )
        settings = "".join(f"{name} = '{value}'\n" for name, value in self.settings.items())
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"{settings}port = {self.port}\n")
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "60", "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "-t", "60", "stop")

    def restart(self, mode: str) -> None:
        self._run("pg_ctl", "-D", self.data, "-l", self.log, "-m", mode, "-w", "-t", "60", "restart")

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What one statement answers, as text."""
        at = ("-h", "127.0.0.1", "-p", self.port, "-U", "nhandao", "-d", database)
        return self._run("psql", *at, "-X", "-A", "-t", "-q", "-c", statement)

    def create(self, template: str = "template1") -> str:
        """A new database; returns its address."""
        name = f"test_{next(self._names)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template} {self._copying}")
        return self.url(name)

    @cached_property
    def _copying(self) -> str:
        """Copy files: of all that stands in them a log would be written by default, from version 15 on."""
        return "STRATEGY file_copy" if int(self.sql("SHOW server_version_num")) >= 150_000 else ""

    def drop(self, url: str) -> None:
        self.sql(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _run(self, program: str, *arguments: object) -> str:
        user = "postgres" if _is_root() else None
        done = subprocess.run(
            [str(self.bin / program), *map(str, arguments)],
            cwd=self.data.parent, env={"PATH": os.defpath, "LC_ALL": "C"}, user=user, group=user,
            extra_groups=[] if user else None, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        if done.returncode:
            log = self.log.read_text() if self.log.exists() else ""
            raise RuntimeError(f"{program}: {done.stdout}\n{log}")
        return done.stdout.strip()


@contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """A server that is stopped, and whose folder is gone, afterwards."""
    folder = Path(
        tempfile.mkdtemp(prefix="nhandao-pg-", dir=None if durable else os.environ.get("PYTEST_DEBUG_TEMPROOT"))
    )
    if _is_root():
        shutil.chown(folder, "postgres")
    made = Server(folder, DURABLE if durable else FAST)
    try:
        made.make()
        yield made
    finally:
        if (made.data / "postmaster.pid").exists():
            made.stop()
        shutil.rmtree(folder)


def _is_root() -> bool:
    return os.geteuid() == 0


def _binaries() -> Path:
    """Where PostgreSQL's programs are. Raises NoPostgreSQL."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    if asked := shutil.which("pg_config"):
        places.append(
            Path(subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
        )
    if found := shutil.which("initdb"):
        places.append(Path(found).parent)
    for place in places:
        if (place / "initdb").exists() and (place / "psql").exists():
            return place
    raise NoPostgreSQL("the tests need PostgreSQL: install it, such as with `apt-get install postgresql`")
