"""Every channel."""
