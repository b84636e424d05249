"""Ingest measured from outside: whole processes over the same files, ours and LangChain's quickstart in turns, and our memory.

The quickstart (``evals/peers/langchain_quickstart/ingest.py``) runs in an environment of its own. Both start with nothing: no library, no
model in memory. Ours also reads the cases, keeps the catalogue and the BM25 index, and leaves out what is no part of the article (running
heads, reference lists of PDFs); the quickstart embeds all that its loaders return.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from corpus.catalog import Catalog
from corpus.embedding import computes_in_bfloat16
from corpus.errors import LibraryError, UsageError
from corpus.ledger import Ledger
from evals.bench_figures import Figure
from evals.progress import tell

ROUNDS = 3
_PEER = Path(__file__).parent / "peers" / "langchain_quickstart" / "ingest.py"
# What the project promises: so much faster where the CPU computes in bfloat16, never slower elsewhere.
_FASTER_IN_BFLOAT16 = 2.5
# A library of this many articles is to be read again within five seconds where nothing changed.
_AGAIN_FILES, _AGAIN_S = 385, 5.0
# What may be larger, in a library of ten times as many reports, than in the library itself.
COPIES, _GROWTH = 10, 1.3


@dataclass(frozen=True, slots=True)
class Ran:
    """One process: wall and processor time with that of its own children, and the most memory that any one of them held."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    said: str


def ran(command: Sequence[str], log: Path, variables: Mapping[str, str]) -> Ran:
    """A process from its start to its end. Raises LibraryError where it fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEBOOK_")}
    with log.open("w+b") as said, (log.parent / f"{log.name}.errors").open("w+b") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=kept | dict(variables), stdout=said, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        errors.seek(0)
        text, trouble = said.read().decode(errors="replace"), errors.read().decode(errors="replace")
    if process.returncode:
        raise LibraryError(f"{' '.join(command[:4])} ended with {process.returncode}: {trouble[-500:].strip()}; nothing was measured")
    # Linux tells the peak in kilobytes, macOS in bytes.
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Ran(seconds, used.ru_utime + used.ru_stime, peak, text)


def figures(files: Path, peer: Path | None, folder: Path, rounds: int = ROUNDS) -> Iterator[Figure]:
    """Of an ingest of ``files``: beside the quickstart where ``peer`` names its Python, again unchanged, and its memory."""
    if not files.exists():
        raise UsageError(f"{files}: does not exist; name files to ingest")
    ours, theirs = list[Ran](), list[Ran]()
    for number in range(rounds):
        tell(f"bench ingest: {files}, round {number + 1} of {rounds}")
        ours.append(_ours(files, folder / f"home-{number}"))
        if peer:
            theirs.append(_theirs(files, peer, folder / f"store-{number}"))
    yield from _first(ours, theirs, folder / "home-0")
    again = median(_unchanged(files, folder / "home-0").seconds for _ in range(rounds))
    count = len(_read(folder / "home-0"))
    bar = _AGAIN_S * max(1.0, count / _AGAIN_FILES)
    yield Figure("ingest files again, unchanged", again, "s", count, bar=bar, note="whole process")


def _first(ours: Sequence[Ran], theirs: Sequence[Ran], home: Path) -> Iterator[Figure]:
    held = _read(home)
    files, told = len(held), [json.loads(one.said.splitlines()[-1]) for one in theirs]
    promised = _FASTER_IN_BFLOAT16 if computes_in_bfloat16() else 1.0
    seconds = median(one.seconds for one in ours)
    baseline = median(one.seconds for one in theirs) if theirs else None
    note = f"whole process, median of {len(ours)} in turns" + (f"; bar: 1/{promised:g} of the baseline" if baseline else "")
    yield Figure("ingest files, first", seconds, "s", files, bar=baseline / promised if baseline else None, baseline=baseline, note=note)
    cpu = median(one.cpu_seconds for one in theirs) if theirs else None
    yield Figure("ingest files, processor time", median(one.cpu_seconds for one in ours), "s", files, baseline=cpu)
    if baseline:
        same = told[0]["characters"]
        yield Figure(
            "characters of the files", same / seconds, "chars/s", same, baseline=same / baseline, note="as the baseline's loaders read them"
        )
    kept = sum(held)
    own = told[0]["characters"] / baseline if baseline else None
    yield Figure("characters kept by each", kept / seconds, "chars/s", kept, baseline=own, note="ours leaves out what is no paragraph")
    memory = median(one.peak_bytes for one in theirs) / 1e6 if theirs else None
    yield Figure("ingest files, peak memory", median(one.peak_bytes for one in ours) / 1e6, "MB", files, baseline=memory)


def _ours(files: Path, home: Path) -> Ran:
    return ran([sys.executable, "-m", "api.cli", "ingest", str(files)], home.with_suffix(".log"), {"CASEBOOK_HOME": str(home)})


def _unchanged(files: Path, home: Path) -> Ran:
    """A time means nothing where the work was another: nothing may have been read again."""
    found = _ours(files, home)
    if other := [line for line in found.said.splitlines() if not line.startswith(("unchanged ", "shadowed "))]:
        raise LibraryError(f"{files}: came out {'; '.join(other)} instead of unchanged; nothing was measured")
    return found


def _theirs(files: Path, peer: Path, store: Path) -> Ran:
    """The peer's environment is offline, so that neither side waits for a network."""
    offline = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
    return ran([str(peer), str(_PEER), str(files), str(store)], store.with_suffix(".log"), offline)


