"""How the program is, and what somebody should mend.

Others use: health, status, wrong, zalo.
"""
