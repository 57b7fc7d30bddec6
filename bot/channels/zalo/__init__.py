"""What both of Zalo's products have in common: texts in parts, and addresses under which files are fetched.

Others use: files, parts.
"""
