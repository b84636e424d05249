from threading import Thread

import pytest

from corpus.conversations import Conversations
from corpus.errors import NotFound
from corpus.store import Corpus


def test_turns_come_back_in_order(corpus: Corpus) -> None:
    kept = Conversations(corpus.catalog)
    name = kept.start("first question?")
    kept.add(name, "first question?", "first question?", {"answer": "a"})
    kept.add(name, "and then?", "and then (first)?", {"answer": "b"})
    assert [(turn.question, turn.standalone, turn.answer["answer"]) for turn in kept.turns(name)] == [
        ("first question?", "first question?", "a"),
        ("and then?", "and then (first)?", "b"),
    ]


def test_two_conversations_never_mix(corpus: Corpus) -> None:
    kept = Conversations(corpus.catalog)
    one, other = kept.start("one"), kept.start("other")
    kept.add(one, "one", "one", {})
    assert kept.turns(other) == []


def test_answers_given_at_once_get_numbers_of_their_own(corpus: Corpus) -> None:
    kept = Conversations(corpus.catalog)
    name = kept.start("q")
    threads = [Thread(target=kept.add, args=(name, f"q{n}", f"q{n}", {})) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turn.question for turn in kept.turns(name)) == [f"q{n}" for n in range(8)]


def test_a_deleted_conversation_is_gone_with_its_turns(corpus: Corpus) -> None:
    kept = Conversations(corpus.catalog)
    name = kept.start("q")
    kept.add(name, "q", "q", {})
    kept.delete(name)
    assert kept.all() == []
    with pytest.raises(NotFound, match=name):
        kept.turns(name)


@pytest.mark.parametrize("act", ["turns", "delete"])
def test_an_unknown_conversation_is_named(corpus: Corpus, act: str) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        getattr(Conversations(corpus.catalog), act)("nowhere")


def test_the_one_used_last_is_listed_first_under_its_new_name(corpus: Corpus) -> None:
    kept = Conversations(corpus.catalog)
    one, other = kept.start("one"), kept.start("other")
    kept.add(one, "one", "one", {})
    kept.rename(one, "  renamed ")
    assert [(item.id, item.title) for item in kept.all()] == [(one, "renamed"), (other, "other")]


def test_each_owner_has_conversations_of_their_own_and_who_sees_all_sees_all(corpus: Corpus) -> None:
    ada, ben, everybody = (
        Conversations(corpus.catalog, "ada", only_own=True),
        Conversations(corpus.catalog, "ben", only_own=True),
        Conversations(corpus.catalog),
    )
    mine, nobodys = ada.start("hers"), everybody.start("nobody's")
    assert [one.title for one in ada.all()] == ["hers"]
    assert ben.all() == []
    assert {one.title for one in everybody.all()} == {"hers", "nobody's"}
    for name, act in ((mine, ben.turns), (mine, ben.delete), (nobodys, ada.turns)):
        with pytest.raises(NotFound, match="ask without a conversation_id"):
            act(name)
    for write in (lambda: ben.add(mine, "q", "q", {}), lambda: ben.rename(mine, "taken")):
        with pytest.raises(NotFound):
            write()
    assert everybody.get(mine).owner == "ada"
    everybody.delete(mine)
    assert ada.all() == []
