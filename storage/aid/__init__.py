"""Humanitarian addresses, pledges, receipts, deeds, volunteers and questions."""
