"""What makes the page an app: its name and icon for the home screen, and a worker that opens it without a network."""

from __future__ import annotations

from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.kind import Surroundings

WORKER = Path(__file__).parent / "pages" / "worker.js"
COLOUR, PAPER = "#a3232f", "#f7f4ef"


def installable(surroundings: Surroundings) -> list[BaseRoute]:
    """The manifest, and the worker, which must lie where the page does."""

    async def manifest(request: Request) -> Response:
        said = await surroundings.page("/", surroundings.speech)
        written = {
            "name": said["title"],
            "short_name": said["title"],
            "description": said["subtitle"],
            "lang": surroundings.speech.language,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "theme_color": COLOUR,
            "background_color": PAPER,
            "icons": [
                {"src": "/static/heart.svg", "sizes": "any", "type": "image/svg+xml"},
                {"src": "/static/app-192.png", "sizes": "192x192", "type": "image/png"},
                {"src": "/static/app-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
            ],
        }
        return Response(orjson.dumps(written), media_type="application/manifest+json")

    async def worker(request: Request) -> Response:
        return FileResponse(WORKER, media_type="text/javascript", headers={"cache-control": "no-cache"})

    return [Route("/app.webmanifest", manifest), Route("/worker.js", worker)]
