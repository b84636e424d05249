"""Public sets as evaluation sets: read by path where they lie, written as a folder below the library's home, never into the project."""

import re
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from corpus.errors import UsageError
from evals.datasets import EvaluationSet, data_digest, read_set

# name in front of the colon -> module of this package; raise VERSION when an adapter writes something else from the same bytes.
ADAPTERS = MappingProxyType(
    {
        "scifact": "scifact",
        "squad2": "squad2",
        "bioasq": "bioasq",
        "evidence-inference": "evidence_inference",
        "cast": "cast",
        "f1000": "f1000",
        "pubmedqa": "pubmedqa",
    }
)
# Sets of judged claims: no questions, so no folder is written of them.
CLAIMS = "expertqa"
VERSION = "1"
_NAMED = re.compile(r"([a-z][a-z0-9-]+):(.+)", re.DOTALL)


class Adapter(Protocol):
    """What a module of this package offers."""

    def write(self, source: Path, folder: Path) -> None:
        """Write ``reports/``, ``questions.jsonl`` and ``set.json`` from the set at ``source``."""
        ...


def evaluation_set(source: str, cache: Path) -> EvaluationSet:
    """A folder's own set, or the one that an adapter makes of ``name:path``. Raises UsageError."""
    named = _NAMED.fullmatch(source)
    if not named or Path(source).is_dir():
        return read_set(Path(source))
    name = named[1]
    if name not in ADAPTERS:
        raise UsageError(
            f"no adapter is called {name!r}; there are {', '.join((*ADAPTERS, CLAIMS))}, or name a folder with questions.jsonl"
        )
    return read_set(_adapted(name, _folder(name, named[2]), cache))


def claims_source(source: str) -> Path | None:
    """The folder of a set of judged claims (``expertqa:path``); None for every other set. Raises UsageError."""
    name, colon, path = source.partition(":")
    return _folder(name, path) if colon and name == CLAIMS else None


def _folder(name: str, path: str) -> Path:
    found = Path(path).expanduser()
    if not found.is_dir():
        raise UsageError(f"{found}: is not a folder; the {name} data are read from where they lie")
    return found


def _adapted(name: str, path: Path, cache: Path) -> Path:
    """The written folder; made anew when the source or the adapter changed. The marker comes last: a folder that has it is whole."""
    folder = cache / f"{name}-{data_digest((path,))[:12]}-{VERSION}"
    marker = folder / ".whole"
    if not marker.exists():
        (folder / "reports").mkdir(parents=True, exist_ok=True)
        adapter: Adapter = import_module(f"{__name__}.{ADAPTERS[name]}")
        adapter.write(path, folder)
        marker.touch()
    return folder
