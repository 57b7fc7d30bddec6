"""An S3 server that nobody here wrote, on a free loopback port."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.fakes.ports import free_port

KEY, SECRET = "test-key", "test-secret"


@contextmanager
def server() -> Iterator[str]:
    """Its address. What is put into it is gone afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, env={"PATH": os.defpath}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, "the S3 server did not start"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def bucket(address: str) -> str:
    """The FILES_URL of a new, empty bucket."""
    name = f"pictures-{secrets.token_hex(4)}"
    httpx.put(f"{address}/{name}").raise_for_status()
    return f"s3://{name}/of/nhandao?endpoint={address}&region=us-east-1"
