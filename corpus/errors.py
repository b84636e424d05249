"""Everything Casebook raises on purpose.

    CasebookError
    ├── SettingsError           a setting is unknown, missing or out of bounds
    ├── UsageError              a question, filter or argument that cannot be served as given
    │   └── TooLarge            ... because it is over a stated limit
    ├── NotFound                a report or conversation that is not in this library
    ├── IngestError             one source could not become a report
    │   ├── UnsupportedFormat   nobody here reads this kind of file
    │   ├── UnreadableSource    the bytes could not be read (permission, vanished, not a file)
    │   └── ParseError          the bytes are not what they claim to be, or hold no text
    ├── LibraryError            the library on disk cannot be used as it is
    │   ├── LibraryLocked       another process holds the embedded library
    │   └── LibraryDamaged      catalogue or index is broken or of another version
    └── ModelUnavailable        an embedder or chat model could not be loaded or reached
        └── ChatModelFailed     ... or failed while it was answering

The message always says who, what and what now. Not knowing an answer is never an exception.
"""


class CasebookError(Exception):
    """Root of all expected failures; its message is fit to be shown to a user."""


class SettingsError(CasebookError):
    """A setting is unknown, missing or out of bounds."""


class UsageError(CasebookError):
    """A question, filter or argument that cannot be served as given."""


class TooLarge(UsageError):
    """The input is over a stated limit."""


class NotFound(CasebookError):
    """A report or conversation that is not in this library."""


class IngestError(CasebookError):
    """One source could not become a report: who (the source's uri) and what (the reason)."""

    def __init__(self, uri: str, reason: str) -> None:
        super().__init__(f"{uri}: {reason}")
        self.uri = uri
        self.reason = reason


class UnsupportedFormat(IngestError):
    """Nobody here reads this kind of file."""


class UnreadableSource(IngestError):
    """The bytes could not be read."""


class ParseError(IngestError):
    """The bytes are not what they claim to be, or hold no text."""


class LibraryError(CasebookError):
    """The library on disk cannot be used as it is."""


class LibraryLocked(LibraryError):
    """Another process holds the embedded library."""


class LibraryDamaged(LibraryError):
    """Catalogue or index is broken, or was written by another version."""


def unwritable(what: str, cause: object) -> LibraryError:
    """The error for a write that the disk refused. Every write can be repeated: reads ignore what is only half there."""
    return LibraryError(
        f"{what} cannot be written ({cause}); make room on the disk or allow writing there, then do it again: nothing half-written is shown"
    )


class ModelUnavailable(CasebookError):
    """An embedder or chat model could not be loaded or reached."""


class ChatModelFailed(ModelUnavailable):
    """A chat model failed while it was answering."""
