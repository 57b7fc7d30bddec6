"""Small real implementations of what stands around the program."""
