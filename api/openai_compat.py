"""The OpenAI-compatible door: any client of that interface uses Casebook as the model ``casebook``.

Citations stand in the text as markers with a list of sources below, and in ``annotations`` as ``url_citation`` with the paragraph
and the exact quote. What Casebook cannot serve as asked (images, tools that must be called, several choices) is refused, not ignored.
"""

import json
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from api.callers import Calling
from api.chat import Step, Threaded, answering
from api.failures import as_event
from api.opened import Opened
from api.prose import SHOWN, harmless, marked, source_lines
from api.schemas import MAX_HISTORY, AbstentionOut, ChatRequest, ChatResponse, ExchangeRequest, FilterRequest, StatementOut, Text
from corpus.errors import NotFound, UsageError

MODEL = "casebook"
# Also how an assistant's message is cut back to what was said when a client sends it along as history.
SOURCES = "\n\nSources\n\n"

router = APIRouter(prefix="/v1")


class _Part(BaseModel):
    """One piece of a message; other kinds carry images or sound."""

    type: str
    text: Text = ""


class _Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[_Part] | None = None

    def said(self) -> str:
        if not isinstance(self.content, list):
            return self.content or ""
        if other := {part.type for part in self.content} - {"text", "refusal"}:
            raise UsageError(f"Casebook reads text only; this message carries {', '.join(sorted(other))}")
        return "\n".join(part.text for part in self.content)


class _StreamOptions(BaseModel):
    include_usage: bool = False


class CompletionRequest(BaseModel):
    """What clients of the OpenAI interface send. Sampling settings change nothing here and are ignored, as are unknown keys."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: Text = MODEL
    messages: Annotated[list[_Message], Field(min_length=1)]
    stream: bool | None = False
    stream_options: _StreamOptions | None = None
    n: int | None = None
    tool_choice: str | dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None
    filters: FilterRequest = FilterRequest()
    k: Annotated[int, Field(ge=1, le=50)] | None = None

    def asked(self) -> ChatRequest:
        """The last message is the question, what was said before is its history. Raises UsageError for what cannot be served."""
        self._check()
        *before, last = self.messages
        told = [ExchangeRequest(role=one.role, text=_as_said(one)) for one in before if one.role in ("user", "assistant")]
        return ChatRequest(question=last.said(), history=told[-MAX_HISTORY:], filters=self.filters, k=self.k)

    def _check(self) -> None:
        if self.model != MODEL:
            raise NotFound(f"no model {self.model!r} here; the one model is {MODEL!r}")
        if self.messages[-1].role != "user":
            raise UsageError("the last message must be the user's question")
        if self.n not in (None, 1):
            raise UsageError("n: Casebook gives one answer to a question; leave n out")
        if self.tool_choice not in (None, "none", "auto"):
            raise UsageError("tool_choice: Casebook calls no tools; leave it out or send 'none'")
        if self.response_format and self.response_format.get("type") != "text":
            raise UsageError("response_format: Casebook answers in prose; POST /v1/chat returns an answer as JSON")


def _as_said(message: _Message) -> str:
    return message.said().partition(SOURCES)[0]


class UrlCitation(BaseModel):
    """``start_index`` and ``end_index`` are where the marker stands in the message; ``start`` and ``end`` where the quote stands in
    the paragraph."""

    start_index: int
    end_index: int
    title: str
    url: str
    marker: int
    report_id: str
    paragraph_id: str
    quote: str
    start: int
    end: int
    section: list[str]
    support: str


class Annotation(BaseModel):
    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class CompletionMessage(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class CompletionChoice(BaseModel):
    index: int = 0
    message: CompletionMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Usage(BaseModel):
    """Always zero: answers are not paid for by the token here."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Completion(BaseModel):
    """``casebook`` is the whole answer as ``POST /v1/chat`` returns it."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[CompletionChoice]
    usage: Usage = Usage()
    casebook: ChatResponse


class Model(BaseModel):
    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "casebook"


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


@router.get("/models")
async def list_models() -> ModelList:
    """The one model that there is."""
    return ModelList(data=[Model()])


@router.get("/models/{name}")
async def read_model(name: str) -> Model:
    if name != MODEL:
        raise NotFound(f"no model {name!r} here; the one model is {MODEL!r}")
    return Model()


@router.post("/chat/completions", response_model=Completion)
async def complete(asked: CompletionRequest, request: Request, services: Opened, caller: Calling) -> Response:
    """Answer the last message; with ``stream`` as chunks, a checked sentence each."""
    address = str(request.base_url)
    steps = Threaded(answering(services, asked.asked(), caller.through("openai")))
    first = await steps.next()
    if asked.stream:
        usage = bool(asked.stream_options and asked.stream_options.include_usage)
        return EventSourceResponse(_chunks(first, steps, Wording(address), usage), sep="\n")
    return Response((await _whole(first, steps, Wording(address))).model_dump_json(), media_type="application/json")


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the message, with the citations whose markers stand in it."""

    content: str
    annotations: tuple[Annotation, ...] = ()


