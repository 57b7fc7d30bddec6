"""People, their accounts and places, and what comes in and goes out."""
