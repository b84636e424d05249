"""Vectors that were kept are those that would be made again."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corpus.embedding import Vectors
from evals.kept_vectors import RememberingEmbedder
from tests.doubles import HashingEmbedder


class _Counting(HashingEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed(texts)


def test_a_text_is_embedded_once_also_by_the_next_run(tmp_path: Path) -> None:
    inner = _Counting()
    texts = ["calcinosis", "rituximab", "calcinosis"]
    first = RememberingEmbedder(inner, tmp_path / "kept" / "v.sqlite3", "float32").embed(texts)
    again = RememberingEmbedder(inner, tmp_path / "kept" / "v.sqlite3", "float32").embed([*texts, "diltiazem"])
    assert inner.texts == ["calcinosis", "rituximab", "diltiazem"]
    np.testing.assert_array_equal(first, HashingEmbedder().embed(texts))
    np.testing.assert_array_equal(again, HashingEmbedder().embed([*texts, "diltiazem"]))


def test_another_precision_does_not_take_the_vectors_of_this_one(tmp_path: Path) -> None:
    inner = _Counting()
    for kind in ("float32", "bfloat16"):
        RememberingEmbedder(inner, tmp_path / "v.sqlite3", kind).embed(["calcinosis"])
    assert inner.texts == ["calcinosis", "calcinosis"]


def test_no_text_has_no_vector_and_the_right_width(tmp_path: Path) -> None:
    inner = HashingEmbedder()
    assert RememberingEmbedder(inner, tmp_path / "v.sqlite3", "float32").embed([]).shape == inner.embed([]).shape
