"""People, their accounts and places, and what comes in and goes out.

Others use: admissions, channel_errors, consents, fading, inbox, journeys, listening, outbox, paces,
people, places, quotas, sending, sessions.
"""
