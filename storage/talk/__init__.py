"""People, their accounts and places, and what comes in and goes out.

Others use: admissions, channel_errors, channel_notes, channel_tokens, consents, fading, inbox, journeys, listening,
outbox, paces, people, places, quotas, sending, sessions.
"""
