"""The peers, each written as its library's own documentation writes it."""
