"""Print how well what people write is understood; with ``--crossed`` also cross-validated, which takes minutes."""

from __future__ import annotations

import sys

from tests.language import sentences

print(sentences.table(cross="--crossed" in sys.argv))
