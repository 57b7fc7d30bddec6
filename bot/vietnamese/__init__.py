"""Read what Vietnamese people type: phones, money, days, places, yes and no. Pure functions, one file each."""
