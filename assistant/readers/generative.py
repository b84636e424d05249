"""The reader that writes with a LangChain chat model; what it writes passes the same check as everything else."""

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

from assistant.answer import EvidenceRow
from assistant.citations import Draft
from assistant.question import Question
from corpus.case import Proof
from corpus.direction import direction
from corpus.errors import ChatModelFailed
from corpus.report import Paragraph, Passage
from corpus.text import Span, sentences, tokens

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessageChunk

_PROMPT = Path(__file__).with_name("prompt.md")
# An answer is a paragraph or two; a model that writes on is cut off here and its stream closed.
_MAX_CHARS = 8000
# A sentence that draws on more of a paragraph than this is a summary, and its proof cannot be shown.
_MAX_QUOTES = 3
# One new word is chance ("was", a name said again); two are something that only the other sentence says.
_NEW_WORDS = 1

_NO_ANSWER = re.compile(r"[\W_]*no answer[\W_]*", re.IGNORECASE)
_NUMBERS = r"\d{1,9}(?:\s*[,;–-]\s*\d{1,9})*"
_MARKER = re.compile(rf"\s*\[\s*({_NUMBERS})\s*\]")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)|(\d+)")
_LONGEST_RANGE = 20
# "It failed. [1]" cites as "It failed [1]." does.
_MARKER_AFTER_STOP = re.compile(rf"([.!?])((?:\s*\[\s*{_NUMBERS}\s*\])+)")
_MARKUP = re.compile(r"^\s*(?:(?:[-*•#]+|\d{1,2}[.)])\s+)?|\*\*")
_WORD = re.compile(r"[^\W\d_]{2}")
# What would end a paragraph's frame, or begin another one, inside a text that others wrote.
_FRAME = re.compile(r"<(?=\s*/?\s*paragraph\b)", re.IGNORECASE)


class GenerativeReader:
    """Numbered paragraphs go in; sentences with markers come out and are handed on one by one."""

    def __init__(self, model: "BaseChatModel", model_name: str) -> None:
        self.name = model_name
        self._model = model

    def read(self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]) -> Iterator[Draft]:  # noqa: ARG002
        """Raises ChatModelFailed where the model breaks down; what was handed on before stays proved."""
        numbered = list({one.id: one for passage in passages for one in passage.paragraphs}.values())
        with closing(self._text(question, passages, numbered)) as pieces:
            for sentence in _sentences(pieces):
                draft = _draft(sentence, numbered)
                if (tokens(draft.text) or draft.proofs or draft.unknown_markers) and not _NO_ANSWER.fullmatch(draft.text):
                    yield draft

    def _text(self, question: Question, passages: Sequence[Passage], numbered: Sequence[Paragraph]) -> Generator[str, None, None]:
        messages = [("system", _PROMPT.read_text(encoding="utf-8")), ("human", _ask(question, passages, numbered))]
        try:
            with closing(cast("Generator[BaseMessageChunk, None, None]", self._model.stream(messages))) as pieces:
                yield from (str(piece.text) for piece in pieces)
        except Exception as error:  # every provider raises its own classes for a lost connection, a refused key, a time-out
            advice = "ask again, or unset CASEBOOK_CHAT_MODEL"
            raise ChatModelFailed(f"the chat model {self.name} failed while answering: {error}; {advice}") from error


def _ask(question: Question, passages: Sequence[Passage], numbered: Sequence[Paragraph]) -> str:
    titles = {one.id: passage.reference for passage in passages for one in passage.paragraphs}
    blocks = [
        f'<paragraph number="{number}" report="{_attribute(f"{titles[one.id].label}: {titles[one.id].title}")}"'
        f' section="{_attribute(" > ".join(one.section))}">\n{_data(one.text)}\n</paragraph>'
        for number, one in enumerate(numbered, start=1)
    ]
    return "\n".join([*blocks, "", f"Question: {_data(question.text)}"])


def _data(text: str) -> str:
    """The text with nothing in it that could pass for the frame around it."""
    return _FRAME.sub("‹", text)


def _attribute(text: str) -> str:
    return _data(text).replace('"', "'")


def _sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Whole sentences as soon as the next one has begun; the rest when the text ends. One that is cut off is no sentence."""
    text, written = "", 0
    for piece in pieces:
        written += len(piece)
        text = _MARKER_AFTER_STOP.sub(r"\2\1", text + piece)
        done, text = _whole(text)
        yield from done
        if written >= _MAX_CHARS:
            return
    yield from _split(text)


def _whole(text: str) -> tuple[list[str], str]:
    """The sentences that are complete, and the rest. A marker may still follow the last stop, so a word after it is waited for."""
    found = sentences(text) if re.search(r"[.!?\n]", text) else []
    pairs = [(span, after) for span, after in pairwise(found) if _WORD.search(span.text) and _WORD.search(after.text)]
    begun = pairs[-1][1].start if pairs else 0
    return _split(text[:begun]), text[begun:]


def _split(text: str) -> list[str]:
    """Sentences; what holds no word ("1.") goes with the next one."""
    whole, waiting = [], 0
    for span in sentences(text):
        if _WORD.search(span.text):
            whole.append(text[waiting : span.end].strip())
            waiting = span.end
    return whole + ([text[waiting:].strip()] if text[waiting:].strip() else [])


def _draft(sentence: str, numbered: Sequence[Paragraph]) -> Draft:
    markers = list(dict.fromkeys(number for found in _MARKER.finditer(sentence) for number in _numbers(found[1])))
    text = " ".join(_MARKUP.sub("", _MARKER.sub("", sentence)).split())
    known = [numbered[number - 1] for number in markers if 1 <= number <= len(numbered)]
    unknown = tuple(number for number in markers if not 1 <= number <= len(numbered))
    return Draft(text, tuple(proof for paragraph in known for proof in proofs(text, paragraph)), unknown)


def _numbers(marker: str) -> Iterator[int]:
    """``1, 2`` and ``1-3`` as single numbers; a range that is no range is its two ends."""
    for first, last, single in _RANGE.findall(marker):
        if single:
            yield int(single)
        elif 0 < int(last) - int(first) <= _LONGEST_RANGE:
            yield from range(int(first), int(last) + 1)
        else:
            yield from (int(first), int(last))


def proofs(claim: str, paragraph: Paragraph) -> list[Proof]:
    """The sentences of the cited paragraph that hold most of the claim's words, as the quotes to show and to check.

    Where the claim tells an outcome that these do not, the next best sentence that tells one of that direction is quoted beside them.
    """
    left = {span: frozenset(tokens(span.text)) for span in sentences(paragraph.text)}
    said, chosen = frozenset(tokens(claim)), list[Span]()
    wanted = said
    while left and len(chosen) < _MAX_QUOTES:
        best = max(left, key=lambda span: (len(wanted & left[span]), -span.start))
        if chosen and len(wanted & left[best]) < _NEW_WORDS:
            break
        chosen.append(best)
        wanted -= left.pop(best)
    for way in direction(claim).difference(*(direction(span.text) for span in chosen)):
        telling = [span for span in left if way in direction(span.text) and said & left[span]]
        chosen += sorted(telling, key=lambda span: (-len(said & left[span]), span.start))[:1]
    return [Proof(paragraph.id, span.start, span.end, span.text) for span in sorted(chosen, key=lambda span: span.start)]
