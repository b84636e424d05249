"""How well a described patient finds itself: each patient of a file of facts, put as a vignette of what is known of it.

``python -m evals.similar_patients FACTS`` over the library of ``CASEBOOK_HOME`` (the bundled one). Figures: mean reciprocal rank of the
patient's report and the share ranked first, with all features and with half of them (seeded), for several shares of features and text.
"""

import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.retrieval import HybridRetriever
from assistant.similar import SimilarFinder
from corpus.report import Reference
from corpus.settings import load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from evals.intervals import mean_estimate
from evals.report import shown
from ingest.cases.vignette import described_patient, read_vignette
from ingest.parsers import ParsedReport
from ingest.reference import report_id

_SHARES = (0.0, 0.4, 0.6, 0.8, 1.0)
_DEPTH = 50


def vignettes(records: Sequence[Mapping[str, Any]], kept: float, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Report id and vignette of every patient; of what is told beside age and sex a share is kept."""
    draw = random.Random(seed)
    for record in records:
        for who in record.get("patients", ()):
            told = [str(who.get("disease") or "calcinosis")]
            told += [f"{name} positive" for name in who.get("antibodies") or ()]
            told += [f"calcinosis of the {site}" for site in (who.get("calcinosis") or {}).get("sites") or ()]
            told += list(map(str, who.get("other_features") or ()))
            some = draw.sample(told, max(1, round(kept * len(told))))
            yield _report_id(record), f"{_opening(who)} with {', '.join(some)}."


def _report_id(record: Mapping[str, Any]) -> str:
    """As ingestion names the digest of a record."""
    reference = Reference("", doi=record.get("doi"), pmcid=record.get("pmcid"), pmid=record.get("pmid"))
    return report_id(ParsedReport(reference, (), name=str(record["id"])), fallback="")


def _opening(who: Mapping[str, Any]) -> str:
    noun = {"female": "female patient", "male": "male patient"}.get(str(who.get("sex")), "patient")
    age = str(who.get("age") or "")
    return f"A {age}-year-old {noun}" if age.isdigit() else f"A {noun}"


def main(facts: Path) -> None:
    records = [json.loads(line) for line in facts.read_text(encoding="utf-8").splitlines()]
    settings, vocabulary = load_settings(), Vocabulary.load()
    with Corpus.open(settings) as corpus:
        retriever = HybridRetriever(corpus, settings, vocabulary)
        known = set(corpus.catalog.report_ids())
        for kept in (1.0, 0.5):
            asked = [(name, text) for name, text in vignettes(records, kept) if name in known]
            for share in _SHARES:
                finder = SimilarFinder(corpus, vocabulary, retriever, share)
                ranks = [_rank(finder, vocabulary, name, text) for name, text in asked]
                first = mean_estimate([float(rank == 1) for rank in ranks])
                print(f"kept {kept}, features {share}: MRR {shown(mean_estimate([1 / rank if rank else 0.0 for rank in ranks]))}, "
                      f"first {shown(first)}, n {len(ranks)}")  # fmt: skip


def _rank(finder: SimilarFinder, vocabulary: Vocabulary, name: str, text: str) -> int | None:
    who = described_patient(read_vignette(text, vocabulary))
    reports = list(dict.fromkeys(one.report_id for one in finder.find(who, text, _DEPTH)))
    return reports.index(name) + 1 if name in reports else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
