"""What Prometheus reads, judges and draws: each rule fires when it should, and every query finds what it asks for."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import yaml
from starlette.applications import Starlette

from bot.process.metrics import Metrics
from bot.process.watchdog import DEAF, LONG, Unwell, Watchdog
from bot.web.metrics import routes
from storage.tables import inbox, outbox
from storage.talk import listening
from storage.upkeep import instants
from tests import ROOT
from tests.fakes.ports import free_port
from tests.fakes.room import Room
from tests.fakes.served import served
from tests.stage import BOTH, Stage

MONITORING = ROOT / "deploy" / "monitoring"
TOKEN = "a token that only the tests know"
HOURS = 8
"""Played to the rules; the longest of them looks back six."""
ILL = {
    "NhandaoDown": {'up{job="nhandao", instance="a"}': "0"},
    "NhandaoCannotWrite": {"nhandao_writes": "0", "nhandao_ready": "0"},
    "NhandaoNotReady": {"nhandao_writes": "1", "nhandao_ready": "0"},
    "NhandaoChannelSilent": {'nhandao_answered_timestamp_seconds{channel="telegram"}': "0"},
    "NhandaoRepliesWait": {'nhandao_oldest_waiting_seconds{queue="send"}': "1000"},
    "NhandaoDiskLow": {"nhandao_disk_free_bytes": "1e9"},
    "NhandaoDiskFullInFourDays": {"nhandao_disk_free_bytes": "100e9-2e8"},
    "NhandaoBackupOld": {"nhandao_backup_proven_timestamp_seconds": "-172800"},
    "NhandaoMessagesSetAside": {"nhandao_set_aside_messages": "2"},
    "NhandaoBroadcastStopped": {"nhandao_stopped_broadcasts": "1"},
    "NhandaoRestarts": {'process_start_time_seconds{job="nhandao"}': "0+300"},
    "NhandaoVersions": {'nhandao_info{version="1"}': "1", 'nhandao_info{version="2"}': "1"},
    "NhandaoWrong": {'nhandao_wrong{what="telegram:webhook"}': "1"},
}
"""What makes each alert fire, and no other one: the value of each series, and by how much it changes each time."""
WELL = {
    'up{job="nhandao", instance="a"}': "1", "nhandao_writes": "1", "nhandao_ready": "1",
    'nhandao_answered_timestamp_seconds{channel="telegram"}': "0+300",
    'nhandao_oldest_waiting_seconds{queue="send"}': "3", "nhandao_disk_free_bytes": "100e9",
    "nhandao_backup_proven_timestamp_seconds": "0+300", "nhandao_set_aside_messages": "0",
    "nhandao_stopped_broadcasts": "0", 'process_start_time_seconds{job="nhandao"}': "5", 'nhandao_info{version="1"}': "1",
    'nhandao_wrong{what="staff:officers"}': "1",
}  # fmt: skip


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((MONITORING / "rules.yml").read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


def queries() -> list[str]:
    drawn = json.loads((MONITORING / "grafana.json").read_text(encoding="utf-8"))
    return [target["expr"] for panel in drawn["panels"] for target in panel["targets"]]


def played(series: dict[str, str], fires: str = "") -> dict[str, Any]:
    """A test of promtool's: these series for hours, a value every five minutes."""
    values = [
        {"series": name, "values": f"{value}{'' if '+' in value or '-' in value[1:] else '+0'}x{HOURS * 12}"}
        for name, value in series.items()
    ]
    found = [{"labels": f'{{alertname="{fires}"}}', "value": 1}] if fires else []
    asked = {"expr": 'max by (alertname) (ALERTS{alertstate="firing"})', "eval_time": f"{HOURS}h", "exp_samples": found}
    return {"interval": "5m", "input_series": values, "promql_expr_test": [asked]}


