"""The made-up campaign of the demo."""
