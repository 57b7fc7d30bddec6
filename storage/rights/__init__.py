"""What a person may ask about her own data: export, erasure, linked accounts; and how long things are kept.

Others use: bare, copies, erase, export, links, marks, proofs, requests, retention, spoken, unagreed.
"""
