"""Lead a person through a form, question by question. Pure: no input, no output, no database.

Others use: choose, course, forms, lead, orders.
"""
