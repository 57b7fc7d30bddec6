"""Answer requests: check them, let go wrong what shall go wrong, do what they ask, write it down."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.bot_api.bot import Bot
from tests.fakes.bot_api.faults import DOWNLOAD, Fault
from tests.fakes.bot_api.methods import METHODS, Asked
from tests.fakes.bot_api.reading import answered, read, refused
from tests.fakes.bot_api.refusal import Refusal
from tests.fakes.bot_api.trouble import garbage, hang_up, never, truncated
from tests.fakes.bot_api.webhook import Webhook
from tests.fakes.bot_api_schema import Upload, Violation
from tests.fakes.bot_api_spec import spec

if TYPE_CHECKING:
    from tests.fakes.bot_api.server import BotApi

SENDING = frozenset({"sendMessage", "sendPhoto", "sendDocument", "sendVoice", "sendMediaGroup"})
DEFAULT_CONNECTIONS = 40


@dataclass
class Call:
    """One request. `code` is the status that was answered, 0 if the answer was cut off or never given.

    `outcome` is the result or the error's body, also where it did not reach the bot; nothing while it is under way or
    if it was not carried out.
    """

    at: datetime
    bot: int
    method: str
    params: dict[str, Any]
    files: tuple[str, ...] = ()
    code: int = 0
    outcome: Any = None
    troubled: bool = False


class Answering:
    """What the server's routes do."""

    def __init__(self, api: BotApi) -> None:
        self.api = api

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A method."""
        bot = self.api.bots.get(request.match_info["token"])
        name = self.api.schema.method(request.match_info["method"])
        try:
            if bot is None:
                raise Refusal(401)
            if name is None:
                raise Refusal(404, "method not found")
            given, files = await read(request)
        except Refusal as refusal:
            return refused(refusal)
        call = Call(self.api.clock(), bot.id, name, self.api.schema.decode(name, given, files), tuple(files))
        self.api.requests.append(call)
        fault = self.api.fault(name, call.params)
        try:
            return await self._respond(request, bot, call, files, fault)
        finally:
            self.api.record("request", **vars(call))

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file."""
        bot = self.api.bots.get(request.match_info["token"])
        if bot is None:
            return refused(Refusal(401))
        fault = self.api.fault(DOWNLOAD, {})
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        content = bot.files.download(request.match_info["path"])
        response = refused(Refusal(404)) if content is None else web.Response(body=content)
        if fault and (refusal := fault.refusal()):
            response = refused(refusal)
        return await self._spoil(request, response, fault)

    async def _respond(
        self, request: web.Request, bot: Bot, call: Call, files: Mapping[str, Upload], fault: Fault | None
    ) -> web.StreamResponse:
        call.troubled = fault is not None
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and not fault.deliver:
            self._complaints(call, files)
            response = refused(fault.refusal() or Refusal(500))
        else:
            answer = await self._carry_out(bot, call, files)
            if fault and (refusal := fault.refusal()) and not isinstance(answer, Refusal):
                answer = refusal
            response = refused(answer) if isinstance(answer, Refusal) else answered(answer)
        cut = fault and (fault.close_before or fault.close_after or fault.timeout or fault.truncated)
        call.code = 0 if cut else response.status
        return await self._spoil(request, response, fault)

    async def _spoil(self, request: web.Request, response: web.Response, fault: Fault | None) -> web.StreamResponse:
        """The answer, or what trouble leaves of it."""
        if fault is None:
            return response
        if fault.close_before or fault.close_after:
            return hang_up(request)
        if fault.timeout:
            return await never(request, self.api.closing)
        if fault.truncated:
            return await truncated(request, response)
        return garbage(fault.status or 200) if fault.garbage else response

    async def _carry_out(self, bot: Bot, call: Call, files: Mapping[str, Upload]) -> Any:
        """The result, or the refusal."""
        try:
            if complaints := self._complaints(call, files):
                raise Refusal(400, complaints[0])
            if self.api.limits and call.method in SENDING and isinstance(chat := call.params.get("chat_id"), int):
                self.api.limits.take(asyncio.get_running_loop().time(), chat, self.api.random)
            call.outcome = await METHODS[call.method](Asked(bot, call.params, files, self._set_webhook))
            return call.outcome
        except Refusal as refusal:
            call.outcome = refusal.answer()
            return refusal

    def _complaints(self, call: Call, files: Mapping[str, Upload]) -> list[str]:
        complaints = [*self.api.schema.check(call.method, call.params, files), *spec().check(call.method, call.params)]
        if call.method not in METHODS:
            complaints.append(f"the fake does not offer {call.method}")
        if complaints:
            self.api.violations.append(Violation(call.method, call.params, tuple(complaints)))
            self.api.record("violation", method=call.method, params=call.params, complaints=complaints)
        return complaints

    async def _set_webhook(self, bot: Bot, params: Mapping[str, Any]) -> None:
        url = str(params["url"])
        if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise Refusal(400, "bad webhook: An HTTPS URL must be provided for webhook")
        if params.get("drop_pending_updates"):
            bot.queue.clear()
        secret, most = str(params.get("secret_token") or ""), int(params.get("max_connections") or DEFAULT_CONNECTIONS)
        if url:
            bot.allow(params.get("allowed_updates"))
        if bot.webhook and bot.webhook.settings == (url, secret, most):
            return
        old, bot.hook = bot.hook, None
        if old:
            await old.close()
        if not url:
            return
        bot.polling.abort(Refusal(409, "terminated by setWebhook request"))

        async def call(asked: dict[str, Any]) -> None:
            await self._called_back(bot, asked)

        fault = self.api.fault
        bot.hook = Webhook(bot, url, secret, most, speed=self.api.speed, fault=lambda what: fault(what, {}), call=call)
        bot.hook.start()

    async def _called_back(self, bot: Bot, asked: dict[str, Any]) -> None:
        """A method in the answer of a webhook."""
        if name := self.api.schema.method(str(asked.pop("method"))):
            call = Call(self.api.clock(), bot.id, name, self.api.schema.decode(name, asked, {}))
            self.api.requests.append(call)
            await self._carry_out(bot, call, {})
            self.api.record("request", **vars(call))
