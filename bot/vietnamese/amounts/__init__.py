"""Numbers, and how much or how many of something: money, people, things, kilograms.

Others use: amount, count, money, number, weight.
"""
