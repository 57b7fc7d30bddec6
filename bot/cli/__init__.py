"""What the command line starts.

Others use: run, setup, staff, upkeep.
"""
