"""The month's messages."""
