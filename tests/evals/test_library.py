"""The library that an evaluation asks is made of today's reports, settings and code, and of nothing else."""

import os
from pathlib import Path

import pytest

from corpus.settings import Settings
from evals import library as evaluation_library
from evals.datasets import read_set
from evals.library import open_library
from tests.doubles import HashingEmbedder


def _home(folder: Path, settings: Settings, embedder: HashingEmbedder) -> Path:
    with open_library(read_set(folder), settings, embedder) as library:
        return Path(str(library.corpus.catalog.engine.url.database)).parent


def test_the_same_set_is_ingested_once_and_apart_from_the_users_library(
    tiny_set: Path, settings: Settings, embedder: HashingEmbedder
) -> None:
    home = _home(tiny_set, settings, embedder)
    assert _home(tiny_set, settings, embedder) == home
    assert home.is_relative_to(settings.home / "evals")
    assert not (settings.home / "catalog.sqlite3").exists()


def test_an_edited_report_another_chunk_size_or_other_code_make_a_fresh_library(
    tiny_set: Path, settings: Settings, embedder: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = [_home(tiny_set, settings, embedder)]
    homes.append(_home(tiny_set, settings.model_copy(update={"chunk_chars": 500}), embedder))
    (tiny_set / "reports" / "plum.md").write_text("# A title\n\nOther words stand here now.\n")
    homes.append(_home(tiny_set, settings, embedder))
    monkeypatch.setattr(evaluation_library, "code_digest", lambda _: "other code")
    homes.append(_home(tiny_set, settings, embedder))
    assert len(set(homes)) == 4


def test_a_source_that_fails_is_named_and_the_rest_is_there(tiny_set: Path, settings: Settings, embedder: HashingEmbedder) -> None:
    (tiny_set / "reports" / "broken.pdf").write_bytes(b"%PDF-1.4 no more than this")
    with open_library(read_set(tiny_set), settings, embedder) as library:
        assert library.corpus.catalog.count() == 3
        assert [Path(one.uri).name for one in library.failed] == ["broken.pdf"]


def test_evaluation_chunks_never_go_to_a_chroma_server(tiny_set: Path, settings: Settings, embedder: HashingEmbedder) -> None:
    served = settings.model_copy(update={"chroma_url": "http://127.0.0.1:9"})
    with open_library(read_set(tiny_set), served, embedder) as library:
        assert library.corpus.vectors.count() == len(library.corpus.catalog.all_chunk_ids())


def test_libraries_used_longest_ago_are_swept_and_one_in_use_stays(
    tiny_set: Path, settings: Settings, embedder: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation_library, "_KEPT", 1)
    chosen = read_set(tiny_set)
    oldest = _home(tiny_set, settings, embedder)
    other_set = oldest.parent / "another-0123456789abcdef"
    other_set.mkdir()
    with open_library(chosen, settings.model_copy(update={"chunk_chars": 400}), embedder) as library:
        held = Path(str(library.corpus.catalog.engine.url.database)).parent
        assert not oldest.exists()
        os.utime(held, (0, 0))
        newest = _home(tiny_set, settings.model_copy(update={"chunk_chars": 600}), embedder)
        assert held.exists()
    assert newest.exists()
    assert other_set.exists()
