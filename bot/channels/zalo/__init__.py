"""What both of Zalo's products have in common: texts in parts, addresses under which files are fetched, and calls over HTTP.

Others use: fetching, files, http, parts.
"""
