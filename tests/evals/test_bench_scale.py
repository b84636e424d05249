"""Growing a library by synthetic reports: the same every time, Zipf in its words, near real meaning in its vectors."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from corpus.settings import Settings
from evals import bench_scale
from evals.bench_scale import STEPS, SyntheticEmbedder, SyntheticReports, figures, grow, plots
from tests.doubles import HashingEmbedder

TEXTS = ["pear pear pear pear plum plum fig", "pear plum quince"]


def test_a_synthetic_report_is_always_the_same_and_never_another() -> None:
    first, second = SyntheticReports(TEXTS), SyntheticReports(TEXTS)
    assert first.entry(3) == second.entry(3)
    assert first.entry(3).report.text != first.entry(4).report.text
    entry = first.entry(3)
    assert [chunk.paragraph_ids for chunk in entry.chunks] == [(paragraph.id,) for paragraph in entry.report.paragraphs]


def test_real_words_are_common_by_their_rank_and_made_up_ones_keep_coming() -> None:
    reports = SyntheticReports(TEXTS)
    counts = Counter(word for number in range(5) for word in reports.entry(number).report.text.replace(".", "").split())
    assert counts["pear"] > counts["plum"] > counts["fig"] > 0
    # Zipf: the first rank comes about 2 ** 1.07 times as often as the second.
    assert counts["pear"] / counts["plum"] == pytest.approx(2**1.07, rel=0.15)
    assert len([word for word in counts if word.startswith("w")]) > 1000


def test_synthetic_vectors_are_near_real_ones_and_questions_keep_their_own() -> None:
    real = HashingEmbedder()
    embedder = SyntheticEmbedder(real)
    embedder.learn(TEXTS)
    made = embedder.embed(["Synthetic report 1\na", "Synthetic report 1\nb"])
    assert np.linalg.norm(made, axis=1) == pytest.approx(1, abs=1e-5)
    assert (made @ real.embed(TEXTS).T).max(axis=1).min() > 0.7
    assert np.array_equal(made, embedder.embed(["Synthetic report 1\na", "Synthetic report 1\nb"]))
    assert np.array_equal(embedder.embed(["pear"]), real.embed(["pear"]))
    assert embedder.name == real.name


def test_a_library_grows_step_by_step_and_is_measured_at_each(
    report_files: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_scale, "STEPS", (20, 60))
    monkeypatch.setattr("corpus.embedding.load_embedder", lambda _: HashingEmbedder())
    points = list(grow(settings, report_files, ["Did methotrexate help?", "What failed for calcinosis?"], 60))
    assert [20 <= points[0].passages < 40, 60 <= points[1].passages < 80] == [True, True]
    assert points[1].disk["catalog.sqlite3"] > points[0].disk["catalog.sqlite3"] > 0
    names = [one.name for one in figures(points, 2)]
    assert f"scale {points[1].passages:,}, answer, p99" in names
    assert set(plots(points)) == {"scale-time.svg", "scale-size.svg"}
    assert STEPS[-1] == 1_000_000
