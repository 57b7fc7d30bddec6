"""What officers do with pledges: confirm, note what arrived, get in touch, and say where to hand over.

Others use: arrived, handover, reaching, receipts.
"""
