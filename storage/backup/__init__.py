"""Keep a copy of everything that opens only with the key in the safe, prove it, and put it back.

Others use: archive, away, keys, proof, proven, remembered, resume, shelf, snapshot.
"""
