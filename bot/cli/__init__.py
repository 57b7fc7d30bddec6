"""What the command line starts.

Others use: backup, check, exits, handover, key, restore, run, setup, staff, upkeep.
"""