def _read(home: Path) -> list[int]:
    """The characters of every source that was read."""
    catalog = Catalog.open(home / "catalog.sqlite3")
    try:
        lines = Ledger(catalog).lines().values()
        return [sum(len(one.text) for name in line.preferred for one in catalog.report(name).paragraphs) for line in lines]
    finally:
        catalog.close()


# -- memory ---------------------------------------------------------------------------------------------


def growth(files: Path, folder: Path, copies: int = COPIES) -> Iterator[Figure]:
    """The peak memory of an ingest of JATS articles, and of as many copies of them, each a work of its own."""
    sources = sorted(path for path in files.rglob("*") if path.suffix in {".nxml", ".xml"})
    if not sources:
        raise UsageError(f"{files}: holds no .nxml or .xml article; name a folder of JATS articles")
    peaks = [_peak(write_copies(sources, folder / f"x{number}", number), folder / f"home-x{number}") for number in (1, copies)]
    note = f"{copies} copies of each of {len(sources)} articles; the embedder is real for the first batches only"
    most, base = peaks[1] / 1e6, peaks[0] / 1e6
    yield Figure(f"ingest, peak memory at {len(sources)} reports", base, "MB", len(sources))
    yield Figure(f"ingest, peak memory at {len(sources) * copies}", most, "MB", len(sources) * copies, _GROWTH * base, base, note)


def _peak(files: Path, home: Path) -> int:
    tell(f"bench growth: {files.name}")
    return ran([sys.executable, "-m", "evals.bench_growth", str(files), str(home)], home.with_suffix(".log"), {}).peak_bytes


def write_copies(sources: Sequence[Path], folder: Path, copies: int) -> Path:
    """Every article ``copies`` times, each time with other identifiers and another title."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sources:
        text = path.read_text(encoding="utf-8")
        for number in range(copies):
            (folder / f"{path.stem}-{number}.nxml").write_text(renamed(text, number), encoding="utf-8")
    return folder


def renamed(article: str, number: int) -> str:
    """The same article as another work: digits are added to its identifiers, words to its title."""
    numbered = re.sub(r"(?<=[^>\s])(?=\s*</article-id>)", f"{number:02}", article)
    return numbered.replace("</article-title>", f", told for the {number}. time</article-title>", 1)
