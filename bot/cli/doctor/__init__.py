"""Look at everything that can be wrong with a program that runs or stands still, and say with which command it is mended.

Others use: command.
"""
