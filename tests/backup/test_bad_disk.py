"""On a disk that is full or can only be read every command says one line, ends with 2, and leaves everything as it was."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from storage.backup import keys
from tests.started import environment, nhandao, set_up

PRIVATE, PUBLIC = keys.new_pair()
UNSHARED = ["unshare", "--map-root-user", "--mount", "sh", "-uc"]
DISK = """
mount -t tmpfs -o size=5m tmpfs disk && cp -r data disk/ && cd disk || exit 99
{spoil}
find . -type f -size +0 ! -name '*.lock' ! -name '*-shm' | sort | xargs sha256sum >../before
while read -r typed; do {python} -m bot $typed </dev/null 2>&1 >/dev/null; echo "$?"; done <../typed
find . -type f -size +0 ! -name '*.lock' ! -name '*-shm' | sort | xargs sha256sum | diff ../before - >&2 || exit 98
"""
TYPED = (
    "restore --check --key ../key ../one.age", "restore --key ../key ../one.age",
    "restore --check --key ../key s3://backups/x?endpoint=http://127.0.0.1:1", "backup", "handover data/all.tar",
)  # fmt: skip
FULL = "dd if=/dev/zero of=filler bs=1k 2>/dev/null"


@pytest.mark.parametrize(
    ("spoil", "wanted"),
    [
        ("mount -o remount,ro .", "can only be read"),
        (FULL, "is full"),
        (f"{FULL}; truncate -s -300k filler; truncate -s -4k filler", ""),
    ],
    ids=["read-only", "full", "nearly full"],
)
async def test_nothing_is_changed_on_a_bad_disk(tmp_path: Path, spoil: str, wanted: str) -> None:
    bucket = {"BACKUP_ALSO_KEY": "a", "BACKUP_ALSO_SECRET": "b"}
    settings = {**await set_up(tmp_path), "BACKUP_KEY": PUBLIC, **bucket}
    (tmp_path / "key").write_text(PRIVATE)
    status, _, err = await nhandao(tmp_path, "backup", "one.age", **settings)
    assert status == 0, err
    (tmp_path / "disk").mkdir()
    usual = tuple(one for one in TYPED if "s3://" not in one)
    typed = {"can only be read": TYPED, "is full": usual, "": usual[:4]}[wanted]
    (tmp_path / "typed").write_text("".join(f"{one}\n" for one in typed))
    process = await asyncio.create_subprocess_exec(
        *UNSHARED, DISK.format(spoil=spoil, python=sys.executable), cwd=tmp_path,
        env=environment(LOG_FORMAT="json", **settings), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, changed = await process.communicate()
    assert (process.returncode, changed.decode()) == (0, "")
    said = out.decode().splitlines()
    assert len(said) == 2 * len(typed), "one line each, and the status"
    for typed_one, line, status_one in zip(typed, said[::2], said[1::2], strict=True):
        assert (status_one, line.startswith("nhandao: ")) == ("2", True), (typed_one, line)
        assert "nothing was changed" in line, typed_one
        assert wanted in line, typed_one
