"""Numbers, and how much or how many of something: money, people, things, kilograms."""
