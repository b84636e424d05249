"""Questions over HTTP: asked whole, streamed sentence by sentence, or only searched."""

from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from contextvars import copy_context
from functools import partial
from itertools import chain
from threading import Event as Flag
from threading import Lock

from anyio import CancelScope, to_thread
from fastapi import APIRouter
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.callers import Caller, Calling
from api.failures import as_event
from api.identifiers import anonymous, warning
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
from assistant.scoring import LEFT
from corpus.conversations import Conversations

Step = tuple[str, BaseModel]

router = APIRouter(prefix="/v1")


@router.post("/chat")
def chat(asked: ChatRequest, services: Opened, caller: Calling) -> ChatResponse:
    """Answer one question."""
    *_, (_name, response) = answering(services, asked, caller)
    if not isinstance(response, ChatResponse):
        raise TypeError(f"the last step of an answer is {_name!r}")
    return response


@router.post("/chat/stream", response_class=EventSourceResponse)
async def chat_stream(asked: ChatRequest, services: Opened, caller: Calling) -> EventSourceResponse:
    """Answer one question as server-sent events; the last one is ``answer`` or ``error``."""
    steps = Threaded(answering(services, asked, caller))
    # What fails before the first step (an empty question, an unknown conversation) still gets a status of its own.
    first = await steps.next()
    return EventSourceResponse(frames(first, steps), sep="\n")


@router.post("/search")
def search(asked: SearchRequest, services: Opened, caller: Calling) -> PassagesOut:
    """The passages that a question would be answered from."""
    return searched(services, asked, caller)


def searched(services: Services, asked: SearchRequest, caller: Caller) -> PassagesOut:
    """Passages, best first; the audit log is told of the search."""
    told = [Exchange(one.role, one.text) for one in asked.history]
    found = services.assistant.search(asked.query, history=told, filters=asked.filters.chosen(), k=asked.k)
    services.audit.write("search", caller, query=asked.query, reports=list(dict.fromkeys(passage.report_id for passage in found)))
    return PassagesOut(passages=[PassageOut.of(passage) for passage in found])


# -- one question ---------------------------------------------------------------------------------------


def answering(services: Services, asked: ChatRequest, caller: Caller) -> Generator[Step, None, None]:
    """The steps from a question to its stored answer; the last one is ``answer``. How it ends is written to the audit log.

    A conversation is started once the question is understood, and taken back when its first answer never came.
    """
    asked, warnings = _without_identifiers(asked)
    trail, kept = _Trail(services, caller, asked.question), services.conversations(caller)
    conversation_id, started, events = asked.conversation_id, None, list[Event]()
    try:
        history = _history(kept, asked)
        with closing(closed_after_use(_asked(services, asked, history))) as stream:
            for event in stream:
                events.append(event)
                if isinstance(event, Understood) and conversation_id is None and asked.history is None:
                    conversation_id = started = kept.start(asked.question)
                yield from _steps(event, conversation_id, warnings)
        response = ChatResponse.of(answer := fold(events), conversation_id, warnings)
        if conversation_id is not None:
            kept.add(conversation_id, asked.question, answer.standalone_question, response.model_dump(mode="json"))
        started = None
        trail.answered(response)
        yield "answer", response
    except Exception as error:
        trail.failed(error)
        raise
    finally:
        if started:
            kept.delete(started)
        trail.end()


def _asked(services: Services, asked: ChatRequest, history: Sequence[Exchange]) -> Iterator[Event]:
    return services.assistant.stream(asked.question, history=history, filters=asked.filters.chosen(), k=asked.k)


def _without_identifiers(asked: ChatRequest) -> tuple[ChatRequest, list[str]]:
    """The request without what looks like it tells who a patient is, and what to say about that: nothing of it is kept or sent on."""
    told = warning("\n".join([asked.question, *(one.text for one in asked.history or () if one.role == "user")]))
    history = asked.history and [one.model_copy(update={"text": anonymous(one.text)}) for one in asked.history]
    cleaned = asked.model_copy(update={"question": anonymous(asked.question), "history": history})
    return cleaned, [told] if told else []


class _Trail:
    """What the audit log and the counters are told of one question, once, whichever way it ends."""

    def __init__(self, services: Services, caller: Caller, question: str) -> None:
        self._services = services
        self._caller = caller
        self._facts: dict[str, object] = {"question": question, "model": services.assistant.reader}
        self._outcome = "left"
        self._timings: Mapping[str, float] = {}
        self._trace = services.traces.begin("ask", caller)

    def answered(self, answer: ChatResponse) -> None:
        cited = [citation for statement in answer.statements for citation in statement.citations]
        self._outcome = f"abstained: {answer.abstention.reason}" if answer.abstention else "answered"
        self._timings = answer.timings_ms
        self._facts |= {
            "standalone_question": answer.standalone_question,
            "conversation_id": answer.conversation_id,
            "paragraphs": list(dict.fromkeys(citation.paragraph_id for citation in cited)),
            "warned": bool(answer.warnings),
        }

    def failed(self, error: Exception) -> None:
        self._outcome = f"failed: {type(error).__name__}"

    def end(self) -> None:
        self._services.metrics.asked(self._caller.door, self._outcome.partition(":")[0], self._timings)
        self._trace.end(self._timings, outcome=self._outcome, reader=self._services.assistant.reader)
        self._services.audit.write("question", self._caller, **self._facts, outcome=self._outcome)


def _history(kept: Conversations, asked: ChatRequest) -> tuple[Exchange, ...]:
    if asked.conversation_id is None:
        return asked.exchanges()
    turns = kept.turns(asked.conversation_id)
    told = ((Exchange("user", turn.question), Exchange("assistant", turn.answer["answer"])) for turn in turns)
    return tuple(chain.from_iterable(told))


def _steps(event: Event, conversation_id: str | None, warnings: Sequence[str]) -> Iterator[Step]:
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
                    warnings=list(warnings),
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
        # A task that is cancelled leaves its step running; the generator is closed once that has ended.
        self._stepping = Lock()
        self._left = Flag()
        self._context.run(LEFT.set, self._left)

    async def next(self) -> Step | None:
        """A task that is cancelled does not wait for its step: closing tells the step first that nobody waits for it."""
        return await to_thread.run_sync(self._run, partial(next, self._steps, None), abandon_on_cancel=True)

    def _run(self, action: Callable[[], Step | None]) -> Step | None:
        with self._stepping:
            return self._context.run(action)

    async def close(self) -> None:
        """Runs to its end even where the task that asks for it is being cancelled."""
        self._left.set()
        with CancelScope(shield=True):
            await run_in_threadpool(self._run, self._steps.close)


async def frames(first: Step | None, steps: Threaded) -> AsyncIterator[ServerSentEvent]:
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
