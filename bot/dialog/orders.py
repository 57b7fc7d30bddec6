"""What stands behind the buttons that every form has, and beside the answers that it keeps."""

from __future__ import annotations

SEND, CHANGE, BACK, SKIP, CANCEL, DONE = "+send", "+change", "+back", "+skip", "+cancel", "+done"
KEEP = "+keep"
"""The answer that was given before holds."""
OUTSIDE = "+outside"
"""The place that was typed is meant, although it lies outside."""
KNOWN = "+known"
"""The button with what the program suggests."""
ORDERS = (CANCEL, BACK, SKIP, CHANGE, KEEP)
"""What may be typed at any question, instead of an answer."""
MORE, HOME = "+more", "/menu"
"""More of the choices than are shown at once, and the menu."""
OFF = "-"
"""Before the value of a box that is ticked: pressing it twice does what pressing it once does."""
PICKED, NEXT, NONE = "+picked", "+next", "+none"
"""Under these stand what is ticked so far, and what is wanted instead of the form with the question that was open."""
