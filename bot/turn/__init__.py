"""All that a handler gets for one message, and what people can ask for, as data.

Others use: alarms, bubbles, channels, gather, menus, notices, operate, pages, render, router, routes, rules,
spoken, turn, work.
"""
