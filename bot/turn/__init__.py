"""All that a handler gets for one message, and what people can ask for, as data."""
