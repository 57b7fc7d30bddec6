def read_yes_no(t):
    return {"có": True, "không": False}.get(t)
