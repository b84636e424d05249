"""Plots as inline SVG: no library, no script, colours from the page's own variables, so that light and dark both read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Self

_LABEL, _PLOT, _VALUE, _ROW, _PAD = 190, 300, 130, 24, 8


@dataclass(frozen=True, slots=True)
class Point:
    """A labelled figure in 0..1 with its interval; ``note`` is printed at the right."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""
    strong: bool = False


def intervals(points: Sequence[Point], title: str) -> str:
    """Dots with interval bars, one a line, over an axis from 0 to 1."""
    height = len(points) * _ROW + 2 * _PAD + 18
    rows = [_interval(point, _PAD + number * _ROW + _ROW / 2) for number, point in enumerate(points)]
    return _svg(_LABEL + _PLOT + _VALUE, height, title, [*_axis(height - 18), *rows])


def _interval(point: Point, middle: float) -> str:
    kind = "strong" if point.strong else "weak"
    bar = ""
    if point.low is not None and point.high is not None:
        bar = f'<line class="bar {kind}" x1="{_x(point.low):.1f}" x2="{_x(point.high):.1f}" y1="{middle}" y2="{middle}"/>'
    return (
        f'<text class="label" x="{_LABEL - 10}" y="{middle + 4}" text-anchor="end">{escape(point.label)}</text>{bar}'
        f'<circle class="dot {kind}" cx="{_x(point.value):.1f}" cy="{middle}" r="4.5"/>'
        f'<text class="value" x="{_LABEL + _PLOT + 12}" y="{middle + 4}">{point.value:.3f} {escape(point.note)}</text>'
    )


def _axis(bottom: float) -> list[str]:
    marks = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        marks.append(f'<line class="grid" x1="{_x(tick)}" x2="{_x(tick)}" y1="{_PAD}" y2="{bottom - _PAD}"/>')
        marks.append(f'<text class="tick" x="{_x(tick)}" y="{bottom + 8}" text-anchor="middle">{tick:g}</text>')
    return marks


def _x(value: float) -> float:
    return _LABEL + _PLOT * min(1.0, max(0.0, value))


def histogram(values: Sequence[float], title: str, bins: int = 10) -> str:
    """How often a score in 0..1 falls into each of ten bins; the last holds 1."""
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(value * bins))] += 1
    width, height, base = 260, 130, 104
    step, top = (width - 20) / bins, max(counts, default=0) or 1
    bars = [_column(10 + number * step, step - 3, base, 84 * count / top, count) for number, count in enumerate(counts)]
    ticks = [
        f'<text class="tick" x="{10 + (width - 20) * tick}" y="{base + 16}" text-anchor="middle">{tick:g}</text>' for tick in (0, 0.5, 1)
    ]
    return _svg(width, height, title, [f'<line class="grid" x1="10" x2="{width - 10}" y1="{base}" y2="{base}"/>', *bars, *ticks])


def _column(left: float, width: float, base: float, height: float, count: int) -> str:
    if not count:
        return ""
    return (
        f'<rect class="fill" x="{left:.1f}" y="{base - height:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"/>'
        f'<text class="count" x="{left + width / 2:.1f}" y="{base - height - 4:.1f}" text-anchor="middle">{count}</text>'
    )


@dataclass(frozen=True, slots=True)
class Series:
    """A line of (x, y) points by its name."""

    name: str
    points: tuple[tuple[float, float], ...]


def lines(series: Sequence[Series], title: str, x_label: str, y_label: str) -> str:
    """Lines over two logarithmic axes, each named at its end; values must be above 0."""
    plane = _Plane.of([point for one in series for point in one.points])
    named = [
        f'<text class="tick" x="280" y="298" text-anchor="middle">{escape(x_label)}</text>',
        f'<text class="tick" x="70" y="28">{escape(y_label)}</text>',
    ]
    ends = _apart([plane.place(*one.points[-1])[1] for one in series])
    drawn = [plane.line(one, number, end) for number, (one, end) in enumerate(zip(series, ends, strict=True))]
    return _svg(640, 306, title, [*plane.grid(), *drawn, *named])