def test_each_alert_fires_when_it_should_and_none_when_all_is_well(tmp_path: Path) -> None:
    assert {rule["alert"] for rule in rules()} == ILL.keys()
    tests = [played(series, alert) for alert, series in ILL.items()]
    given = {
        "rule_files": [str(MONITORING / "rules.yml")],
        "evaluation_interval": "5m",
        "tests": [*tests, played(WELL)],
    }
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(given))
    done = subprocess.run(["promtool", "test", "rules", tmp_path / "tests.yml"], capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()


async def test_prometheus_judges_every_rule_and_finds_what_every_panel_asks_for(tmp_path: Path) -> None:
    async with served(tmp_path, metrics_token=TOKEN) as site:
        async with site.app.database.write() as tx:
            now = site.app.now()
            await listening.note(tx, {"telegram": now})
            await instants.mark(tx, instants.BACKUP, now)
            said = {"channel": "web", "address": "1", "due_at": now}
            heard = {"update_key": "1", "received_at": now, "state": "done"}
            await tx.run(sa.insert(inbox).values(**said, **heard))
            spoken = {"dedupe_key": "1", "created_at": now, "sent_at": now, "state": "sent"}
            await tx.run(sa.insert(outbox).values(**said, **spoken))
        site.app.engine.handled["web",] += 1
        site.app.delivery.tried["web", "sent"] += 1
        async with prometheus(tmp_path, site.url) as asked:
            for rule in (await asked("rules"))["groups"][0]["rules"]:
                assert rule["health"] == "ok", rule
            assert (await asked("query", query="nhandao_processes"))["result"][0]["value"][1] == "1"
            for query in queries():
                assert (await asked("query", query=query))["result"], query


@asynccontextmanager
async def prometheus(folder: Path, url: str) -> AsyncIterator[Any]:
    """A Prometheus that has read the program twice, by our files with other addresses; yields what asks it."""
    given = yaml.safe_load((MONITORING / "prometheus.yml").read_text(encoding="utf-8"))
    given["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    given["rule_files"] = [str(MONITORING / "rules.yml")]
    given["scrape_configs"][0]["static_configs"] = [{"targets": [url.removeprefix("http://")]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(given))
    (folder / given["scrape_configs"][0]["authorization"]["credentials_file"]).write_text(TOKEN)
    address = f"127.0.0.1:{free_port()}"
    process = await asyncio.create_subprocess_exec(
        "prometheus", "--config.file", str(folder / "prometheus.yml"), "--storage.tsdb.path", str(folder / "series"),
        "--web.listen-address", address, "--log.level", "error",
    )  # fmt: skip
    try:
        async with httpx.AsyncClient(base_url=f"http://{address}/api/v1/") as client:

            async def asked(what: str, **params: str) -> Any:
                answer = (await client.get(what, params=params)).json()
                assert answer["status"] == "success", answer
                return answer["data"]

            await until_read(client, asked)
            yield asked
    finally:
        process.terminate()
        await process.wait()


async def until_read(client: httpx.AsyncClient, asked: Any) -> None:
    """Wait until the program was read twice, so that there are rates, and every rule was judged."""
    async with asyncio.timeout(60):
        while True:
            try:
                read = await asked("query", query="count_over_time(nhandao_handled_messages_total[1m]) > 1")
                judged = [rule["health"] for group in (await asked("rules"))["groups"] for rule in group["rules"]]
                if read["result"] and judged and "unknown" not in judged:
                    return
            except (httpx.TransportError, AssertionError, ValueError):
                pass  # it says in words that it is not ready
            await asyncio.sleep(0.1)


async def test_the_page_is_for_whoever_has_the_token() -> None:
    async def figures() -> bytes:
        return b"nhandao_ready 1.0"

    served_here = httpx.ASGITransport(Starlette(routes=routes(figures, TOKEN)))
    async with httpx.AsyncClient(transport=served_here, base_url="http://127.0.0.1") as client:
        assert (await client.get("/metrics")).status_code == 401
        for wrong in ("Bearer another", "Bearer", TOKEN, f"Bearer {TOKEN}é"):
            assert (await client.get("/metrics", headers={b"Authorization": wrong.encode()})).status_code == 401
        page = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert (page.status_code, page.text) == (200, "nhandao_ready 1.0")
    assert routes(figures, "") == [], "without a token there is no page"


@BOTH
async def test_the_figures_are_those_of_the_program_and_name_nobody(stage: Stage) -> None:
    async with stage.program() as app:
        await app.engine.receive([stage.room.arrival("0912345678", text="Nguyễn Thị Hoa đây")])
        await app.settle()
        page = (await Metrics(app).render()).decode()
    assert 'nhandao_handled_messages_total{channel="room"} 1.0' in page
    assert f'nhandao_sent_messages_total{{channel="room",outcome="sent"}} {len(stage.room.said)}.0' in page
    assert 'nhandao_waiting{queue="handle"} 0.0' in page
    assert 'nhandao_wrong{what="staff:admins"} 1.0' in page
    assert "nhandao_backup_proven_timestamp_seconds 0.0" in page
    assert "0912345678" not in page
    assert "Hoa" not in page


class Steady:
    """The seconds that a watchdog counts."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_process_that_could_and_cannot_for_long_ends(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.program() as app:
        clock = Steady()
        dog = Watchdog(app.context, app.health, app.disk, app.channel_watch.standing, clock)
        found = {"ok": True, "writes": True}

        async def ready() -> dict[str, Any]:
            return found

        monkeypatch.setattr(app.health, "ready", ready)
        await dog.look()
        found |= {"ok": False, "writes": False}
        await dog.look()
        clock.now = LONG - 1
        await dog.look()
        found |= {"ok": True, "writes": True}
        await dog.look()
        found |= {"ok": False, "writes": False}
        clock.now = LONG * 2
        await dog.look()
        clock.now = LONG * 3
        with pytest.raises(Unwell, match="could not write"):
            await dog.look()
        monkeypatch.setattr(app.disk, "is_full", lambda: True)
        await dog.look()


async def test_what_a_process_never_could_is_not_its_fault(stage: Stage) -> None:
    asks = Room(name="telegram")
    stage.rooms = (stage.room, asks)
    async with stage.program() as app:
        clock = Steady()
        dog = Watchdog(app.context, app.health, app.disk, app.channel_watch.standing, clock)
        for asks.received_at in (None, stage.clock() - 2 * DEAF):  # never answered, or not since this process began
            await dog.look()
            clock.now += 2 * LONG
            await dog.look()
        asks.received_at = stage.clock()
        await dog.look()
        stage.clock.forward(seconds=(DEAF + timedelta(minutes=1)).total_seconds())
        await dog.look()
        clock.now += LONG
        with pytest.raises(Unwell, match="hear from telegram"):
            await dog.look()
        app.channel_watch.standing.reject("telegram", "401")
        await dog.look()
