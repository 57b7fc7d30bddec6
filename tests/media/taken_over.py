"""What strangers' bytes would do that took over their reader: ``python taken_over.py FOLDER`` tries it all, confined and as a
user who is not root, and prints by which errno each try was refused, 0 where it was not."""

from __future__ import annotations

import ctypes
import json
import os
import socket
import sys
from collections.abc import Callable

from bot.media.child import confined

NOBODY = 65534
KEPT = ctypes.create_string_buffer(b"secret")
"""In the memory of the parent, at this address there too."""


class Piece(ctypes.Structure):
    """Of somebody's memory, as process_vm_readv(2) takes it."""

    _fields_ = (("at", ctypes.c_void_p), ("length", ctypes.c_size_t))


def look(pid: int) -> None:
    """Read the memory of another process."""
    libc, room = ctypes.CDLL(None, use_errno=True), ctypes.create_string_buffer(6)
    mine, theirs = (Piece(ctypes.addressof(one), 6) for one in (room, KEPT))
    if libc.process_vm_readv(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def attacks(folder: str, parent: int) -> dict[str, Callable[[], object]]:
    database = f"{folder}/database"
    return {
        "reads a file": lambda: open("/etc/passwd"),
        "writes a file": lambda: open(f"{folder}/stolen", "w"),
        "opens a socket": socket.socket,
        "removes a file": lambda: os.unlink(database),
        "empties a file": lambda: os.truncate(database, 0),
        "renames a file": lambda: os.rename(database, f"{folder}/gone"),
        "makes a link": lambda: os.symlink("/etc/passwd", f"{folder}/link"),
        "makes a folder": lambda: os.mkdir(f"{folder}/new"),
        "starts a process": lambda: os.fork() or os._exit(0),
        "starts a program": lambda: os.execv("/bin/sh", ["sh", "-c", "exit"]),
        "signals its parent": lambda: os.kill(parent, 0),
        "reads its parent": lambda: look(parent),
    }


def refusal(attack: Callable[[], object]) -> int:
    try:
        attack()
    except OSError as refused:
        return refused.errno or -1
    return 0


def main() -> None:
    if not os.geteuid():
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    confined.prctl(confined.SET_DUMPABLE, 1)  # the change of users has unset it
    parent = os.getpid()
    if child := os.fork():
        os.waitpid(child, 0)
        return
    confined.confine({})
    print(json.dumps({name: refusal(attack) for name, attack in attacks(sys.argv[1], parent).items()}), flush=True)


if __name__ == "__main__":
    main()
