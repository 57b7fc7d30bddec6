"""The methods of the Bot API that the fake offers, by their documented names."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api import messages
from tests.fakes.bot_api.bot import Bot
from tests.fakes.bot_api.chats import Group, Person
from tests.fakes.bot_api.polling import WEBHOOK, asked
from tests.fakes.bot_api.refusal import Refusal
from tests.fakes.bot_api.updates import Json
from tests.fakes.bot_api_schema import Upload


@dataclass
class Asked:
    """One request that was found to be as documented."""

    bot: Bot
    params: dict[str, Any]
    files: Mapping[str, Upload]
    set_webhook: Callable[[Bot, Mapping[str, Any]], Awaitable[None]]
    given: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.given = {name: value for name, value in self.params.items() if value is not None}


Method = Callable[[Asked], Awaitable[Any]]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Offer a method."""

    def offer(run: Method) -> Method:
        METHODS[name] = run
        return run

    return offer


@method("getUpdates")
async def get_updates(asks: Asked) -> list[Json]:
    if asks.bot.webhook:
        raise Refusal(409, WEBHOOK)
    asks.bot.allow(asks.params.get("allowed_updates"))
    return [event.update for event in await asks.bot.polling.get(*asked(asks.params))]


@method("setWebhook")
async def set_webhook(asks: Asked) -> bool:
    await asks.set_webhook(asks.bot, asks.params)
    return True


@method("deleteWebhook")
async def delete_webhook(asks: Asked) -> bool:
    await asks.set_webhook(asks.bot, asks.params | {"url": ""})
    return True


@method("getWebhookInfo")
async def get_webhook_info(asks: Asked) -> Json:
    return asks.bot.webhook_info()


@method("sendMessage")
async def send_message(asks: Asked) -> Json:
    return messages.send(asks.bot, asks.params, messages.text(asks.params)).raw


@method("sendPhoto")
async def send_photo(asks: Asked) -> Json:
    return messages.send_media(asks.bot, asks.params, "photo", asks.params, asks.files).raw


@method("sendDocument")
async def send_document(asks: Asked) -> Json:
    return messages.send_media(asks.bot, asks.params, "document", asks.params, asks.files).raw


@method("sendVoice")
async def send_voice(asks: Asked) -> Json:
    return messages.send_media(asks.bot, asks.params, "voice", asks.params, asks.files).raw


@method("sendMediaGroup")
async def send_media_group(asks: Asked) -> list[Json]:
    return [sent.raw for sent in messages.send_album(asks.bot, asks.params, asks.files)]


@method("sendChatAction")
async def send_chat_action(asks: Asked) -> bool:
    messages.chat_to_speak_in(asks.bot, asks.params).actions.append(asks.params["action"])
    return True


@method("editMessageText")
async def edit_message_text(asks: Asked) -> Json:
    return messages.edit(asks.bot, asks.params, "text")


@method("editMessageCaption")
async def edit_message_caption(asks: Asked) -> Json:
    return messages.edit(asks.bot, asks.params, "caption")


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(asks: Asked) -> Json:
    return messages.edit(asks.bot, asks.params, "")


@method("deleteMessage")
async def delete_message(asks: Asked) -> bool:
    messages.delete(asks.bot, asks.params)
    return True


@method("deleteMessages")
async def delete_messages(asks: Asked) -> bool:
    chat = messages.chat_to_speak_in(asks.bot, asks.params)
    known = [id for id in asks.params["message_ids"] if id in chat.messages]
    for id in known:
        messages.refuse_old(asks.bot, chat, id)
    for id in known:
        messages.delete(asks.bot, asks.params | {"message_id": id})
    return True


@method("setMessageReaction")
async def set_message_reaction(asks: Asked) -> bool:
    chat = messages.chat_to_speak_in(asks.bot, asks.params)
    if asks.params["message_id"] not in chat.messages:
        raise Refusal(400, "message to react not found")
    chat.reactions[asks.params["message_id"]] = [one["emoji"] for one in asks.params.get("reaction") or ()]
    return True


@method("answerCallbackQuery")
async def answer_callback_query(asks: Asked) -> bool:
    asks.bot.answer_query(asks.params["callback_query_id"], asks.given)
    return True


@method("getFile")
async def get_file(asks: Asked) -> Json:
    file = asks.bot.files.link(asks.params["file_id"])
    return file.fields(file_path=file.path)


@method("getChat")
async def get_chat(asks: Asked) -> Json:
    chat = asks.bot.chat(asks.params["chat_id"])
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full = {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    return chat.chat | full


@method("leaveChat")
async def leave_chat(asks: Asked) -> bool:
    chat = asks.bot.chat(asks.params["chat_id"])
    if not isinstance(chat, Group):
        raise Refusal(400, "can't leave a private chat")
    if chat.refusal:
        raise chat.refusal
    chat.left()
    return True


@method("getMe")
async def get_me(asks: Asked) -> Json:
    can = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business",
           "has_main_web_app")  # fmt: skip
    return asks.bot.user | {name: name == "can_join_groups" for name in can}


@method("setMyCommands")
async def set_my_commands(asks: Asked) -> bool:
    asks.bot.profile[_menu(asks)] = asks.params["commands"]
    return True


@method("getMyCommands")
async def get_my_commands(asks: Asked) -> list[Json]:
    found: list[Json] = asks.bot.profile.get(_menu(asks), [])
    return found


@method("deleteMyCommands")
async def delete_my_commands(asks: Asked) -> bool:
    asks.bot.profile.pop(_menu(asks), None)
    return True


def _menu(asks: Asked) -> tuple[str, ...]:
    scope = asks.params.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        chat = asks.bot.chat(scope["chat_id"])
        if isinstance(chat, Person) and chat.refusal:
            raise Refusal(400, "chat not found")
    return "commands", json.dumps(scope, sort_keys=True), str(asks.params.get("language_code") or "")


def _profile(name: str, field: str) -> None:
    """Two methods that keep a text of the bot and tell it."""

    async def keep(asks: Asked) -> bool:
        asks.bot.profile[name, str(asks.params.get("language_code") or "")] = asks.params.get(field) or ""
        return True

    async def tell(asks: Asked) -> Json:
        language = str(asks.params.get("language_code") or "")
        return {field: asks.bot.profile.get((name, language), "")}

    METHODS[f"setMy{name}"], METHODS[f"getMy{name}"] = keep, tell


for _name, _field in (("Name", "name"), ("Description", "description"), ("ShortDescription", "short_description")):
    _profile(_name, _field)


@method("setChatMenuButton")
async def set_chat_menu_button(asks: Asked) -> bool:
    asks.bot.profile["menu_button",] = asks.params["menu_button"]
    return True


@method("getChatMenuButton")
async def get_chat_menu_button(asks: Asked) -> Json:
    button: Json = asks.bot.profile.get(("menu_button",), {"type": "default"})
    return button


@method("setMyProfilePhoto")
async def set_my_profile_photo(asks: Asked) -> bool:
    name = asks.params["photo"]["photo"].removeprefix("attach://")
    asks.bot.profile["photo",] = asks.files[name].content
    return True


@method("getUserProfilePhotos")
async def get_user_profile_photos(asks: Asked) -> Json:
    content = asks.bot.profile.get(("photo",))
    photos = [asks.bot.files.photo(content)] if content and asks.params["user_id"] == asks.bot.id else []
    return {"total_count": len(photos), "photos": photos}


@method("logOut")
@method("close")
async def yes(asks: Asked) -> bool:
    """Accepted without further effect."""
    return True
