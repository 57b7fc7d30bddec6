"""The month's messages: when they are due, what they say, and what officers decide about them."""
