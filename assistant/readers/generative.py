"""The reader that writes with a LangChain chat model; what it writes passes the same check as everything else."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import EvidenceRow
from assistant.citations import Draft
from assistant.question import Question
from corpus.case import Proof
from corpus.errors import ChatModelFailed
from corpus.report import Paragraph, Passage
from corpus.text import sentences, tokens

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_PROMPT = Path(__file__).with_name("prompt.md")
# An answer is a paragraph or two; a model that writes on is cut off here and its stream closed.
_MAX_CHARS = 8000
_NO_ANSWER = "NO ANSWER"

_MARKER = re.compile(r"\s*\[(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\]")
# "It failed. [1]" cites as "It failed [1]." does.
_MARKER_AFTER_STOP = re.compile(r"([.!?])((?:\s*\[[\d,;\s]+\])+)")


class GenerativeReader:
    """Numbered paragraphs go in; sentences with markers come out and are handed on one by one."""

    def __init__(self, model: "BaseChatModel", model_name: str) -> None:
        self.name = model_name
        self._model = model

    def read(self, question: Question, passages: Sequence[Passage], rows: Sequence[EvidenceRow]) -> Iterator[Draft]:  # noqa: ARG002
        """Raises ChatModelFailed where the model breaks down; what was handed on before stays proved."""
        numbered = list({one.id: one for passage in passages for one in passage.paragraphs}.values())
        for sentence in _sentences(self._text(question, passages, numbered)):
            if not sentence.startswith(_NO_ANSWER):
                yield _draft(sentence, numbered)

    def _text(self, question: Question, passages: Sequence[Passage], numbered: Sequence[Paragraph]) -> Iterator[str]:
        messages = [("system", _PROMPT.read_text(encoding="utf-8")), ("human", _ask(question, passages, numbered))]
        written = 0
        try:
            for piece in self._model.stream(messages):
                yield piece.text
                written += len(piece.text)
                if written >= _MAX_CHARS:
                    return
        except Exception as error:  # every provider raises its own classes for a lost connection, a refused key, a time-out
            advice = "ask again, or unset CASEBOOK_CHAT_MODEL"
            raise ChatModelFailed(f"the chat model {self.name} failed while answering: {error}; {advice}") from error


def _ask(question: Question, passages: Sequence[Passage], numbered: Sequence[Paragraph]) -> str:
    titles = {one.id: passage.reference for passage in passages for one in passage.paragraphs}
    blocks = [
        f'<paragraph number="{number}" report="{titles[one.id].label}: {titles[one.id].title}" section="{" > ".join(one.section)}">\n'
        f"{one.text}\n</paragraph>"
        for number, one in enumerate(numbered, start=1)
    ]
    return "\n".join([*blocks, "", f"Question: {question.text}"])


def _sentences(pieces: Iterator[str]) -> Iterator[str]:
    """Whole sentences as soon as the next one has begun; the rest when the text ends."""
    text = ""
    for piece in pieces:
        text = _MARKER_AFTER_STOP.sub(r"\2\1", text + piece)
        # A marker may still follow the last full stop, so the last sentence waits for a word after it.
        found = sentences(text)
        if len(found) > 1 and not text[found[-1].start :].startswith("["):
            yield from (span.text for span in found[:-1])
            text = text[found[-1].start :]
    yield from (span.text for span in sentences(text))


def _draft(sentence: str, numbered: Sequence[Paragraph]) -> Draft:
    markers = [int(number) for found in _MARKER.finditer(sentence) for number in re.split(r"\s*[,;]\s*", found[1])]
    text = " ".join(_MARKER.sub("", sentence).split())
    known = [numbered[number - 1] for number in dict.fromkeys(markers) if 1 <= number <= len(numbered)]
    unknown = tuple(number for number in markers if not 1 <= number <= len(numbered))
    return Draft(text, tuple(_proof(text, paragraph) for paragraph in known), unknown)


def _proof(claim: str, paragraph: Paragraph) -> Proof:
    """The sentence of the cited paragraph that shares most words with the claim, as the quote to show and to check."""
    wanted = set(tokens(claim))
    best = max(sentences(paragraph.text), key=lambda span: (len(wanted & set(tokens(span.text))), -span.start))
    return Proof(paragraph.id, best.start, best.end, best.text)
