"""Read what Vietnamese people type, every word of it: phones, names, places, yes and no. Pure functions, one file each.

Others use: choice, commune, courtesy, fold, letters, names, none, phone, place, reading, spelling, yes_no.
"""
