"""The audit log: one JSON line for each question and each change, only ever added to, without what tells who a patient is."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from api.callers import Caller
from api.identifiers import without_identifiers
from corpus.errors import unwritable

# Only the owner reads it: it tells what was asked, and by whom.
_MODE = 0o600


class AuditLog:
    """Lines are written whole, by one system call each, so that those of several processes never mix."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, event: str, caller: Caller, **facts: object) -> None:
        """Add a line. Raises LibraryError where the disk refuses it: what cannot be told afterwards is not done in silence."""
        who = {"door": caller.door, "key": caller.key, "address": caller.address, "request_id": caller.request_id}
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event} | who | _cleaned(facts)
        text = json.dumps(line, ensure_ascii=False) + "\n"
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
            try:
                os.write(handle, text.encode("utf-8", "replace"))
            finally:
                os.close(handle)
        except OSError as error:
            raise unwritable(f"the audit log {self.path}", error.strerror or error) from error


# What people type; ids and names of models are left as they are, or they could not be looked up again.
_TYPED = frozenset({"question", "standalone_question", "query", "comment", "file", "title"})


def _cleaned(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: without_identifiers(value) if name in _TYPED and isinstance(value, str) else value for name, value in facts.items()}
