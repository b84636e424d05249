"""The evidence packet: everything needed to check an answer later, on another machine, without this library.

``problems`` is that check: every quote must stand in the paragraph's text as it is kept here, and every text must have its hash.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from api.exports.exported import Exported
from corpus.report import report_of
from corpus.store import Corpus

FORMAT = "casebook-evidence-packet/1"


def as_packet(exported: Exported, corpus: Corpus) -> str:
    answer = exported.answer
    packet = {
        "format": FORMAT,
        "made_at": exported.made_at.isoformat(timespec="seconds"),
        "casebook": exported.version,
        "question": exported.question,
        "standalone_question": answer.standalone_question,
        "model": answer.reader,
        "library": _library(corpus),
        "answer": answer.model_dump(mode="json"),
        "paragraphs": _paragraphs(exported, corpus),
        "passages": [{"paragraph_ids": one.paragraph_ids, "score": one.score, "sha256": sha256(one.text)} for one in answer.passages],
        "references": {name: one.model_dump(mode="json") for name, one in exported.references.items()},
    }
    return json.dumps(packet, ensure_ascii=False, indent=2) + "\n"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _library(corpus: Corpus) -> dict[str, object]:
    """Which library answered: ``version`` changes with any report, recipe or case reader."""
    prints = corpus.catalog.fingerprints()
    told = json.dumps(sorted((name, *values) for name, values in prints.items()))
    return {"reports": len(prints), "version": sha256(told), "embedder": corpus.embedder.name}


def _paragraphs(exported: Exported, corpus: Corpus) -> dict[str, object]:
    """Text and hash of every paragraph that the answer points at; one that the library no longer holds is left out, and told below."""
    answer = exported.answer
    cited = [citation.paragraph_id for statement in answer.statements for citation in statement.citations]
    wanted = dict.fromkeys([*cited, *(row.paragraph_id for row in answer.evidence)])
    found, prints = corpus.catalog.paragraphs(wanted), corpus.catalog.fingerprints()
    return {
        name: {
            "text": found[name].text,
            "sha256": sha256(found[name].text),
            "section": list(found[name].section),
            "page": found[name].page,
            "report_fingerprint": prints[report_of(name)][0],
        }
        for name in wanted
        if name in found
    }


def problems(packet: Mapping[str, Any], corpus: Corpus | None = None) -> Iterator[str]:
    """What does not hold in a packet, by itself and (where given) against a library; nothing where all of it holds."""
    if packet.get("format") != FORMAT:
        yield f"this is no {FORMAT}"
        return
    kept = packet["paragraphs"]
    yield from (f"{name}: the text is not the one that was hashed" for name, one in kept.items() if sha256(one["text"]) != one["sha256"])
    for citation in _proofs(packet["answer"]):
        text = kept.get(citation["paragraph_id"], {}).get("text")
        if text is None:
            yield f"{citation['paragraph_id']}: is cited, and its text is not in the packet"
        elif text[citation["start"] : citation["end"]] != citation["quote"]:
            yield f"{citation['paragraph_id']}: does not hold the quote {citation['quote']!r}"
    if corpus is not None:
        now = corpus.catalog.paragraphs(kept)
        yield from (f"{name}: is not in this library" for name in kept if name not in now)
        yield from (
            f"{name}: reads otherwise in this library" for name, one in kept.items() if name in now and now[name].text != one["text"]
        )


def _proofs(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for statement in answer["statements"]:
        yield from statement["citations"]
    yield from answer["evidence"]
