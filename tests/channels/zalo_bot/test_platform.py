"""What the platform does with requests and events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import pytest
from aiohttp import web

from tests.channels.zalo_bot.conftest import Client
from tests.fakes.listening import listening
from tests.fakes.zalo_bot import ZaloBot


async def test_a_wrong_token_is_refused(client: Client) -> None:
    assert await client.call("getMe", token="1:wrong") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )


async def test_polling_gives_one_event_a_call_and_each_once(api: ZaloBot, client: Client) -> None:
    ann = api.person("a1")
    ann.says("một")
    ann.says("hai")
    heard = [(await client.call("getUpdates", timeout=30))[1]["result"]["message"]["text"] for _ in range(2)]
    assert heard == ["một", "hai"]
    status, body = await client.call("getUpdates", timeout=30)
    assert (status, body["error_code"]) == (408, 408)


async def test_refusals_come_with_status_200_where_the_platform_is_so_inclined(api: ZaloBot, client: Client) -> None:
    api.says_status = False
    status, body = await client.call("getUpdates", timeout=0)
    assert status == 200 and body == {"ok": False, "error_code": 408, "description": "Request timeout"}


async def test_nobody_is_written_to_who_has_not_written(api: ZaloBot, client: Client) -> None:
    api.person("a1")
    assert (await client.call("sendMessage", chat_id="a1", text="chào"))[1]["error_code"] == 404
    api.person("a1").says("chào")
    assert (await client.call("sendMessage", chat_id="a1", text="chào"))[1]["ok"]
    assert [sent.text for sent in api.person("a1").inbox] == ["chào"]


async def test_the_months_quota_is_refused_with_429(client: Client, api: ZaloBot) -> None:
    api.person("a1").says("chào")
    api.quota = 1
    codes = [(await client.call("sendMessage", chat_id="a1", text="x"))[1].get("error_code") for _ in range(3)]
    assert codes == [None, 429, 429]


async def test_voice_to_a_group_succeeds_and_does_not_arrive(client: Client, api: ZaloBot) -> None:
    group = api.group("g1")
    group.says("@Bot chào")
    _, body = await client.call("sendVoice", chat_id="g1", voice_url=api.media(b"aac"))
    assert body["ok"] and not group.inbox


async def test_a_photo_is_fetched_by_the_platform(client: Client, api: ZaloBot) -> None:
    api.person("a1").says("chào")

    async def picture(request: web.Request) -> web.Response:
        return web.Response(body=b"jpeg", content_type="image/jpeg")

    async with _serving(picture) as url:
        assert (await client.call("sendPhoto", chat_id="a1", photo=f"{url}/x.jpg", caption="c"))[1]["ok"]
    assert [(sent.photo, sent.text) for sent in api.person("a1").inbox] == [(b"jpeg", "c")]
    assert (await client.call("sendPhoto", chat_id="a1", photo=f"{url}/x.jpg"))[1]["error_code"] == 400


@pytest.mark.parametrize("enveloped", [True, False])
async def test_the_webhook_gets_events_with_the_secret_bare_or_enveloped(
    client: Client, api: ZaloBot, enveloped: bool
) -> None:
    got: list[tuple[str, bytes]] = []

    async def hook(request: web.Request) -> web.Response:
        got.append((request.headers["X-Bot-Api-Secret-Token"], await request.read()))
        return web.Response()

    async with _serving(hook) as url:
        _, body = await client.call("setWebhook", url=f"{url}/hook", secret_token="12345678")
        assert body["result"]["verification"]["outcome"] == "webhook.ok"
        assert api.webhook
        api.webhook.enveloped = enveloped
        api.person("a1").says("chào")
        while len(got) < 2:
            await asyncio.sleep(0.01)
        assert got[0] == ("12345678", b"")  # the probe
        assert got[1][0] == "12345678" and got[1][1].startswith(b'{"ok"' if enveloped else b'{"event_name"')
        assert (await client.call("getUpdates", timeout=0))[1]["error_code"] == 400
        assert (await client.call("deleteWebhook"))[1]["result"]["url"] == ""
    assert (await client.call("deleteWebhook"))[1]["error_code"] == 400


async def test_a_webhook_whose_verification_failed_is_kept(client: Client, api: ZaloBot) -> None:
    async def hook(request: web.Request) -> web.Response:
        return web.Response(status=403)

    async with _serving(hook) as url:
        _, body = await client.call("setWebhook", url=url, secret_token="12345678")
    assert body["ok"] and body["result"]["verification"]["outcome"] == "webhook.http.403"
    assert (await client.call("getWebhookInfo"))[1]["result"]["url"] == url


async def test_trouble_is_answered_as_scripted(client: Client, api: ZaloBot) -> None:
    ann = api.person("a1")
    ann.says("chào")
    api.fail("sendMessage", code=403)
    api.fail("sendMessage", code=429, status=200, camel=True)
    said = {"chat_id": "a1", "text": "x"}
    assert (await client.call("sendMessage", **said))[0] == 403
    assert await client.call("sendMessage", **said) == (
        200,
        {"ok": False, "errorCode": 429, "description": "Quota exceeded"},
    )
    assert not ann.inbox
    api.fail("sendMessage", answer="cut", accepted=True)
    with pytest.raises(aiohttp.ClientError):
        await client.call("sendMessage", **said)
    assert len(ann.inbox) == 1
    api.fail("sendMessage", answer="page")
    with pytest.raises(aiohttp.ContentTypeError):
        await client.call("sendMessage", **said)
    api.fail("getUpdates", answer="bare")
    assert (await client.call("getUpdates"))[1] == {"ok": True}
    api.fail("getMe", answer="hang", times=None)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await client.call("getMe")
    api.heal()
    assert (await client.call("getMe"))[1]["result"]["account_type"] == "BASIC"


def _serving(answer: Callable[[web.Request], Awaitable[web.Response]]) -> AbstractAsyncContextManager[str]:
    """A small server of somebody else's; gives its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    return listening(app)
