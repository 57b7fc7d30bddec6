"""The campaign's commands."""
