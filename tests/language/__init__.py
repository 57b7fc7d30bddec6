"""How well the program understands what people write, on labelled sets. ``make language`` prints the tables."""
