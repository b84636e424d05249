"""Plots: where marks stand, and that they are well-formed."""

import re
from itertools import pairwise
from xml.etree import ElementTree

from evals.svg import Point, Series, histogram, intervals, lines, standalone


def _drawn(drawing: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(drawing).iter())


def test_a_dot_stands_at_its_value_between_the_ends_of_its_interval() -> None:
    drawing = intervals([Point("a <b>", 0.5, 0.25, 0.75), Point("alone", 1.0)], "title")
    marks = _drawn(drawing)
    dots = [float(one.get("cx", 0)) for one in marks if one.get("class", "").startswith("dot")]
    (bar,) = (one for one in marks if one.get("class", "").startswith("bar"))
    zero, one = (float(tick.get("x", 0)) for tick in marks if tick.get("class") == "tick" and tick.text in ("0", "1"))
    assert dots == [(zero + one) / 2, one]
    assert (float(bar.get("x1", 0)), float(bar.get("x2", 0))) == (zero + 0.25 * (one - zero), zero + 0.75 * (one - zero))


def test_a_histogram_counts_every_value_once_and_one_is_in_the_last_bin() -> None:
    counts = [int(one.text or 0) for one in _drawn(histogram([0, 0.05, 0.55, 1, 1, 1], "title")) if one.get("class") == "count"]
    assert counts == [2, 1, 3]
    assert not [one for one in _drawn(histogram([], "title")) if one.get("class") == "fill"]


def test_lines_are_straight_where_both_axes_are_logarithmic() -> None:
    drawing = standalone(lines([Series("linear", ((10, 1), (100, 10), (1000, 100)))], "title", "size", "ms"))
    (path,) = (one.get("points", "") for one in _drawn(drawing) if one.get("class", "").startswith("line "))
    (x1, y1), (x2, y2), (x3, y3) = ([float(part) for part in place.split(",")] for place in path.split())
    assert abs((x1 + x3) / 2 - x2) < 0.2
    assert abs((y1 + y3) / 2 - y2) < 0.2
    assert y3 < y1
    assert re.search("<svg[^>]*><style>", drawing)


def test_one_size_alone_can_be_drawn() -> None:
    assert lines([Series("a", ((1000, 5),))], "title", "size", "ms")


def test_names_of_lines_that_end_together_do_not_touch() -> None:
    drawing = lines([Series(name, ((10, 1), (100, value))) for name, value in (("a", 5), ("b", 5.1), ("c", 5.2))], "title", "size", "ms")
    heights = sorted(float(one.get("y", 0)) for one in _drawn(drawing) if one.get("class") == "label")
    assert min(after - before for before, after in pairwise(heights)) >= 14.9
