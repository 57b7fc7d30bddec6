"""What officers do with pledges: confirm, note what arrived, and say where to hand over.

Others use: arrived, brought, card, handover, receipts.
"""
