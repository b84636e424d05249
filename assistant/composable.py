"""The same chain as LangChain's own pieces: a Runnable that answers and a BaseRetriever that finds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.messages import BaseMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict

from assistant.answer import Abstained, Answer, Event, Exchange, Released
from assistant.chain import Assistant
from corpus.errors import UsageError
from corpus.report import Filter, Passage

Asked = str | dict[str, Any]


class _Options(TypedDict):
    history: Sequence[Exchange]
    filters: Filter | None
    k: int | None


class AnswerRunnable(Runnable[Asked, Answer]):
    """``invoke`` takes a question, or ``{"question", "history"?, "filters"?, "k"?}``; gives an Answer.

    The history holds LangChain messages, (role, text) pairs or ``{"role", "content"}``. Anything else is a UsageError.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def invoke(self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        return self._call_with_config(self._answer, input, config, **kwargs)

    def _answer(self, asked: Asked) -> Answer:
        question, options = _read(asked)
        return self._assistant.answer(question, **options)


class StatementRunnable(Runnable[Asked, str]):
    """The same as text: ``stream`` gives each checked sentence with its markers, ``invoke`` all of them as one string.

    Text carries no verdict, so a sentence that is not proved says so in brackets behind it.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def invoke(self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any) -> str:
        return "".join(self.stream(input, config, **kwargs))

    def stream(self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[str]:
        yield from self._transform_stream_with_config(iter([input]), self._texts, config, **kwargs)

    def _texts(self, inputs: Iterator[Asked]) -> Iterator[str]:
        question, options = _read(next(inputs))
        gap = ""
        for event in self._assistant.stream(question, **options):
            if text := _shown(event):
                yield gap + text
                gap = " "


class PassageRetriever(BaseRetriever):
    """Passages as LangChain documents; the metadata hold report and paragraph ids, section, score and reference."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    k: int = 8

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
        return [_document(passage) for passage in self.assistant.search(query, k=self.k)]


def _document(passage: Passage) -> Document:
    reference = passage.reference
    metadata = {
        "report_id": passage.report_id,
        "paragraph_ids": list(passage.paragraph_ids),
        "section": list(passage.paragraphs[0].section),
        "score": passage.score,
        "found_by": list(passage.found_by),
        "title": reference.title,
        "year": reference.year,
        "doi": reference.doi,
        "source": reference.link or passage.report_id,
    }
    return Document(id=passage.chunk_id, page_content=passage.text, metadata=metadata)


def _shown(event: Event) -> str:
    if isinstance(event, Abstained):
        return event.abstention.message
    return event.statement.marked if isinstance(event, Released) else ""


def _read(asked: Asked) -> tuple[str, _Options]:
    if isinstance(asked, str):
        return asked, _Options(history=(), filters=None, k=None)
    if not isinstance(asked, Mapping) or not isinstance(asked.get("question"), str):
        raise UsageError('ask with a question as text, or with {"question": ..., "history": [...]}')
    history = [_exchange(message) for message in asked.get("history", ())]
    return asked["question"], _Options(history=history, filters=asked.get("filters"), k=asked.get("k"))


def _exchange(message: object) -> Exchange:
    match message:
        case BaseMessage():
            role, text = message.type, str(message.text)
        case (str(role), str(text)) | {"role": str(role), "content": str(text)}:
            pass
        case _:
            raise UsageError(
                f"a message of the history is a LangChain message, a (role, text) pair or role and content, not {message!r:.80}"
            )
    if role in ("user", "human"):
        return Exchange("user", text)
    if role in ("assistant", "ai", "AIMessageChunk"):
        return Exchange("assistant", text)
    raise UsageError(f"the history holds what a user asked and the assistant answered, nothing of the role {role!r}")
