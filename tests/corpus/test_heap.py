"""What a process keeps for good is out of the collector's rounds."""

import gc
from collections.abc import Iterator

import pytest

from corpus import heap
from corpus.heap import give_back, settle


@pytest.fixture
def unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("unfrozen")
def test_a_full_round_looks_at_nothing_that_was_settled() -> None:
    kept = [[number] for number in range(1000)]
    settle()
    assert gc.get_freeze_count() > len(kept)
    assert not any(one is kept for one in gc.get_objects())


@pytest.mark.usefixtures("unfrozen")
def test_what_is_thrown_away_before_is_not_kept() -> None:
    class Thrown:
        pass

    thrown = Thrown()
    thrown.itself = thrown  # type: ignore[attr-defined]
    del thrown
    settle()
    gc.unfreeze()
    assert not any(type(one) is Thrown for one in gc.get_objects())


def test_memory_can_be_handed_back_at_any_time_and_on_any_system(monkeypatch: pytest.MonkeyPatch) -> None:
    give_back()
    heap._trim.cache_clear()
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda _name: object())
    try:
        give_back()
        assert heap._trim() is None
    finally:
        heap._trim.cache_clear()
