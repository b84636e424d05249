"""A question to a grown library is measured without and with a scorer, beside the plain search over the same vectors."""

from pathlib import Path

import pytest

from corpus.settings import Settings
from corpus.store import Corpus
from evals.bench_query import figures, plain_search
from evals.bench_scale import SyntheticEmbedder, Times, grown
from tests.doubles import HashingEmbedder

QUESTIONS = ["Did methotrexate help?", "What failed for calcinosis?"]


def test_a_grown_library_is_asked_without_and_with_the_scorer(
    report_files: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.embedding.load_embedder", lambda _: HashingEmbedder())
    found = {one.name: one for one in figures(settings, report_files, QUESTIONS, 40)}
    held = next(iter(found)).split()[2]
    assert 40 <= int(held) < 60
    warm, late = found[f"answer over {held} passages, median"], found[f"answer over {held} passages, p99"]
    assert (warm.bar, late.bar) == (40, 150)
    assert None not in (warm.baseline, late.baseline)
    assert f"answer over {held} passages, with the scorer, median" in found


def test_the_plain_search_is_over_every_vector_of_the_library(report_files: Path, settings: Settings) -> None:
    embedder = SyntheticEmbedder(HashingEmbedder())
    with Corpus.open(settings, embedder) as corpus:
        held = grown(corpus, embedder, settings, report_files, 40)
        assert corpus.vectors.count() == held
        found = plain_search(corpus.vectors, embedder, held)("fingertip calcinosis in limited systemic sclerosis diltiazem")
    assert isinstance(found, list)
    assert len(found) == 8


def test_times_are_of_each_thing_done_once() -> None:
    done: list[int] = []
    assert Times.of(done.append, [1, 2, 3]).p50 >= 0
    assert done == [1, 2, 3]
