"""A real nginx that speaks TLS on a loopback port and passes everything on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fakes.ports import free_port

PATH = f"{os.defpath}:/usr/sbin:/sbin"
CONF = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 200; }}
http {{
    access_log off; keepalive_requests 7; keepalive_timeout 2s;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {certificate};
        location / {{ proxy_pass {upstream}; proxy_http_version 1.1; }}
    }}
}}
"""


class Nginx:
    """One that runs; ``url`` names it as its certificate does."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port, self.url = folder, port, f"https://localhost:{port}"

    async def reload(self) -> None:
        """Begin with new workers; the old ones end what they do, and close what waits."""
        await self._say("-s", "reload")

    async def _say(self, *what: str) -> None:
        process = await _nginx(self.folder, *what)
        assert await process.wait() == 0


@asynccontextmanager
async def nginx(folder: Path, certificate: Path, upstream: str) -> AsyncIterator[Nginx]:
    """One before this address; after seven requests on a connection it closes it."""
    server = Nginx(folder, free_port())
    user = "user root;" if os.getuid() == 0 else ""
    said = CONF.format(folder=folder, port=server.port, certificate=certificate, upstream=upstream, user=user)
    (folder / "nginx.conf").write_text(said)
    process = await _nginx(folder)
    try:
        await _until_it_listens(server.port, process)
        yield server
    finally:
        process.terminate()
        await process.wait()


async def _nginx(folder: Path, *what: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        "nginx", "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "nginx.conf"), *what,
        env={"PATH": PATH}, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def _until_it_listens(port: int, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(30):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return await writer.wait_closed()
    raise AssertionError("nginx does not listen")
