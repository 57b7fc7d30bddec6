"""What the settings of several channels have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, Field, TypeAdapter, ValidationError

_HTTP = TypeAdapter(AnyHttpUrl)


def _checked(value: str) -> str:
    if value:
        try:
            _HTTP.validate_python(value)
        except ValidationError:
            raise ValueError("write an address that starts with https://") from None
    return value.rstrip("/")


Address = Annotated[str, AfterValidator(_checked)]
"""A web address, or nothing. Kept as it was written, without a slash at its end."""


class PublicAddress(BaseModel):
    """For channels whose platform calls us."""

    webhook_url: Address = Field(
        "", description="The public https address of this server, for webhooks and for links to the web chat."
    )

    def public(self) -> bool:
        """Whether a platform can call it; on loopback only the tests do."""
        return self.webhook_url.startswith(("https://", "http://127.0.0.1"))
