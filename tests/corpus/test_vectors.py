"""The vector index alone; the store's tests run both kinds of Chroma."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.embedding import Vectors
from corpus.errors import LibraryDamaged, LibraryError
from corpus.report import Chunk
from corpus.vectors import VectorIndex, collection_name


def chunks(*names: str) -> list[Chunk]:
    return [Chunk(f"{name}#c1", name, (f"{name}#p1",), "Title", (), name) for name in names]


def vectors(*angles: float) -> Vectors:
    """Unit vectors in a plane, by their angle in degrees."""
    turned = np.radians(angles)
    return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[VectorIndex]:
    made = VectorIndex.open(tmp_path / "vectors", None, "hashing")
    made.add(chunks("north", "east", "south"), vectors(90, 0, 270))
    yield made
    made.close()


def test_the_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    hits = index.search(vectors(60)[0], 3)
    assert [hit.chunk_id for hit in hits] == ["north#c1", "east#c1", "south#c1"]
    assert [hit.score for hit in hits] == pytest.approx([np.cos(np.radians(angle)) for angle in (30, 60, 150)], abs=1e-5)


def test_equal_scores_are_ordered_by_chunk_id(index: VectorIndex) -> None:
    index.add(chunks("zulu", "alpha"), vectors(180, 180))
    assert [hit.chunk_id for hit in index.search(vectors(180)[0], 2)] == ["alpha#c1", "zulu#c1"]


def test_a_filter_limits_the_hits(index: VectorIndex) -> None:
    assert [hit.chunk_id for hit in index.search(vectors(90)[0], 3, ["south", "unknown"])] == ["south#c1"]


def test_asking_for_more_than_there_is_gives_what_there_is(index: VectorIndex) -> None:
    assert len(index.search(vectors(0)[0], 500)) == 3
    assert index.search(vectors(0)[0], 0) == []


def test_a_chunk_added_again_replaces_its_vector(index: VectorIndex) -> None:
    index.add(chunks("north"), vectors(271))
    assert index.count() == 3
    assert {hit.chunk_id for hit in index.search(vectors(270)[0], 2)} == {"north#c1", "south#c1"}


def test_only_what_has_a_vector_is_held(index: VectorIndex) -> None:
    assert index.holds(["east#c1", "west#c1", "north#c1"]) == {"east#c1", "north#c1"}
    assert index.holds([]) == set()
    index.remove(["east#c1", "west#c1"])
    assert index.holds(["east#c1"]) == set()
    assert index.ids() == {"north#c1", "south#c1"}


def test_more_chunks_than_chroma_takes_at_once_are_handed_over_in_turns(index: VectorIndex) -> None:
    index._limit = 7
    many = chunks(*(f"r{number}" for number in range(40)))
    index.add(many, vectors(*range(40)))
    assert index.ids() == {chunk.id for chunk in many} | {"north#c1", "east#c1", "south#c1"}
    assert index.search(vectors(33)[0], 1)[0].chunk_id == "r33#c1"
    assert index.holds([chunk.id for chunk in many]) == {chunk.id for chunk in many}
    index.remove([chunk.id for chunk in many])
    assert index.count() == 3


def test_two_embedders_never_mix(index: VectorIndex, tmp_path: Path) -> None:
    other = VectorIndex.open(tmp_path / "vectors", None, "another")
    assert other.count() == 0
    other.add(chunks("west"), np.ones((1, 5), dtype=np.float32))
    assert index.ids() == {"north#c1", "east#c1", "south#c1"}
    other.close()


def test_an_index_is_the_same_after_it_was_opened_again(tmp_path: Path) -> None:
    first = VectorIndex.open(tmp_path / "vectors", None, "hashing")
    first.add(chunks("north", "east"), vectors(90, 0))
    first.close()
    again = VectorIndex.open(tmp_path / "vectors", None, "hashing")
    assert again.search(vectors(80)[0], 1)[0].chunk_id == "north#c1"
    again.close()


@pytest.mark.parametrize("name", ["all-MiniLM-L6-v2", "org/model-name", "/models/of/ours/", "日本語", "x" * 300, "..", "a b"])
def test_every_embedder_has_a_collection_of_its_own_with_a_legal_name(name: str) -> None:
    made = collection_name(name)
    assert re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9._-]{1,61}[a-zA-Z0-9]", made)
    assert made != collection_name(f"{name}-")


def test_a_damaged_index_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / "chroma.sqlite3").write_bytes(b"this is no database" * 200)
    with pytest.raises(LibraryDamaged, match=r"vectors: the vector index cannot be opened .*`casebook check --repair`"):
        VectorIndex.open(tmp_path / "vectors", None, "hashing")


def test_a_write_that_chroma_refuses_is_told_in_words(index: VectorIndex) -> None:
    with pytest.raises(LibraryError, match="the vector index cannot be written"):
        index.add(chunks("west"), np.ones((1, 5), dtype=np.float32))
    assert index.count() == 3


def test_what_comes_back_is_what_was_given_to_the_last_bit_in_the_order_given(tmp_path: Path) -> None:
    """Also when it is handed on from one index to another, as a backup does."""
    names = [f"r{number}" for number in range(700)]
    given = np.random.default_rng(1).normal(size=(700, 384)).astype(np.float32)
    given /= np.linalg.norm(given, axis=1, keepdims=True)
    for folder in ("one", "other"):
        index = VectorIndex.open(tmp_path / folder, None, "hashing")
        index.add(chunks(*names), given)
        ((chunk_ids, came_back),) = index.pages()
        index.close()
        assert chunk_ids == [f"{name}#c1" for name in names]
        assert came_back.tobytes() == given.tobytes()
        given = came_back
