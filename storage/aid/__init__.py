"""Humanitarian addresses, pledges, receipts, deeds, volunteers, and threads with the officers.

Others use: addresses, appeals, brought, changes, deeds, dossiers, duplicates, notes, pledges, receipts, reminders, reviews,
revisions, shared, threads, volunteers.
"""
