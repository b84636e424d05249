"""The packaged model, loaded once for this file, and what happens where none can be loaded."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.embedding import Embedder, load_embedder
from corpus.errors import ModelUnavailable
from corpus.settings import load_settings
from tests.doubles import HashingEmbedder

TEXTS = [
    "Diltiazem did not help the calcinosis of her hands.",
    "Her calcinosis was not improved by a calcium channel blocker.",
    "The bus was late because of the snow.",
    "",
    "calcinosis " * 600,
]


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return load_embedder(load_settings(home=tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module", params=["packaged", "hashing"])
def any_embedder(request: pytest.FixtureRequest) -> Embedder:
    """The double keeps the promises of the real thing."""
    if request.param == "hashing":
        return HashingEmbedder()
    found: Embedder = request.getfixturevalue("packaged")
    return found


def test_every_text_becomes_one_unit_vector(any_embedder: Embedder) -> None:
    vectors = any_embedder.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == len(TEXTS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_become_no_vectors_of_the_same_length(any_embedder: Embedder) -> None:
    assert any_embedder.embed([]).shape == (0, any_embedder.embed(["calcinosis"]).shape[1])


def test_the_same_text_is_the_same_vector(any_embedder: Embedder) -> None:
    assert np.array_equal(any_embedder.embed(TEXTS[:1]), any_embedder.embed(TEXTS[:1]))


def test_the_texts_around_it_hardly_move_a_vector(any_embedder: Embedder) -> None:
    alone, among = any_embedder.embed(TEXTS[:1])[0], any_embedder.embed(TEXTS[:3] * 20)[0]
    assert float(alone @ among) > 0.999


def test_like_texts_are_nearer_than_unlike_ones(any_embedder: Embedder) -> None:
    drug, channel, bus = any_embedder.embed(TEXTS[:3])
    assert drug @ channel > drug @ bus + 0.1


def test_a_model_that_is_nowhere_is_named_when_it_is_first_used(tmp_path: Path) -> None:
    embedder = load_embedder(load_settings(home=tmp_path, embedder=str(tmp_path / "no model")))
    assert embedder.name == str(tmp_path / "no model")
    with pytest.raises(ModelUnavailable, match=r"no model.* cannot be loaded: .*name a local folder, or set CASEBOOK_MODEL_HUB=true"):
        embedder.embed(["calcinosis"])


def test_neither_precision_nor_hub_changes_the_name_but_the_model_does(tmp_path: Path) -> None:
    names = {load_embedder(load_settings(home=tmp_path, embedder_dtype=kind)).name for kind in ("auto", "float32", "bfloat16")}
    assert names == {"all-MiniLM-L6-v2"}
    assert load_embedder(load_settings(home=tmp_path, embedder="org/model")).name == "org/model"


def test_choosing_an_embedder_loads_nothing() -> None:
    code = (
        "import sys; from corpus.embedding import load_embedder; from corpus.settings import load_settings; "
        "load_embedder(load_settings()); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout == "False\n"
