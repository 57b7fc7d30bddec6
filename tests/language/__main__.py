"""Print how well people are understood.

``--pack`` writes the labelled sentences into what ships, for judging what officers teach.

``--answers`` prints only how answers are read, ``--misses`` lists those that are not; with ``--crossed`` the sentences are
also cross-validated, which takes minutes.
"""

from __future__ import annotations

import sys

from tests.language import answers, sentences

if "--pack" in sys.argv:
    sentences.ship()
    sys.exit()
answers.report(misses="--misses" in sys.argv)
if "--answers" not in sys.argv:
    print(sentences.table(cross="--crossed" in sys.argv))
