"""What officers tell each other on a card: what they noted, and who has it in hand.

Others use: assigning, noting, takings.
"""
