"""One vocabulary for all tests of the extractor."""

import pytest

from corpus.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()
