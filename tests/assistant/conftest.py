"""Assistants over small libraries, and one over the bundled library, which is ingested once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.chain import Assistant, build_assistant
from assistant.readers.generative import GenerativeReader
from corpus.catalog import Entry
from corpus.settings import Settings, load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from ingest.pipeline import Pipeline
from tests.doubles import HashingEmbedder
from tests.library import entries

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Written = Callable[["BaseChatModel"], Assistant]
BUNDLED = Path(__file__).parents[2] / "corpus" / "reports"


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """The three reports of tests/library.py, opened once; these tests only read. One that writes puts them into a corpus of its own."""
    with Corpus.open(load_settings(home=tmp_path_factory.mktemp("three") / "home"), HashingEmbedder()) as corpus:
        corpus.put(entries())
        yield corpus


@pytest.fixture
def assistant(library: Corpus, settings: Settings, vocabulary: Vocabulary) -> Assistant:
    """The extractive assistant over the three reports of tests/library.py."""
    return build_assistant(library, settings, vocabulary)


@pytest.fixture
def over(corpus: Corpus, settings: Settings, vocabulary: Vocabulary) -> Callable[..., Assistant]:
    """The extractive assistant over reports invented for the test."""

    def build(*entries: Entry) -> Assistant:
        corpus.put(list(entries))
        return build_assistant(corpus, settings, vocabulary)

    return build


@pytest.fixture
def written_by(library: Corpus, settings: Settings, vocabulary: Vocabulary) -> Written:
    """An assistant over the three reports whose answers a given chat model writes."""
    return lambda model: Assistant(library, settings, vocabulary, GenerativeReader(model, "fake:model"))


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Iterator[tuple[Corpus, Settings]]:
    """The bundled library. Nothing is ever written to it after it was ingested."""
    settings = load_settings(home=tmp_path_factory.mktemp("bundled") / "home")
    with Corpus.open(settings, HashingEmbedder()) as corpus:
        failed = [result.uri for result in Pipeline(corpus, settings, vocabulary).run([BUNDLED]) if result.status == "failed"]
        assert failed == []
        yield corpus, settings
