"""The library an evaluation asks: exactly the set's reports, ingested by today's code."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.embedding import Embedder, computes_in_bfloat16, load_embedder
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from evals.datasets import EvaluationSet
from evals.kept_vectors import RememberingEmbedder
from evals.progress import Progress, tell
from ingest.pipeline import Pipeline, SourceResult
from ingest.sources import find_sources

_INGESTING = ("corpus", "ingest")
PACKAGES = (*_INGESTING, "assistant")
_KEY_LENGTH = 16
# Enough to go back and forth between a few settings without embedding again.
_KEPT = 4


@dataclass(frozen=True, slots=True)
class Library:
    """An open library, and what its sources became."""

    corpus: Corpus
    vocabulary: Vocabulary
    failed: tuple[SourceResult, ...]


@contextmanager
def open_library(chosen: EvaluationSet, settings: Settings, embedder: Embedder | None = None) -> Iterator[Library]:
    """The set's reports in a library of their own below ``settings.home``.

    It is kept between runs under a key of the reports' bytes, their place, the embedding and the code that ingests: where any of these
    differs, a fresh one is made, so that no figure ever rests on what older code read. Vectors of texts embedded before are kept.
    """
    home = settings.home / "evals" / "libraries" / f"{chosen.name}-{_key(chosen, settings, embedder)}"
    # A Chroma server would put these chunks into the same collection as the user's own library.
    with Corpus.open(settings.model_copy(update={"home": home, "chroma_url": None}), embedder or _remembering(settings)) as corpus:
        os.utime(home)
        _sweep(home.parent, chosen.name)
        vocabulary = Vocabulary.load()
        yield Library(corpus, vocabulary, tuple(_ingest(chosen, corpus, settings, vocabulary)))


def _remembering(settings: Settings) -> Embedder:
    kind = f"{settings.embedder_dtype} {computes_in_bfloat16()}"
    return RememberingEmbedder(load_embedder(settings), settings.home / "evals" / "vectors.sqlite3", kind)


def _sweep(folder: Path, name: str) -> None:
    """Remove a set's libraries that were used longest ago; one that another process has open stays."""
    found = [path for path in folder.iterdir() if re.fullmatch(rf"{re.escape(name)}-[0-9a-f]{{{_KEY_LENGTH}}}", path.name)]
    for path in sorted(found, key=lambda one: -one.stat().st_mtime)[_KEPT:]:
        try:
            with FileLock(path / "lock").acquire(timeout=0):
                shutil.rmtree(path)
        except Timeout:
            continue


def _ingest(chosen: EvaluationSet, corpus: Corpus, settings: Settings, vocabulary: Vocabulary) -> Iterator[SourceResult]:
    """Read all sources; the ones that failed."""
    tell(f"{chosen.name}: ingesting into {corpus.catalog.engine.url.database}")
    progress = Progress("ingest", sum(1 for _ in find_sources(chosen.reports)))
    for result in Pipeline(corpus, settings, vocabulary).run(chosen.reports, prune=True):
        progress.step()
        if result.status == "failed":
            tell(f"failed: {result.uri}: {result.reason}")
            yield result


def code_digest(packages: tuple[str, ...] = PACKAGES) -> str:
    """SHA-256 over the packages' own source and word lists."""
    found = sha256()
    for name in packages:
        root = Path(next(iter(import_module(name).__path__)))
        for path in sorted(root.rglob("*")):
            if path.suffix in (".py", ".yaml"):
                found.update(f"{name}/{path.relative_to(root).as_posix()}\0".encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def _key(chosen: EvaluationSet, settings: Settings, embedder: Embedder | None) -> str:
    model = embedder.name if embedder else settings.embedder
    parts = (
        chosen.reports_digest,
        *map(str, chosen.reports),
        model,
        settings.embedder_dtype,
        str(settings.chunk_chars),
        code_digest(_INGESTING),
    )
    return sha256("\0".join(parts).encode()).hexdigest()[:_KEY_LENGTH]
