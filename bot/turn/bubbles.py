"""Say what a turn says in one message, unless something needs one of its own."""

from __future__ import annotations

from collections.abc import Iterable

from bot.message import Message, Reply, below, changed, fits

Said = tuple[Reply, Message]
APART = "\n\n"


def joined(said: Iterable[Said], most: int, *, toasts: bool) -> list[Said]:
    """The replies of a turn with their messages, words alone in the message beside them if both have ``most`` UTF-16 units.

    A picture, a file, choices beside other choices, what is passed on, what is hidden soon and, where it ``toasts``, what
    is shown for a moment each need a message of their own; nothing is said below cards.
    """
    found: list[Said] = []
    for reply, message in said:
        one = _as_one(found[-1], (reply, message), most, toasts) if found else None
        found[-1:] = [one] if one else [*found[-1:], (reply, message)]
    return found


def _as_one(first: Said, second: Said, most: int, toasts: bool) -> Said | None:
    """Words above or below what offers something; None if they cannot be one."""
    if _stands_apart(*first, toasts) or _stands_apart(*second, toasts) or first[1].cards:
        return None
    (above_reply, above), (reply, message) = first, second
    text = f"{above.text}{APART}{message.text}"
    if not fits(text, most):
        return None
    spans = (*above.spans, *below(f"{above.text}{APART}", message.spans))
    if not (_offers(above) or above.ways or above.secret) and not above_reply.about:
        return reply, changed(message, text=text, spans=spans, replaces=message.replaces or above.replaces)
    if not _offers(message) and not reply.about and not above_reply.about:  # below it, a question may stay open
        return above_reply, changed(
            above, text=text, spans=spans, ways=message.ways or above.ways, secret=message.secret or above.secret,
            lettered=message.lettered or above.lettered,
        )  # fmt: skip
    return None


def _stands_apart(reply: Reply, message: Message, toasts: bool) -> bool:
    if reply.apart or message.private or (reply.passing and toasts):
        return True
    return bool(message.picture or message.voice or message.document or message.links)


def _offers(message: Message) -> bool:
    return bool(message.buttons or message.skip or message.contact or message.code)
