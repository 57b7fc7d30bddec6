"""The HTTP side: one Starlette application with what the channels bring, static files and health.

Others use: here, limits, metrics, page, safety, server, signed.
"""
