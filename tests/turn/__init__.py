"""Routers, turns and notices."""
