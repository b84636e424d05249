"""Harms that bear the name of the drug that did them: "propofol infusion syndrome", "valproate-induced encephalopathy"."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from corpus.vocabulary import Mention, Vocabulary
from ingest.cases.events import Event
from ingest.cases.narrative import Sentence

_NAMED_AFTER_IT = re.compile(
    r"[\s-](?:(?:(?:infusion|discontinuation|hypersensitivity)\s)?syndrome|(?:induced|associated|related)\s"
    r"(?!remission|improvement|response|cost)[a-z]|toxicity|intoxication|overdos(?:e|age))\b",
    re.I,
)
_CAME = re.compile(
    r"\b(?:developed|diagnos\w+|complicated by|suffered|due to|caused by|attributed to|because of|consistent with)\s(?:[\w-]+\s){0,4}$",
    re.I,
)


def is_a_harms_name(text: str, mention: Mention) -> bool:
    """Whether a drug stands there only in the name of what it did."""
    return mention.entity.kind == "therapy" and _NAMED_AFTER_IT.match(text, mention.end) is not None


def with_named_harms(events: Sequence[Event], title: str, sentences: Iterable[Sentence], vocabulary: Vocabulary) -> list[Event]:
    """The events, and for a drug that the title or the story names a harm after, that it did it: where it was given and no more is told."""
    harmful = {each.entity.name for each in vocabulary.find(title) if is_a_harms_name(title, each)}
    for sentence in sentences:
        if sentence.role in ("case", "outcome"):
            harmful |= {each.entity.name for each in sentence.of_kind("therapy") if _came(sentence.text, each)}
    return [*events, *_harms(events, harmful)] if harmful else list(events)


def _came(text: str, mention: Mention) -> bool:
    return is_a_harms_name(text, mention) and _CAME.search(text[: mention.start]) is not None


def _harms(events: Sequence[Event], harmful: set[str]) -> Iterator[Event]:
    given = [each for each in events if each.subject == "own" and each.status == "given" and each.therapy.name in harmful]
    told = {(each.patient, each.therapy.name) for each in given if each.outcome == "adverse_effect"}
    for name in dict.fromkeys((each.patient, each.therapy.name, each.target) for each in given):
        if name[:2] not in told:
            last = [each for each in given if (each.patient, each.therapy.name, each.target) == name][-1]
            yield replace(last, outcome="adverse_effect", surely=True)
