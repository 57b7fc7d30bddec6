"""What a campaign is and where it runs: its units, its staff, its calendar and what admins set.

Others use: answers, calendar, campaigns, codes, country, handovers, invitations, lessons, outside,
settings, setup, staff, units, within, workdays.
"""
