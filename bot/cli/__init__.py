"""What the command line starts.

Others use: check, run, setup, staff, upkeep.
"""