@dataclass(frozen=True, slots=True)
class _Plane:
    """Powers of ten at the ends of both axes, and where a point stands between them."""

    left: int
    right: int
    low: int
    high: int

    @classmethod
    def of(cls, points: Sequence[tuple[float, float]]) -> Self:
        (left, right), (low, high) = (_powers([point[axis] for point in points]) for axis in (0, 1))
        return cls(left, right, low, high)

    def place(self, x: float, y: float) -> tuple[float, float]:
        across, up = (log10(x) - self.left) / (self.right - self.left), (log10(y) - self.low) / (self.high - self.low)
        return 70 + 420 * across, 260 - 220 * up

    def grid(self) -> Iterator[str]:
        for power in range(self.left, self.right + 1):
            across, _ = self.place(10.0**power, 10.0**self.low)
            yield f'<line class="grid" x1="{across:.1f}" x2="{across:.1f}" y1="40" y2="260"/>'
            yield f'<text class="tick" x="{across:.1f}" y="278" text-anchor="middle">{_short(10.0**power)}</text>'
        for power in range(self.low, self.high + 1):
            _, up = self.place(10.0**self.left, 10.0**power)
            yield f'<line class="grid" x1="70" x2="490" y1="{up:.1f}" y2="{up:.1f}"/>'
            yield f'<text class="tick" x="62" y="{up + 4:.1f}" text-anchor="end">{_short(10.0**power)}</text>'

    def line(self, one: Series, number: int, label_at: float) -> str:
        at = [self.place(x, y) for x, y in one.points]
        path, kind = " ".join(f"{x:.1f},{y:.1f}" for x, y in at), f"s{number % 4}"
        marks = "".join(f'<circle class="mark {kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in at)
        end = f'<text class="label" x="{at[-1][0] + 10:.1f}" y="{label_at + 4:.1f}">{escape(one.name)}</text>'
        return f'<polyline class="line {kind}" points="{path}"/>{marks}{end}'


def _apart(heights: Sequence[float], least: float = 15) -> list[float]:
    """The same heights moved down just so far that names printed at them do not touch; in their own order."""
    placed, last = dict[int, float](), float("-inf")
    for place in sorted(range(len(heights)), key=heights.__getitem__):
        last = max(heights[place], last + least)
        placed[place] = last
    return [placed[place] for place in range(len(heights))]


def _powers(values: Sequence[float]) -> tuple[int, int]:
    # A library of 100,002 passages is drawn as one of 100,000.
    first, last = floor(log10(min(values)) + 0.01), ceil(log10(max(values)) - 0.01)
    return first, max(last, first + 1)


_STYLE = (
    "<style>text{font:12px system-ui,sans-serif;fill:#1d2126}.tick{fill:#5d6670;font-size:11px}.grid{stroke:#dfe2e5}"
    ".line{fill:none;stroke-width:2}.line.s0{stroke:#1f5fa8}.line.s1{stroke:#b4541a}.line.s2{stroke:#1b7f6b}.line.s3{stroke:#7a4a9e}"
    ".mark.s0{fill:#1f5fa8}.mark.s1{fill:#b4541a}.mark.s2{fill:#1b7f6b}.mark.s3{fill:#7a4a9e}"
    "@media(prefers-color-scheme:dark){text{fill:#e6e8ea}.tick{fill:#9aa4ae}.grid{stroke:#343a40}}</style>"
)


def standalone(drawing: str) -> str:
    """A plot as a file of its own, with its style inside."""
    head, mark, rest = drawing.partition(">")
    return f"{head}{mark}{_STYLE}{rest}\n"


def _short(value: float) -> str:
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def _svg(width: float, height: float, title: str, marks: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img" aria-label="{escape(title, quote=True)}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(marks)}</svg>'
    )
