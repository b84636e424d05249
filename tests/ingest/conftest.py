"""An ingest that tests can run over and over on one library, and that counts what is embedded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from corpus.embedding import Vectors
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from ingest.pipeline import Pipeline, SourceResult
from tests.doubles import HashingEmbedder
from tests.ingest.snapshot import snapshot


class CountingEmbedder(HashingEmbedder):
    """Remembers every text that it embedded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed(texts)


@dataclass(slots=True)
class Ingesting:
    """One library with its folder of files; ``embedded`` are the texts that the last run embedded."""

    corpus: Corpus
    settings: Settings
    vocabulary: Vocabulary
    folder: Path
    embedded: list[str] = field(default_factory=list)

    def __call__(self, *paths: Path, **options: bool) -> dict[str, SourceResult]:
        """Results by the name of the file below the folder; every run also proves that one source gives one result."""
        return self.run(paths or (self.folder,), **options)

    def run(self, paths: Sequence[Path], settings: Settings | None = None, **options: bool) -> dict[str, SourceResult]:
        embedder = self.corpus.embedder
        assert isinstance(embedder, CountingEmbedder)
        embedder.texts = self.embedded = []
        results = list(Pipeline(self.corpus, settings or self.settings, self.vocabulary).run(paths, **options))
        named = {self._name(result.uri): result for result in results}
        assert len(named) == len(results)
        return named

    def statuses(self, *paths: Path, **options: bool) -> dict[str, str]:
        return {name: result.status for name, result in self(*paths, **options).items()}

    def snapshot(self) -> dict[str, Any]:
        return snapshot(self.corpus)

    def text(self, report_id: str) -> str:
        return self.corpus.catalog.report(report_id).text

    def _name(self, uri: str) -> str:
        path = Path(uri)
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else uri


@pytest.fixture
def embedder() -> HashingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def ingest(corpus: Corpus, settings: Settings, vocabulary: Vocabulary, tmp_path: Path) -> Ingesting:
    folder = tmp_path / "files"
    folder.mkdir()
    return Ingesting(corpus, settings, vocabulary, folder)


Note = Callable[..., Path]


@pytest.fixture
def note(ingest: Ingesting) -> Note:
    """Writes a small Markdown report into the folder."""

    def write(name: str, words: str = "nothing else", doi: str | None = None) -> Path:
        path = ingest.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        front = f"---\ntitle: Note of {words}\ndoi: {doi}\n---\n\n" if doi else ""
        path.write_text(f"{front}## Case\n\nThis patient had calcinosis and {words}.\n", encoding="utf-8")
        return path

    return write
