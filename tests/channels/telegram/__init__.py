"""The fake Bot API behaves as Telegram's server does."""
