"""What officers keep for each other: notes on a card, and who has something in hand.

Others use: notes, takings.
"""
