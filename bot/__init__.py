"""The machinery: knows chat, knows no campaign."""

import gc
import sys
from typing import Any, cast

AT_ONCE = 20_000
"""New objects after which rubbish is looked for. While everything is loaded there is none, and Python's 700 cost a seventh of
the start."""

gc.set_threshold(AT_ONCE)
# structlog would load rich, and with it Pygments: four megabytes for colours that no log of ours has.
cast("dict[str, Any]", sys.modules).setdefault("rich", None)
