"""The made-up campaign of the demo.

Others use: demo, demo_month.
"""
