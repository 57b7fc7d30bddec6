"""What understanding sentences costs: how long until it is ready, what a message takes, and how much the process grows.

``python -m bench.understanding`` measures it in a fresh process and prints the lines that docs/performance.md has.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time

READY_SECONDS, MESSAGE_SECONDS, GROWTH = 0.3, 0.001, 10 << 20
"""What was promised."""
PAGE = os.sysconf("SC_PAGE_SIZE")
CHILD = "--here"


def resident() -> int:
    """Bytes of this process in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * PAGE


def here() -> None:
    """Measure in this process, which must be fresh; what else the program has loaded is there before."""
    import bot.process.app
    from bot.understanding.judge import model, understand
    from bot.vietnamese.place import Known
    from locales import LANGUAGES
    from tests.language.sentences import communes, labelled

    assert bot.process.app is not None
    places: tuple[Known, ...] = communes()
    sentences = [text for text, _ in labelled()]
    before, begun = resident(), time.perf_counter()
    understand(sentences[0], places)
    ready, grown = time.perf_counter() - begun, resident() - before
    begun = time.process_time()
    for text in sentences:
        understand(text, places)
    each = (time.process_time() - begun) / len(sentences)
    print(
        f"* {len(model().intents)} intents, {len(LANGUAGES)} languages, {len(sentences)} sentences one after the other"
    )
    print(f"* ready {ready * 1000:.0f} ms after the first sentence came (promised: {READY_SECONDS * 1000:.0f} ms)")
    print(
        f"* {each * 1000:.2f} ms of processor time a sentence, facts included (promised: {MESSAGE_SECONDS * 1000:.0f} ms)"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"* the process grows by {grown / (1 << 20):.1f} MB (promised: {GROWTH >> 20} MB), to {peak} MB at most")
    sys.exit(ready > READY_SECONDS or each > MESSAGE_SECONDS or grown > GROWTH)


if __name__ == "__main__":
    here() if CHILD in sys.argv else sys.exit(subprocess.call([sys.executable, "-m", "bench.understanding", CHILD]))
