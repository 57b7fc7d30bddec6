"""What residents can ask for: volunteer, pledge, report a deed, ask, look, link and leave."""
