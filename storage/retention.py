"""How long things are kept (placeholder)."""


async def sweep(tx, now):
    return []
