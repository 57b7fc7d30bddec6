"""Lead a person through a form, question by question. Pure: no input, no output, no database.

Others use: beneath, choose, course, forms, lead, orders.
"""
