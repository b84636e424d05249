"""What the page's files promise without a browser: contrast, no markup parsing, nothing from elsewhere."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "api" / "page"


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it: 1 (the same) to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


READ_ON = {
    "ink": ["paper", "surface", "sunken", "accent-soft", "mark-soft", "bad-soft"],
    "soft": ["paper", "surface", "sunken", "accent-soft"],
    "accent": ["paper", "surface", "accent-soft"],
    "on-accent": ["accent"],
    "on-mark": ["mark"],
    "good": ["good-soft"],
    "half": ["half-soft"],
    "bad": ["bad-soft", "surface", "paper"],
    "harm": ["harm-soft"],
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_contrasts_with_every_surface_it_stands_on(theme: str) -> None:
    blocks = (FOLDER / "colours.css").read_text().split(':root[data-theme="dark"]')
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[theme == "dark"]))
    weak = {
        (text, surface): round(contrast(colours[text], colours[surface]), 2)
        for text, surfaces in READ_ON.items()
        for surface in surfaces
        if contrast(colours[text], colours[surface]) < 4.5
    }
    assert weak == {}
    for surface in ("paper", "surface"):
        assert contrast(colours["control-line"], colours[surface]) >= 3, "edges of controls (WCAG 1.4.11)"


def test_nothing_in_the_page_parses_markup_or_comes_from_elsewhere() -> None:
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400, path.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser", text), path.name
        addresses = set(re.findall(r"https?://[^\s\"'`)]+", text)) - {"http://www.w3.org/2000/svg"}
        assert addresses == set(), path.name
    index = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", index)
    for name in re.findall(r'(?:href|src)="page/([\w.]+)', index):
        assert (FOLDER / name).is_file(), name
