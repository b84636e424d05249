"""Statements with a passage that proves them, does not tell, or says otherwise: trials' results, changed sentences, experts' verdicts."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from corpus.report import Chunk, report_of
from corpus.settings import Settings
from corpus.text import sentences, tokens
from evals.adapters import evaluation_set, expertqa
from evals.adapters.reading import rows
from evals.golds import Resolved, resolve
from evals.library import Library, open_library
from evals.training.counterfactuals import changed, loosely
from evals.training.examples import CONTRADICTED, SUPPORTED, UNTOLD, Split, Stated, split_of

_MIN_WORDS, _MAX_WORDS = 6, 45
# ExpertQA's evidence is whole pages; a passage of ours is about this long.
_PASSAGE_CHARS, _STEP = 1100, 400
_EXPERT_HELD_PERCENT = 33

_TOLD = {
    "significantly increased": ("{i} increased {o} compared with {c}.", "{o} was higher with {i} than with {c}."),
    "significantly decreased": ("{i} reduced {o} compared with {c}.", "{o} was lower with {i} than with {c}."),
    "no significant difference": ("There was no difference in {o} between {i} and {c}.", "{i} did not change {o} compared with {c}."),
}

# The release prints one label in two ways.
_LABELS = {"significantly increase": "significantly increased"}


def of_trials(source: str, folder: Path, settings: Settings, split: Callable[[Resolved], Split], seed: int) -> Iterator[Stated]:
    """What Evidence Inference's readers concluded, told in words, with the paragraph they marked and with others of the same article."""
    told, draw = _conclusions(folder), random.Random(seed)
    chosen = evaluation_set(source, settings.home / "evals" / "sets")
    with open_library(chosen, settings) as library:
        for one in resolve(chosen, library.corpus.catalog).questions:
            if conclusion := told.get(one.question.id):
                proof, other = _proof_and_other(library, one, draw)
                label, names = conclusion
                wrong = draw.choice([name for name in _TOLD if name != label])
                for text, passage, verdict in (
                    (_said(label, names, draw), proof, SUPPORTED),
                    (_said(wrong, names, draw), proof, CONTRADICTED),
                    (_said(label, names, draw), other, UNTOLD),
                ):
                    if passage:
                        yield Stated("trials", split(one), text, passage, verdict)


def _conclusions(folder: Path) -> dict[str, tuple[str, dict[str, str]]]:
    """Prompt -> the label that its readers agree on, and the prompt's words."""
    labels: dict[str, set[str]] = {}
    for row in rows(folder / "annotations.csv"):
        if row["Valid Label"] == "True":
            labels.setdefault(row["PromptID"], set()).add(_LABELS.get(row["Label"], row["Label"]))
    words = {row["PromptID"]: row for row in rows(folder / "prompts.csv")}
    return {
        name: (next(iter(found)), {"i": words[name]["Intervention"], "c": words[name]["Comparator"], "o": words[name]["Outcome"]})
        for name, found in labels.items()
        if len(found) == 1 and found <= set(_TOLD) and name in words
    }


def _said(label: str, names: dict[str, str], draw: random.Random) -> str:
    text = draw.choice(_TOLD[label]).format(**{key: value.strip() for key, value in names.items()})
    return text[:1].upper() + text[1:]


def _proof_and_other(library: Library, one: Resolved, draw: random.Random) -> tuple[str, str]:
    chunks = library.corpus.catalog.chunks_of([report_of(min(one.units))])
    proofs = [chunk for chunk in chunks if one.units & set(chunk.paragraph_ids)]
    others = [chunk for chunk in chunks if chunk not in proofs]
    return (draw.choice(proofs).index_text if proofs else "", draw.choice(others).index_text if others else "")


def of_sentences(source: str, settings: Settings, split: Callable[[str], Split], of_each: int, seed: int) -> Iterator[Stated]:
    """Sentences of reports as they stand, loosely told, with one thing changed, and beside a passage that does not hold them."""
    draw = random.Random(seed)
    chosen = evaluation_set(source, settings.home / "evals" / "sets")
    with open_library(chosen, settings) as library:
        for report_id in sorted(library.corpus.catalog.report_ids()):
            chunks = library.corpus.catalog.chunks_of([report_id])
            for one in _of_chunks(chunks, library, of_each, draw):
                yield Stated(f"sentences-{chosen.name}", split(report_id), *one)


def _of_chunks(chunks: Sequence[Chunk], library: Library, of_each: int, draw: random.Random) -> Iterator[tuple[str, str, int]]:
    for chunk in draw.sample(list(chunks), min(of_each, len(chunks))):
        found = [span.text for span in sentences(chunk.text) if _MIN_WORDS <= len(span.text.split()) <= _MAX_WORDS]
        if not found:
            continue
        sentence = draw.choice(found)
        yield loosely(sentence, library.vocabulary, draw), chunk.index_text, SUPPORTED
        if other := changed(sentence, library.vocabulary, draw):
            yield loosely(other, library.vocabulary, draw), chunk.index_text, CONTRADICTED
        elsewhere = [one for one in chunks if sentence not in one.text]
        if elsewhere:
            yield loosely(sentence, library.vocabulary, draw), draw.choice(elsewhere).index_text, UNTOLD


def of_experts(folder: Path) -> Iterator[Stated]:
    """ExpertQA's claims; of their long evidence the stretch that holds most of the claim's words. Partly supported is not supported."""
    for claim in expertqa.claims(folder):
        question = "-".join(claim.id.split("-")[:2])
        verdict = SUPPORTED if claim.verdict == "Complete" else UNTOLD
        yield Stated(
            "experts",
            split_of(question, _EXPERT_HELD_PERCENT),
            claim.text,
            nearest_stretch(claim.text, claim.evidence),
            verdict,
        )


def nearest_stretch(claim: str, evidence: Sequence[str]) -> str:
    """The piece of passage length that holds most of a claim's words."""
    wanted = set(tokens(claim))
    pieces = [text[at : at + _PASSAGE_CHARS] for text in evidence for at in range(0, max(1, len(text) - _PASSAGE_CHARS + _STEP), _STEP)]
    return max(pieces, key=lambda piece: len(wanted & set(tokens(piece))))
