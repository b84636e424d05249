"""Laws of rationing."""

from dataclasses import dataclass

from api.limits import RateLimit


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_passes_at_once_and_then_one_by_one() -> None:
    clock = Clock()
    limit = RateLimit(3, clock)
    assert [limit.wait_s("a") for _ in range(4)] == [0, 0, 0, 20]
    clock.now = 19.9
    assert 0 < limit.wait_s("a") < 0.2
    clock.now = 20
    assert limit.wait_s("a") == 0
    assert limit.wait_s("a") > 0


def test_one_caller_never_takes_from_another() -> None:
    limit = RateLimit(1, Clock())
    assert [limit.wait_s(name) for name in "abc"] == [0, 0, 0]
    assert limit.wait_s("a") > 0


def test_what_was_not_used_is_not_saved_up() -> None:
    clock = Clock()
    limit = RateLimit(2, clock)
    limit.wait_s("a")
    clock.now = 10_000
    assert [limit.wait_s("a") == 0 for _ in range(3)] == [True, True, False]


def test_callers_who_have_left_are_forgotten() -> None:
    clock = Clock()
    limit = RateLimit(1, clock)
    for number in range(10_001):
        limit.wait_s(str(number))
    clock.now = 61
    limit.wait_s("late")
    assert len(limit._buckets) == 1
