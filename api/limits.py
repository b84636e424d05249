"""How often one caller may ask: a bucket that fills steadily and lets a short burst through."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

# Callers that have been quiet long enough to have a full bucket need none; more than these are looked through.
_MANY = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class RateLimit:
    """``per_minute`` for each name, all at once or spread. Safe to share between threads."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = Lock()

    def wait_s(self, name: str) -> float:
        """Take one; 0 where there was one to take, else the seconds until there will be."""
        now, rate = self._clock(), self._per_minute / 60
        with self._lock:
            if len(self._buckets) > _MANY:
                self._forget_the_quiet(now)
            bucket = self._buckets.setdefault(name, _Bucket(self._per_minute, now))
            bucket.left = min(self._per_minute, bucket.left + (now - bucket.at) * rate)
            bucket.at = now
            if bucket.left < 1:
                return (1 - bucket.left) / rate
            bucket.left -= 1
            return 0.0

    def _forget_the_quiet(self, now: float) -> None:
        self._buckets = {name: one for name, one in self._buckets.items() if now - one.at < 60}
