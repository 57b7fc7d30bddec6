"""A resident's journey over telemelya 0.2.2, an emulator of Telegram's Bot API that nobody here wrote.

    python -m tests.emulator        (or make emulator; it is no part of make test)

Needs `redis-server`, and installs the emulator into an environment of its own, in a temporary folder. Ends with status 0 where
the whole journey went as it should, 1 where it did not, and 2 where something is missing.

What the emulator does otherwise than Telegram, and what becomes of it (`relay.py`):

* it forgets the webhook's secret, which the relay adds to what it brings;
* it reads the names of methods in one case only, which the relay puts right: Telegram reads them in any.

What cannot be tried with it:

* polling, since it knows no getUpdates; and what the platform does when a webhook fails, since it brings an update once;
* the menus of commands, the profile, reactions, documents, voice messages, albums, deleting several messages: it knows none of
  these methods. The script names those that the program called; to it they were refused, which must cost nobody an answer;
* languages, contacts, places, edits of people, albums, voice messages, groups and blocking: it makes no such updates;
* whether a request is allowed: it takes every length and every keyboard, and tells of errors with status 200. The fake in
  `tests/fakes/bot_api/` and the schemas of `tests/data/` judge that.
"""
