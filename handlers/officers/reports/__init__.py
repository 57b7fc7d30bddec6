"""The figures for whoever asks: of a period, as a message and as a paper, and of all years.

Others use: report, weeks, years.
"""
