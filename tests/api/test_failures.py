"""Laws of the table from errors to statuses."""

import pytest

from api.failures import STATUS, status_of
from corpus import errors
from corpus.errors import CasebookError, ChatModelFailed, LibraryDamaged, ParseError, TooLarge

EVERY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CasebookError)]


@pytest.mark.parametrize("kind", EVERY)
def test_every_error_has_a_status(kind: type[CasebookError]) -> None:
    error = kind.__new__(kind)
    assert 400 <= status_of(error) < 600


def test_the_nearest_class_in_the_table_decides() -> None:
    assert status_of(TooLarge("x")) == 413
    assert status_of(ChatModelFailed("x")) == 502
    assert status_of(ParseError("uri", "x")) == STATUS[errors.IngestError]
    assert status_of(LibraryDamaged("x")) == STATUS[errors.LibraryError]
