"""Whose page is speaking: sessions by their cookies, begun with the first word and renewed when their owner becomes staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.channels.web.front import Pane
from bot.web.limits import SOURCE
from storage.database import Database
from storage.talk import sessions
from storage.talk.sessions import Session

COOKIE_DAYS = 400


@dataclass
class Visitor:
    """Whose page is speaking. If she is new, a session with this token begins with her first word; if her session was
    renewed, it goes on under this token."""

    pane: Pane
    address: str
    token: str = ""
    secure: bool = False
    begun: bool = True
    source: str = ""
    """Where on the network she is."""
    session: Session | None = None
    shows_from: datetime | None = None
    """From when on the conversation may be shown; None for all of it."""

    @property
    def is_locked(self) -> bool:
        """Whether she is of the staff and must prove who she is before anything of hers is shown."""
        return self.shows_from is not None

    def remember(self, answer: Response) -> Response:
        """The answer with the cookie of a new visitor, or of one whose session was renewed."""
        if self.token:
            answer.set_cookie(
                self.pane.cookie(secure=self.secure), self.token, COOKIE_DAYS * 86400,
                path="/" if self.secure else self.pane.base or "/", secure=self.secure, httponly=True, samesite="lax",
            )  # fmt: skip
        return answer


class Visitors:
    """Knows visitors by their cookies."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database, self.now = database, now

    async def meet(self, pane: Pane, connection: HTTPConnection) -> Visitor:
        """Whose cookie this is, or somebody new, of whom nothing is stored yet."""
        source = str(connection.scope.get(SOURCE, ""))
        if pane.address:
            return Visitor(pane, pane.address, source=source)
        secure, now = connection.url.scheme in ("https", "wss"), self.now()
        async with self.database.read() as tx:
            # Behind TLS no other name counts: a neighbour could plant the plain one, to listen to a conversation of his own.
            cookie = connection.cookies.get(pane.cookie(secure=secure), "")
            session = await sessions.find(tx, cookie, now) if cookie else None
        if session is None:
            token, address = sessions.fresh()
            return Visitor(pane, address, token, secure, begun=False, source=source)
        token = ""
        if session.is_older_than_role or sessions.must_note(session, now):
            async with self.database.write() as tx:
                await sessions.used(tx, session, now)
                if session.is_older_than_role:
                    token = await sessions.renew(tx, session, now)
        shows_from = session.shows_from(now)
        return Visitor(pane, session.address, token, secure, True, source, session, shows_from)

    async def know(self, visitor: Visitor) -> Session | None:
        """The session of somebody new, once it has begun with her first word."""
        async with self.database.read() as tx:
            visitor.session = await sessions.find(tx, visitor.token, self.now())
        return visitor.session

    async def is_over(self, visitor: Visitor) -> bool:
        """Whether the session of an open page was ended meanwhile."""
        if visitor.session is None:
            return False
        async with self.database.read() as tx:
            return not await sessions.find_all(tx, [visitor.session.token_index], self.now())
