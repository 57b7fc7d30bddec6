"""What the command line starts.

Others use: backup, check, exits, restore, run, setup, staff, upkeep.
"""
