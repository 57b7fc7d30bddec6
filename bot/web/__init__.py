"""The HTTP side: the chat page, the webhook, pictures and health, in one Starlette application."""
