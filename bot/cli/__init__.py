"""What the command line starts.

Others use: backup, check, exits, handover, restore, run, setup, staff, upkeep.
"""
