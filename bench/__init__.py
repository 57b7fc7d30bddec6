"""How fast the program is, beside its peers. ``make bench`` runs it; nothing here is asserted by a timer."""
