"""What is made of the month to be taken along: a picture, and a file for the calendars of telephones.

Others use: ics, picture.
"""
