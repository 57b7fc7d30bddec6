"""Read what Vietnamese people type, every word of it: phones, names, places, yes and no. Pure functions, one file each."""