class Wording:
    """Turns the steps of an answer into the message they amount to, piece by piece.

    Sentences without proof wait until a proved one has come: where none comes the answer is an abstention, and what was sent
    cannot be taken back.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._position = 0
        self._held: list[StatementOut] = []
        self._proved = False

    def add(self, step: Step) -> Iterator[Delta]:
        match step[1]:
            case StatementOut() as statement:
                self._held.append(statement)
                self._proved = self._proved or statement.support in SHOWN
                if self._proved:
                    yield from self._released()
            case AbstentionOut() as abstention:
                self._held.clear()
                yield self._said(abstention.message)
            case ChatResponse() as answer if not answer.abstained:
                yield from self._released()
                if lines := source_lines(answer.statements):
                    yield self._said(SOURCES + "\n".join(f"- {line}" for line in lines))

    def _released(self) -> Iterator[Delta]:
        for statement in self._held:
            text = (" " if self._position else "") + harmless(marked(statement))
            yield self._said(text, tuple(self._annotations(statement, text)))
        self._held.clear()

    def _said(self, text: str, annotations: tuple[Annotation, ...] = ()) -> Delta:
        self._position += len(text)
        return Delta(text, annotations)

    def _annotations(self, statement: StatementOut, text: str) -> Iterator[Annotation]:
        for citation in statement.citations:
            # The markers stand together at the end: the last such one is ours, an earlier one may be of the report's own words.
            start = self._position + text.rindex(f"[{citation.marker}]")
            local = f"{self._address}v1/reports/{quote(citation.report_id, safe='')}"
            yield Annotation(
                url_citation=UrlCitation(
                    start_index=start,
                    end_index=start + len(f"[{citation.marker}]"),
                    title=citation.reference.title,
                    url=citation.reference.link or local,
                    support=statement.support,
                    **citation.model_dump(include={"marker", "report_id", "paragraph_id", "quote", "start", "end", "section"}),
                )
            )


async def _walk(first: Step | None, steps: Threaded) -> AsyncIterator[Step]:
    """The steps; the generator behind them is closed when nobody wants more."""
    step = first
    try:
        while step is not None:
            yield step
            step = await steps.next()
    finally:
        await steps.close()


async def _whole(first: Step | None, steps: Threaded, wording: Wording) -> Completion:
    deltas: list[Delta] = []
    answer: ChatResponse | None = None
    async for step in _walk(first, steps):
        deltas += wording.add(step)
        answer = step[1] if isinstance(step[1], ChatResponse) else answer
    if answer is None:
        raise TypeError("the steps ended without an answer")
    message = CompletionMessage(content=_text(deltas), annotations=[one for delta in deltas for one in delta.annotations])
    return Completion(id=_new_id(), created=int(time.time()), choices=[CompletionChoice(message=message)], casebook=answer)


def _text(deltas: Iterable[Delta]) -> str:
    return "".join(delta.content for delta in deltas)


async def _chunks(first: Step | None, steps: Threaded, wording: Wording, usage: bool) -> AsyncIterator[ServerSentEvent]:
    head = {"id": _new_id(), "object": "chat.completion.chunk", "created": int(time.time()), "model": MODEL}
    walk = _walk(first, steps)
    try:
        yield _chunk(head, {"role": "assistant", "content": ""})
        async for step in walk:
            for delta in wording.add(step):
                annotations = [one.model_dump() for one in delta.annotations]
                yield _chunk(head, {"content": delta.content} | ({"annotations": annotations} if annotations else {}))
        yield _chunk(head, {}, "stop")
        if usage:
            yield ServerSentEvent(json.dumps(head | {"choices": [], "usage": Usage().model_dump()}))
        yield ServerSentEvent("[DONE]")
    except Exception as error:
        yield ServerSentEvent(as_event(error))
    finally:
        await walk.aclose()  # type: ignore[attr-defined]


def _chunk(head: dict[str, object], delta: dict[str, object], reason: str | None = None) -> ServerSentEvent:
    choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
    return ServerSentEvent(json.dumps(head | {"choices": [choice]}, ensure_ascii=False))


def _new_id() -> str:
    return f"chatcmpl-{uuid4().hex}"
