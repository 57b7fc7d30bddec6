"""Find what a text tells that it should not: who and where somebody is, and what leads its readers elsewhere.

Others use: contacts, sealed.
"""
