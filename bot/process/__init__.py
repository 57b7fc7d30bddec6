"""Connect the parts of one process, run them, watch them, stop them.

Others use: app, running, startup, waiting.
"""
