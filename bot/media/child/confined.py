"""Run one program that reads what a stranger sent, with nothing in its reach: bytes on stdin, its answer on stdout.

By hand: ``python bot/media/child/confined.py picture.py < photo.png``. The program beside it is loaded first, with all that
it needs; then this process gives up files, network, other processes and most of the memory, and only then are the bytes
read. It imports nothing of ours, so that it starts fast and holds nothing worth stealing.

No library is kept well for Landlock, so the system calls are made here (docs.kernel.org/userspace-api/landlock.html).
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

CREATE_RULESET, RESTRICT_SELF = 444, 446
"""Numbers of system calls, on every kind of processor."""
ASK_VERSION = 1
SET_DUMPABLE, SET_NO_NEW_PRIVS = 4, 38
"""Of prctl(2)."""
FILES = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights to files each version of Landlock knows; later ones know 16."""
NETWORK_SINCE, SCOPES_SINCE, BOTH = 4, 6, 0b11
"""Since which version it forbids TCP to bind and to connect; and signals and abstract sockets to leave."""
LIMITS = {
    resource.RLIMIT_NPROC: 0,  # no process, no thread; root is not bound by it
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,  # a core dump would hold what somebody sent
    resource.RLIMIT_NOFILE: 0,  # what is open stays open; nothing more can be, neither file nor socket
}


def _call(number: int, *given: object) -> int:
    """A system call; less than 0 if it was refused."""
    return int(ctypes.CDLL(None, use_errno=True).syscall(number, *given))


def prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3)


def hide() -> None:
    """Let no process of the same user look into this one's memory, and leave no core dump of it."""
    if sys.platform == "linux":
        prctl(SET_DUMPABLE, 0)


def landlock() -> int:
    """The version of Landlock that this kernel has; 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(ASK_VERSION)))


def shut() -> None:
    """Take every right to files, network and other processes from this process and all it might start, for good.

    Raises OSError where the kernel has Landlock and does not do it.
    """
    version = landlock()
    if not version:
        return
    handled = (
        (1 << FILES.get(version, 16)) - 1,
        BOTH if version >= NETWORK_SINCE else 0,
        BOTH if version >= SCOPES_SINCE else 0,
    )
    rules = (ctypes.c_uint64 * 3)(*handled)
    held = _call(CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), ctypes.c_uint(0))
    prctl(SET_NO_NEW_PRIVS, 1)
    if held < 0 or _call(RESTRICT_SELF, ctypes.c_int(held), ctypes.c_uint(0)) < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused")
    os.close(held)


def confine(limits: Mapping[int, int]) -> None:
    """Give up what reading does not need, and let conversations go first on a busy machine."""
    os.nice(10)
    hide()
    shut()
    for limit, most in {**LIMITS, **limits}.items():
        with suppress(ValueError, OSError):  # macOS cannot limit the address space; what is unpacked is limited anyway
            resource.setrlimit(limit, (most, most))


def load(name: str) -> ModuleType:
    """The program of this name beside this one: it has ``LIMITS`` of its own and ``answer``."""
    spec = spec_from_file_location(Path(name).stem, Path(__file__).with_name(name))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    found = module_from_spec(spec)
    sys.modules[found.__name__] = found
    spec.loader.exec_module(found)
    return found


if __name__ == "__main__":
    program = load(sys.argv[1])
    confine(program.LIMITS)
    sys.stdout.buffer.write(program.answer(sys.stdin.buffer.read()))
