"""How the program is, and what somebody should mend.

Others use: status, wrong, zalo.
"""
