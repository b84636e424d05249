"""Articles of the F1000 case reports as their intertext graphs hold them: paragraphs, the sections they stand in, the works they cite."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import UsageError

# Citations stand in the graph's text as numbers between spaces ("a global epidemic 1 . The", "in one report 4, 5 and").
_NUMBERS = r"\d{1,3}(?:\s?[,–-]\s?\d{1,3})*"
_UNIT = re.compile(r"\s(?:mg|g|ml|cm|mm|%|years?|months?|weeks?|days?|hours?)\b")


@dataclass(frozen=True, slots=True)
class Node:
    """A paragraph, a heading, a list or a float; ``section`` is the path of headings above it."""

    kind: str
    text: str
    section: tuple[str, ...]
    works: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its graph holds it."""

    name: str
    title: str
    doi: str
    authors: tuple[tuple[str, str], ...]
    nodes: tuple[Node, ...]

    @property
    def paragraphs(self) -> list[Node]:
        return [node for node in self.nodes if node.kind == "p"]


def read_article(path: Path) -> Article:
    """The article in one file of the set."""
    try:
        graph = json.loads(path.read_text(encoding="utf-8"))
        nodes = {node["ix"]: node for node in graph["nodes"]}
        above = {edge["tgt_ix"]: edge["src_ix"] for edge in graph["edges"] if edge["etype"] == "parent"}
        works: dict[str, list[str]] = {}
        for edge in graph["edges"]:
            if edge["etype"] == "link" and nodes.get(edge["tgt_ix"], {}).get("ntype") == "ref":
                works.setdefault(edge["src_ix"], []).append(_number(nodes[edge["tgt_ix"]]))
        meta = graph["meta"]
        authors = tuple((one["given-names"], one["surname"]) for one in meta["contributors"] if "surname" in one)
        found = tuple(_node(nodes, above, works, ix) for ix, node in nodes.items() if node["ntype"] != "ref")
        return Article(path.stem, " ".join(meta["title"].split()), meta["doi"], authors, found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: is not an intertext graph ({type(error).__name__}: {error})") from error


def _node(nodes: dict[str, Any], above: dict[str, str], works: dict[str, list[str]], ix: str) -> Node:
    path, parent = [], above.get(ix)
    while parent and nodes[parent]["ntype"] in {"title", "abstract"}:
        path.append(" ".join(nodes[parent]["content"].split()))
        parent = above.get(parent)
    kind, content = nodes[ix]["ntype"], nodes[ix]["content"]
    return Node(kind, _closed(content) if kind in {"p", "title"} else content, tuple(reversed(path)), tuple(works.get(ix, ())))


def _closed(text: str) -> str:
    """Without the space that flattening an italic word or a citation left before a stop."""
    return re.sub(r"\s+([.,;:])(?=\s|$)", r"\1", " ".join(text.split()))


def _number(work: dict[str, Any]) -> str:
    return (re.match(r"\d+", work["content"].strip()) or [""])[0]


def pieces(node: Node) -> Iterator[tuple[str, bool]]:
    """The paragraph's text in pieces, each with whether it is a citation: only numbers that the graph links to a work count as one."""
    position = 0
    for found in re.finditer(rf"\s(?P<numbers>{_NUMBERS})(?=\s?[.,;:)](?!\d)|\s|$)", node.text):
        if _cites(found["numbers"], node.works) and not _UNIT.match(node.text, found.end()):
            yield node.text[position : found.start()], False
            yield found["numbers"], True
            position = found.end()
    yield node.text[position:], False


def _cites(numbers: str, works: Sequence[str]) -> bool:
    return all(number in works for number in re.findall(r"\d+", numbers))


def gold_text(node: Node) -> str:
    """The paragraph without its citations, as a reader says it."""
    text = "".join(text for text, cites in pieces(node) if not cites)
    return _closed(text)
