"""What officers say in a sentence: of the card before them, and for what the desk offers. One word that is not known, and
nothing is done.

Others use: cards, tasks, unsure.
"""
