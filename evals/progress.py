"""Progress on standard error: one line that moves on a terminal, a line every tenth elsewhere."""

import sys
import time


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Progress:
    """Counts steps towards a total and says how long the rest will take."""

    def __init__(self, label: str, total: int) -> None:
        self._label = label
        self._total = total
        self._done = 0
        self._started = time.perf_counter()
        self._live = sys.stderr.isatty()

    def step(self) -> None:
        self._done += 1
        last = self._done >= self._total
        if self._live:
            print(f"\r{self._line()}\x1b[K", end="\n" if last else "", file=sys.stderr, flush=True)
        elif last or self._done % max(1, self._total // 10) == 0:
            tell(self._line())

    def _line(self) -> str:
        elapsed = time.perf_counter() - self._started
        left = elapsed / self._done * max(0, self._total - self._done)
        return f"{self._label} {self._done}/{self._total}, {elapsed:.0f} s, {left:.0f} s left"
