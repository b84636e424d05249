"""Questions without an asker, from the reports themselves: a sentence taken out of its paragraph (inverse cloze task, Lee, Chang and
Toutanova 2019), its rarer words alone, and title with heading for a section's paragraphs. The report's other paragraphs are the others."""

import random
from collections.abc import Callable, Iterator, Sequence

from corpus.report import Chunk
from corpus.settings import Settings
from corpus.text import sentences, tokens
from evals.adapters import evaluation_set
from evals.library import Library, open_library
from evals.training.examples import Asked, Split

_MIN_SENTENCES, _MIN_WORDS, _MAX_WORDS = 3, 8, 40
_OTHERS = 12
# Real questions repeat little of a sentence: of its words so many are kept, rarest first.
_KEPT_WORDS = (4, 9)
# One that stays in its passage teaches exact words; most are taken out.
_STAYS = 0.2


def cloze(source: str, settings: Settings, split: Callable[[str], Split], of_each: int, seed: int) -> Iterator[Asked]:
    """``of_each`` made-up questions for each report of a set, and one for a heading."""
    chosen = evaluation_set(source, settings.home / "evals" / "sets")
    draw = random.Random(seed)
    with open_library(chosen, settings) as library:
        for report_id in sorted(library.corpus.catalog.report_ids()):
            chunks = library.corpus.catalog.chunks_of([report_id])
            for made in _of_report(chunks, library, of_each, draw):
                yield Asked(f"cloze-{chosen.name}", split(report_id), *made)


_Made = tuple[str, tuple[str, ...], tuple[str, ...]]


def _of_report(chunks: Sequence[Chunk], library: Library, of_each: int, draw: random.Random) -> Iterator[_Made]:
    if len(chunks) < 2:
        return
    for chunk in draw.sample(list(chunks), min(of_each, len(chunks))):
        if found := _taken_out(chunk, library, draw):
            question, passage = found
            yield question, (passage,), _others(chunks, [chunk], draw)
    headed = [chunk for chunk in chunks if chunk.section]
    if headed:
        chunk = draw.choice(headed)
        same = [one for one in chunks if one.section == chunk.section]
        if len(same) < len(chunks):
            yield f"{chunk.section[-1]}: {chunk.title}", tuple(one.index_text for one in same), _others(chunks, same, draw)


def _taken_out(chunk: Chunk, library: Library, draw: random.Random) -> tuple[str, str] | None:
    found = [span.text for span in sentences(chunk.text) if _fits(span.text)]
    if len(found) < _MIN_SENTENCES:
        return None
    sentence = draw.choice(found)
    words = sorted(dict.fromkeys(sentence.rstrip(".").split()), key=lambda word: -_rarity(word, library))
    kept = set(words[: draw.randint(*_KEPT_WORDS)])
    question = sentence if draw.random() < 0.3 else " ".join(word for word in sentence.rstrip(".").split() if word in kept)
    left = chunk.index_text if draw.random() < _STAYS else chunk.index_text.replace(sentence, " ")
    return question, left


def _rarity(word: str, library: Library) -> float:
    return max((library.corpus.lexical.rarity(token) for token in tokens(word)), default=0.0)


def _fits(sentence: str) -> bool:
    return _MIN_WORDS <= len(sentence.split()) <= _MAX_WORDS


def _others(chunks: Sequence[Chunk], without: Sequence[Chunk], draw: random.Random) -> tuple[str, ...]:
    rest = [one.index_text for one in chunks if one not in without]
    return tuple(draw.sample(rest, min(_OTHERS, len(rest))))
