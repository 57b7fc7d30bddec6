"""Databases of a server's into which something is restored."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.fakes.postgres import Server

Empty = Callable[[], str]


@pytest.fixture
def empty(kind: str, request: pytest.FixtureRequest) -> Iterator[Empty]:
    """Makes an empty database on the server, where the test is about one."""
    if kind == "sqlite":
        yield lambda: ""
        return
    server: Server = request.getfixturevalue("postgres")
    made: list[str] = []
    yield lambda: made.append(server.create()) or made[-1]  # type: ignore[func-returns-value]  # append returns nothing
    for url in made:
        server.drop(url)
