"""How the program is, and what somebody should mend.

Others use: backup, health, status, wrong, zalo.
"""
