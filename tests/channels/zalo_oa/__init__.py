"""The Official Account of Zalo as a channel."""
