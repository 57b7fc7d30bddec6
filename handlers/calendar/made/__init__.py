"""What is made of the month to be looked at or taken along: a chart of the totals, a picture, a file for calendars.

Others use: chart, ics, picture.
"""
