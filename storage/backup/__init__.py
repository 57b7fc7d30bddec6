"""Keep a copy of everything that opens only with the key in the safe, prove it, and put it back.

Others use: archive, keys, proof, remembered, resume, shelf, snapshot.
"""
