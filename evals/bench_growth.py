"""One ingest in a process of its own, for its memory: ``python -m evals.bench_growth FOLDER HOME``.

Everything is real but most of the embedding, which would take hours for thousands of articles and holds no memory from batch to batch: the
first batches are embedded by the model, so that it is in memory and has computed in its full breadth; later texts get vectors of the right
length in random directions.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corpus.embedding import Embedder, Vectors, load_embedder
from corpus.settings import load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from ingest.pipeline import Pipeline

# More than one batch of the pipeline.
_REAL_TEXTS = 600


class SparingEmbedder:
    """The model for the first texts, random directions for the others."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._random = np.random.default_rng(7)
        self._embedded = 0
        self._dimension = 0
        self.name = inner.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self._embedded < _REAL_TEXTS:
            self._embedded += len(texts)
            found = self._inner.embed(texts)
            self._dimension = found.shape[1]
            return found
        made: Vectors = self._random.standard_normal((len(texts), self._dimension), dtype=np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


def main(folder: Path, home: Path) -> None:
    settings = load_settings(home=home)
    with Corpus.open(settings, SparingEmbedder(load_embedder(settings))) as corpus:
        for result in Pipeline(corpus, settings, Vocabulary.load()).run([folder]):
            if result.status != "added":
                raise SystemExit(f"{result.uri}: came out {result.status} ({result.reason}); nothing was measured")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
