"""Questions over HTTP: asked whole, streamed sentence by sentence, or only searched."""

from collections.abc import AsyncIterator, Generator, Iterator
from contextvars import copy_context
from itertools import chain

from anyio import CancelScope
from fastapi import APIRouter
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.failures import as_event
from api.opened import Opened
from api.schemas import (
    AbstentionOut,
    ChatRequest,
    ChatResponse,
    EvidenceListOut,
    EvidenceOut,
    PassageOut,
    PassagesOut,
    SearchRequest,
    StatementOut,
    UnderstoodOut,
)
from api.services import Services, closed_after_use
from assistant.answer import Abstained, Event, EvidenceFound, Exchange, Finished, Found, Released, Understood, fold

Step = tuple[str, BaseModel]

router = APIRouter(prefix="/v1")


@router.post("/chat")
def chat(asked: ChatRequest, services: Opened) -> ChatResponse:
    """Answer one question."""
    *_, (_name, response) = answering(services, asked)
    if not isinstance(response, ChatResponse):
        raise TypeError(f"the last step of an answer is {_name!r}")
    return response


@router.post("/chat/stream", response_class=EventSourceResponse)
async def chat_stream(asked: ChatRequest, services: Opened) -> EventSourceResponse:
    """Answer one question as server-sent events; the last one is ``answer`` or ``error``."""
    steps = Threaded(answering(services, asked))
    # What fails before the first step (an empty question, an unknown conversation) still gets a status of its own.
    first = await steps.next()
    return EventSourceResponse(_frames(first, steps), sep="\n")


@router.post("/search")
def search(asked: SearchRequest, services: Opened) -> PassagesOut:
    """The passages that a question would be answered from."""
    found = services.assistant.search(asked.query, filters=asked.filters.chosen(), k=asked.k)
    return PassagesOut(passages=[PassageOut.of(passage) for passage in found])


# -- one question ---------------------------------------------------------------------------------------


def answering(services: Services, asked: ChatRequest) -> Generator[Step, None, None]:
    """The steps from a question to its stored answer; the last one is ``answer``.

    A conversation is started once the question is understood, and taken back when its first answer never came.
    """
    conversation_id, history = asked.conversation_id, _history(services, asked)
    started, events = None, list[Event]()
    stream = closed_after_use(services.assistant.stream(asked.question, history=history, filters=asked.filters.chosen(), k=asked.k))
    try:
        for event in stream:
            events.append(event)
            if isinstance(event, Understood) and conversation_id is None and asked.history is None:
                conversation_id = started = services.conversations.start(asked.question)
            yield from _steps(event, conversation_id)
        answer = fold(events)
        response = ChatResponse.of(answer, conversation_id)
        if conversation_id is not None:
            services.conversations.add(conversation_id, asked.question, answer.standalone_question, response.model_dump(mode="json"))
        started = None
        yield "answer", response
    finally:
        stream.close()
        if started:
            services.conversations.delete(started)


def _history(services: Services, asked: ChatRequest) -> tuple[Exchange, ...]:
    if asked.conversation_id is None:
        return asked.exchanges()
    turns = services.conversations.turns(asked.conversation_id)
    told = ((Exchange("user", turn.question), Exchange("assistant", turn.answer["answer"])) for turn in turns)
    return tuple(chain.from_iterable(told))


def _steps(event: Event, conversation_id: str | None) -> Iterator[Step]:
    """An event of the assistant as the step that clients see; the end of the stream is told by ``answer``."""
    match event:
        case Understood():
            yield (
                "understood",
                UnderstoodOut(
                    question=event.question,
                    standalone_question=event.standalone_question,
                    reader=event.reader,
                    conversation_id=conversation_id,
                ),
            )
        case Found():
            yield "passages", PassagesOut(passages=[PassageOut.of(one) for one in event.passages])
        case EvidenceFound():
            yield "evidence", EvidenceListOut(evidence=[EvidenceOut.of(one) for one in event.rows])
        case Released():
            yield "statement", StatementOut.of(event.statement)
        case Abstained():
            yield "abstention", AbstentionOut.of(event.abstention)
        case Finished():
            return


class Threaded:
    """A sync generator whose steps run on whichever thread is free, all in one context: what a step sets, a later one may reset."""

    def __init__(self, steps: Generator[Step, None, None]) -> None:
        self._steps = steps
        self._context = copy_context()

    async def next(self) -> Step | None:
        return await run_in_threadpool(self._context.run, self._next)

    def _next(self) -> Step | None:
        return next(self._steps, None)

    async def close(self) -> None:
        """Runs to its end even where the task that asks for it is being cancelled."""
        with CancelScope(shield=True):
            await run_in_threadpool(self._context.run, self._steps.close)


async def _frames(first: Step | None, steps: Threaded) -> AsyncIterator[ServerSentEvent]:
    """Steps as server-sent events. Nobody closes a sync generator when the client leaves, so it is closed here."""
    step = first
    try:
        while step is not None:
            name, body = step
            yield ServerSentEvent(body.model_dump_json(), event=name)
            step = await steps.next()
    except Exception as error:
        yield ServerSentEvent(as_event(error), event="error")
    finally:
        await steps.close()
