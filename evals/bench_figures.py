"""What a benchmark prints and writes: figures beside a bar or a baseline of the same run, with the environment."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from corpus.errors import UsageError


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. ``baseline`` is the same thing done the plain way in the same run; ``bar`` is what it must stay under."""

    name: str
    value: float
    unit: str
    n: int
    bar: float | None = None
    baseline: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline if self.baseline else None

    @property
    def met(self) -> bool:
        return self.bar is None or self.value < self.bar


@dataclass(frozen=True, slots=True)
class Sizes:
    """How far the measures that grow something go: clients at a time, passages in a library. ``files`` are what `ingest` and `growth` read
    instead of the bundled library, ``peer`` is the Python of an environment that holds LangChain's quickstart."""

    clients: int = 8
    passages: int | None = None
    files: Path | None = None
    peer: Path | None = None


@dataclass(frozen=True, slots=True)
class BenchResult:
    """``plots`` are whole SVG files by name."""

    figures: tuple[Figure, ...]
    environment: Mapping[str, str]
    plots: Mapping[str, str] = field(default_factory=dict)

    @property
    def record(self) -> dict[str, object]:
        return {
            "environment": dict(self.environment),
            "figures": [asdict(one) | {"ratio": one.ratio, "met": one.met} for one in self.figures],
        }

    @property
    def text(self) -> str:
        """The table, then the environment."""
        heads = ["| what | value | bar | baseline | ratio | n | note |", "| --- | --- | --- | --- | --- | --- | --- |"]
        said = ", ".join(f"{name} {value}" for name, value in self.environment.items())
        return "\n".join([*heads, *map(_row, self.figures), "", f"On {said}."]) + "\n"

    def write(self, folder: Path) -> Sequence[Path]:
        """``bench.json``, ``bench.md`` and the plots. Raises UsageError where they cannot be written."""
        files = {"bench.json": json.dumps(self.record, indent=2) + "\n", "bench.md": self.text, **self.plots}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (folder / name).write_text(content, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{folder}: cannot be written ({error.strerror}); name another folder") from error
        return [folder / name for name in files]


def _row(one: Figure) -> str:
    bar = "-" if one.bar is None else f"< {one.bar:.3g} {'met' if one.met else 'NOT MET'}"
    baseline = "-" if one.baseline is None else f"{one.baseline:.3g} {one.unit}"
    ratio = "-" if one.ratio is None else f"{one.ratio:.3f}"
    return f"| {one.name} | {one.value:.3g} {one.unit} | {bar} | {baseline} | {ratio} | {one.n} | {one.note} |"
