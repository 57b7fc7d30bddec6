"""Humanitarian addresses, pledges, receipts, deeds, volunteers and questions.

Others use: addresses, deeds, dossiers, pledges, questions, receipts, reminders, reviews, volunteers.
"""
