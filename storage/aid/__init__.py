"""Humanitarian addresses, pledges, receipts, deeds, volunteers, and threads with the officers.

Others use: addresses, appeals, brought, changes, deeds, dossiers, pledges, receipts, reminders, reviews,
revisions, sealing, threads, volunteers.
"""
