"""What channels keep of their platforms: tokens that change, what was found out, and messages by their price.

Others use: notes, prices, tokens.
"""
