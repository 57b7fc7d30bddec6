"""Find what a text tells that it should not: who and where somebody is, and what leads its readers elsewhere; and
show what deceives their eyes.

Others use: contacts, sealed, visible.
"""
