"""Laws of measuring an ingest from outside."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import LibraryError, UsageError
from corpus.settings import load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from evals.bench_growth import SparingEmbedder
from evals.bench_ingest import Ran, _first, _unchanged, growth, ran, renamed, write_copies
from ingest.pipeline import Pipeline
from tests.doubles import HashingEmbedder

ARTICLE = """<article><front><article-meta><article-id pub-id-type="pmid">{pmid}</article-id>
<article-id pub-id-type="doi">10.9999/copy.{pmid}.x </article-id>
<title-group><article-title>Nodules of a weaver</article-title></title-group></article-meta></front>
<body><sec><title>Case</title><p>A weaver had calcinosis of both elbows and received colchicine.</p></sec></body>
<back><ref-list><ref><mixed-citation><article-title>Another work</article-title></mixed-citation></ref></ref-list></back></article>"""


def test_a_process_is_measured_whole_with_what_it_said(tmp_path: Path) -> None:
    program = "import time; held = bytearray(50_000_000); time.sleep(0.2); print('done')"
    found = ran([sys.executable, "-c", program], tmp_path / "log", {"NAME": "value"})
    assert found.seconds >= 0.2 > found.cpu_seconds - 0.5
    assert found.peak_bytes > 50_000_000
    assert found.said == "done\n"


def test_a_process_that_fails_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="ended with 3: on purpose; nothing was measured"):
        ran([sys.executable, "-c", "import sys; print('on purpose', file=sys.stderr); sys.exit(3)"], tmp_path / "log", {})


def test_the_bar_is_a_share_of_the_time_that_the_baseline_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds by hand: medians of 4 and 12, 1,000 characters of which we kept 900."""
    monkeypatch.setattr("evals.bench_ingest._read", lambda _home: [400, 500])
    ours = [Ran(seconds, 1.0, 10, "") for seconds in (3, 4, 9)]
    theirs = [Ran(seconds, 2.0, 20, json.dumps({"characters": 1000})) for seconds in (11, 12, 40)]
    for fast, bar in ((True, 12 / 2.5), (False, 12.0)):
        monkeypatch.setattr("evals.bench_ingest.computes_in_bfloat16", lambda fast=fast: fast)
        first, cpu, same, own, memory = _first(ours, theirs, tmp_path)
        assert (first.value, first.baseline, first.bar, first.met, first.n) == (4, 12, bar, True, 2)
        assert (cpu.value, cpu.baseline, memory.ratio) == (1.0, 2.0, 0.5)
        assert (same.value, same.baseline) == (1000 / 4, 1000 / 12)
        assert (own.value, own.baseline) == (900 / 4, 1000 / 12)


def test_every_copy_of_an_article_is_a_work_of_its_own(tmp_path: Path) -> None:
    source = tmp_path / "one.nxml"
    source.write_text(ARTICLE.format(pmid=999999))
    folder = write_copies([source], tmp_path / "copies", 3)
    settings = load_settings(home=tmp_path / "home")
    with Corpus.open(settings, HashingEmbedder()) as corpus:
        assert [result.status for result in Pipeline(corpus, settings, Vocabulary.load()).run([folder])] == ["added"] * 3
        titles = {reference.title for reference in corpus.catalog.references().values()}
    assert len(titles) == 3
    assert "<article-title>Another work</article-title>" in renamed(ARTICLE, 0)


def test_a_second_run_that_read_something_again_is_not_timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.bench_ingest._ours", lambda *_: Ran(1.0, 1.0, 1, "unchanged 3\nchanged 1 (8 paragraphs)\n"))
    with pytest.raises(LibraryError, match=r"came out changed 1 \(8 paragraphs\) instead of unchanged"):
        _unchanged(tmp_path, tmp_path)
    monkeypatch.setattr("evals.bench_ingest._ours", lambda *_: Ran(1.0, 1.0, 1, "unchanged 3\n"))
    assert _unchanged(tmp_path, tmp_path).seconds == 1.0


def test_what_cannot_be_copied_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no \.nxml or \.xml article"):
        next(growth(tmp_path, tmp_path / "made"))


def test_the_model_is_spared_after_the_first_batches_and_the_vectors_keep_their_length() -> None:
    asked: list[int] = []

    class Counted(HashingEmbedder):
        def embed(self, texts):  # type: ignore[no-untyped-def]
            asked.append(len(texts))
            return super().embed(texts)

    embedder = SparingEmbedder(Counted())
    for size in (500, 200, 300):
        found = embedder.embed([f"text {number}" for number in range(size)])
        assert found.shape == (size, HashingEmbedder.dimension)
        assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert asked == [500, 200]
