"""What every test may ask for: settings with a home of their own, a corpus without a model, a small library."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.settings import PREFIX, Settings, load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from tests.doubles import HashingEmbedder
from tests.library import REPORT_FILES, entries


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell that runs the tests chooses nothing, and no test reaches a model hub."""
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings(home=home)


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


@pytest.fixture
def corpus(settings: Settings, embedder: HashingEmbedder) -> Iterator[Corpus]:
    """An empty library."""
    with Corpus.open(settings, embedder) as opened:
        yield opened


@pytest.fixture
def library(corpus: Corpus) -> Corpus:
    """The corpus with the three reports of tests/library.py in it, put there without any parser."""
    corpus.put(entries())
    return corpus


@pytest.fixture
def report_files(tmp_path: Path) -> Path:
    """A folder with the three reports of tests/library.py as Markdown files."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in REPORT_FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
