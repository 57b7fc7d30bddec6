"""Whether a request to an Official Account's API is one: all that is documented and used, written down as models.

Lengths are counted in UTF-16 units: Zalo says "characters" and not which, so the widest count is the safe one.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

Json = dict[str, Any]


def _within(most: int) -> AfterValidator:
    def check(text: str) -> str:
        units = len(text.encode("utf-16-le")) // 2
        if not 1 <= units <= most:
            raise ValueError(f"{units} characters, not 1 to {most}")
        return text

    return AfterValidator(check)


def _public(url: str) -> str:
    """Real addresses are public and begin with https; a test's stay on loopback."""
    if not url.startswith(("https://", "http://127.0.0.1:")):
        raise ValueError("a public https address is needed")
    return url


Id = Annotated[str, Field(min_length=1)]
Url = Annotated[str, AfterValidator(_public)]


class Strict(BaseModel):
    """Takes what is documented and nothing else, without turning one kind of value into another."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Recipient(Strict):
    user_id: Id


class OpenUrl(Strict):
    url: Url


class Tap(Strict):
    """What is tapped says its payload."""

    title: Annotated[str, _within(100)]
    type: Literal["oa.query.show", "oa.query.hide"]
    payload: Annotated[str, _within(1000)]


class Open(Strict):
    title: Annotated[str, _within(100)]
    type: Literal["oa.open.url"]
    payload: OpenUrl


Buttons = Annotated[list[Tap | Open], Field(min_length=1, max_length=5)]


class Picture(Strict):
    media_type: Literal["image"]
    url: Url | None = None
    attachment_id: Id | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Picture:
        if (self.url is None) == (self.attachment_id is None):
            raise ValueError("either url or attachment_id")
        return self


class Pictures(Strict):
    template_type: Literal["media"]
    elements: Annotated[list[Picture], Field(min_length=1, max_length=1)]


class Asking(Strict):
    title: Annotated[str, _within(100)]
    subtitle: Annotated[str, _within(500)]
    image_url: Url


class AskingInfo(Strict):
    template_type: Literal["request_user_info"]
    elements: Annotated[list[Asking], Field(min_length=1, max_length=1)]


class ButtonTemplate(Strict):
    template_type: Literal["button"]
    text: Annotated[str, _within(2000)]
    buttons: Buttons


class Attached(Strict):
    buttons: Buttons


class Template(Strict):
    type: Literal["template"]
    payload: Pictures | AskingInfo | ButtonTemplate | Attached


class Token(Strict):
    token: Id


class FileAttachment(Strict):
    type: Literal["file"]
    payload: Token


class Said(Strict):
    text: Annotated[str, _within(2000)] | None = None
    quote_message_id: Id | None = None
    attachment: Template | FileAttachment | None = None

    @model_validator(mode="after")
    def something(self) -> Said:
        if self.text is None and self.attachment is None:
            raise ValueError("a text or an attachment")
        return self


class Consultation(Strict):
    """/v3.0/oa/message/cs"""

    recipient: Recipient
    message: Said


class ByTemplate(Strict):
    """/v3.0/oa/message/template"""

    user_id: Id
    template_id: Id
    template_data: dict[str, str | int]


class Quota(Strict):
    """/v3.0/oa/quota/message"""

    user_id: Id


class Code(Strict):
    app_id: Id
    grant_type: Literal["authorization_code"]
    code: Id
    code_verifier: Annotated[str, Field(min_length=43, max_length=128)] | None = None


class Refresh(Strict):
    app_id: Id
    grant_type: Literal["refresh_token"]
    refresh_token: Id


class Upload(Strict):
    """/v2.0/oa/upload/image and /file, one multipart field ``file``."""

    name: Id
    size: Annotated[int, Field(gt=0)]


REQUESTS: dict[tuple[str, str], Any] = {
    ("POST", "/v3.0/oa/message/cs"): Consultation,
    ("POST", "/v3.0/oa/message/template"): ByTemplate,
    ("POST", "/v3.0/oa/quota/message"): Quota,
    ("GET", "/v3.0/oa/user/detail"): Recipient,
    ("GET", "/v2.0/oa/getoa"): Strict,
    ("POST", "/v2.0/oa/upload/image"): Upload,
    ("POST", "/v2.0/oa/upload/file"): Upload,
    ("POST", "/v4/oa/access_token"): Code | Refresh,
}
"""Every request that is documented and made: anything else is a violation."""


def complaints(method: str, path: str, asked: Json) -> list[str]:
    """What is wrong with a request; nothing if it is as documented."""
    model = REQUESTS.get((method, path))
    if model is None:
        return ["there is no such method"]
    try:
        TypeAdapter(model).validate_python(asked)
    except ValidationError as wrong:
        return [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in wrong.errors()]
    return []
