"""Leading a person through a form."""
