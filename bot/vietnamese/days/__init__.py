"""When: days, months, years of birth, and moments to come.

Others use: birth, calendar, day, moment, month, year.
"""
