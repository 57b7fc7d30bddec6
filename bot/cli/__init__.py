"""What the command line starts.

Others use: check, exits, run, setup, staff, upkeep.
"""
