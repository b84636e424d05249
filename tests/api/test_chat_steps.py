"""A stream whose client leaves in the middle of a step: the step ends first, then its generator is closed."""

import asyncio
from collections.abc import Generator
from threading import Event

import pytest
from pydantic import BaseModel

from api.chat import Step, Threaded
from assistant.scoring import LEFT
from tests.patience import PATIENCE_S


class _Body(BaseModel):
    number: int


def test_a_step_that_still_runs_when_its_task_is_cancelled_ends_before_the_generator_is_closed() -> None:
    begun, may_end, ended, flags = Event(), Event(), list[str](), list[Event | None]()

    def told() -> bool:
        return flags[0] is not None and flags[0].is_set()

    def steps() -> Generator[Step, None, None]:
        try:
            yield "statement", _Body(number=1)
            flags.append(LEFT.get())
            begun.set()
            may_end.wait(PATIENCE_S)
            ended.append("step")
            yield "statement", _Body(number=2)
        finally:
            ended.append("closed")

    async def leave() -> None:
        threaded = Threaded(steps())
        assert await threaded.next() == ("statement", _Body(number=1))
        waiting = asyncio.create_task(threaded.next())
        await asyncio.to_thread(begun.wait, 10)
        assert told() is False
        waiting.cancel()
        closing = asyncio.create_task(threaded.close())
        await asyncio.sleep(0.05)
        assert not closing.done()
        assert told() is True
        may_end.set()
        await closing
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(leave())
    assert ended == ["step", "closed"]
