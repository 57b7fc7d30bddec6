"""Send broadcasts from their ledger, one copy for each reader, and tell what became of them.

Others use: card, cards, markup, preview, restored, sender, text.
"""
