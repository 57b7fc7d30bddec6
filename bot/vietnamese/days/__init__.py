"""When: days, months, years of birth, and moments to come."""
