"""The figures of one process and of its database, as Prometheus reads them. No label names a person.

Loaded when they are first asked for: the library takes a megabyte.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from time import monotonic

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot.outage import outlived
from bot.process.app import App
from bot.receive.disk import free_bytes
from storage.upkeep import status
from storage.upkeep.status import Health

KEPT = 5.0
"""Seconds for which what the database said holds: being asked often must cost nothing."""


class Metrics:
    """Tells the figures of one process."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._page = b""
        self._made_at = float("-inf")
        self._making = asyncio.Lock()

    async def render(self) -> bytes:
        """The page. While the database is away it holds what the process knows by itself."""
        async with self._making:
            if monotonic() - self._made_at > KEPT:
                families = [*await self._of_process(), *await self._of_database()]
                registry = CollectorRegistry()
                ProcessCollector(registry=registry)
                registry.register(_Given(families))
                self._page = await asyncio.to_thread(generate_latest, registry)
                self._made_at = monotonic()
            return self._page

    async def _of_process(self) -> list[Metric]:
        app, ready = self.app, await self.app.health.ready()
        free = await asyncio.to_thread(free_bytes, app.folder)
        return [
            _gauge("info", "The program; always 1.", 1, version=version("nhandao")),
            _gauge("ready", "Whether it takes what comes.", ready["ok"]),
            _gauge("writes", "Whether a small transaction is on disk in time.", ready["writes"]),
            _gauge("disk_free_bytes", "What is free where it keeps its files.", free),
            _counter("handled_messages", "Messages that were handled.", ("channel",), app.engine.handled),
            _counter(
                "sent_messages",
                "Tries to send a reply, by what came of them.",
                ("channel", "outcome"),
                app.delivery.tried,
            ),
        ]

    async def _of_database(self) -> list[Metric]:
        with outlived("metrics"):
            now = self.app.now()
            async with self.app.database.read() as tx:
                found = await status.health(tx, now)
            wrong = [one.name for one in await self.app.find_wrong()]
            return [*_queues(found, now), *_channels(found), *_state(found, wrong)]
        return []


class _Given:
    """A collector of what is known already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self.families = families

    def collect(self) -> Iterable[Metric]:
        return self.families


def _queues(found: Health, now: datetime) -> Iterator[Metric]:
    queues = {"handle": found.to_handle, "send": found.to_send, "announce": found.to_announce}
    waiting = {name: queue.n for name, queue in queues.items()}
    ages = {name: (now - queue.since).total_seconds() if queue.since else 0.0 for name, queue in queues.items()}
    yield _gauges("waiting", "What waits in each queue.", "queue", waiting)
    yield _gauges("oldest_waiting_seconds", "How long the oldest of it waits.", "queue", ages)


def _channels(found: Health) -> Iterator[Metric]:
    heard = {name: at.timestamp() for name, (at, _) in found.channels.items() if at}
    spoke = {name: at.timestamp() for name, (_, at) in found.channels.items() if at}
    answered = {name: at.timestamp() for name, at in found.answered.items()}
    yield _gauges("heard_timestamp_seconds", "When the last message came.", "channel", heard)
    yield _gauges("spoke_timestamp_seconds", "When the last reply went out.", "channel", spoke)
    said = "When the platform last answered the question what is new."
    yield _gauges("answered_timestamp_seconds", said, "channel", answered)


def _state(found: Health, wrong: Iterable[str]) -> Iterator[Metric]:
    yield _gauge("set_aside_messages", "Messages of the last day whose handling failed.", found.set_aside)
    yield _gauge("unsent_messages", "Replies of the last day that could not be sent.", found.not_sent)
    yield _gauge("stopped_broadcasts", "Broadcasts that stopped by themselves.", found.stopped)
    yield _gauge("database_bytes", "The size of the database.", found.base.size, kind=found.base.kind)
    yield _gauge("processes", "The processes that run on the database.", len(found.processes))
    proven = found.proven_at.timestamp() if found.proven_at else 0
    yield _gauge(
        "backup_proven_timestamp_seconds", "When the last backup was made that proved itself; 0 if none.", proven
    )
    yield _gauges(
        "wrong", "What somebody should mend, as /status and the doctor tell it.", "what", dict.fromkeys(wrong, 1)
    )


def _gauge(name: str, said: str, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(f"nhandao_{name}", said, labels=list(labels))
    family.add_metric(list(labels.values()), float(value))
    return family


def _gauges(name: str, said: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"nhandao_{name}", said, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family


def _counter(name: str, said: str, labels: tuple[str, ...], counted: Counter[tuple[str, ...]]) -> Metric:
    family = CounterMetricFamily(f"nhandao_{name}", said, labels=list(labels))
    for key, n in counted.items():
        family.add_metric(list(key), n)
    return family
