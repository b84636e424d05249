import math
from pathlib import Path

import pytest

from corpus.errors import LibraryDamaged, LibraryError
from corpus.lexical import LexicalIndex
from corpus.report import Chunk
from corpus.text import tokens

TEXTS = {
    "a": "Diltiazem did not help the calcinosis of her hands.",
    "b": "Calcinosis, calcinosis and again calcinosis of the hips; colchicine helped.",
    "c": "Muscle weakness without any deposits. Anti-Mi-2 antibodies were found.",
}


def chunk(name: str, text: str, title: str = "Title") -> Chunk:
    return Chunk(f"{name}#c1", name, (f"{name}#p1",), title, ("Case",), text)


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    made = LexicalIndex(tmp_path / "bm25")
    made.add([chunk(name, text) for name, text in TEXTS.items()])
    return made


def found(index: LexicalIndex, words: str, limit: int = 10, reports: list[str] | None = None) -> list[str]:
    return [hit.chunk_id for hit in index.search(dict.fromkeys(tokens(words), 1.0), limit, reports)]


def test_the_chunk_that_says_it_more_often_comes_first(index: LexicalIndex) -> None:
    assert found(index, "calcinosis") == ["b#c1", "a#c1"]
    assert found(index, "calcinosis", limit=1) == ["b#c1"]


@pytest.mark.parametrize("words", ["anti-Mi2", "anti Mi 2", "ANTI-MI-2", "antibody"])
def test_what_is_printed_differently_is_found_all_the_same(index: LexicalIndex, words: str) -> None:
    assert found(index, words) == ["c#c1"]


def test_title_and_section_are_searched_and_stop_words_are_not(index: LexicalIndex) -> None:
    index.add([chunk("d", "Nothing to say.", title="A beekeeper's forearm")])
    assert found(index, "beekeeper") == ["d#c1"]
    assert len(found(index, "case")) == 4
    assert found(index, "the of and") == []


def test_a_heavier_word_outweighs_a_lighter_one(index: LexicalIndex) -> None:
    drug, site = tokens("diltiazem")[0], tokens("colchicine")[0]
    assert index.search({drug: 3.0, site: 0.1}, 2)[0].chunk_id == "a#c1"
    assert index.search({drug: 0.1, site: 3.0}, 2)[0].chunk_id == "b#c1"


def test_equal_scores_are_ordered_by_chunk_id(index: LexicalIndex) -> None:
    index.add([chunk(name, "Verapamil only.") for name in "zyx"])
    assert found(index, "verapamil") == ["x#c1", "y#c1", "z#c1"]


def test_a_filter_limits_the_hits_and_leaves_their_scores(index: LexicalIndex) -> None:
    weights = dict.fromkeys(tokens("calcinosis"), 1.0)
    scores = {hit.chunk_id: hit.score for hit in index.search(weights, 10)}
    (only,) = index.search(weights, 10, ["a", "unknown"])
    assert (only.chunk_id, only.score) == ("a#c1", pytest.approx(scores["a#c1"]))
    assert index.search(weights, 10, []) == []


def test_no_words_or_no_room_give_no_hits(index: LexicalIndex) -> None:
    assert index.search({}, 10) == []
    assert index.search({"calcinosi": 1.0}, 0) == []
    assert found(index, "zebra") == []


@pytest.mark.parametrize("token", ["AND", "a:b", "x*", "(", '"', "", "-y", "chunk_id:a"])
def test_no_token_is_a_query_language(index: LexicalIndex, token: str) -> None:
    assert index.search({token: 1.0}, 10) == []


def test_a_chunk_added_again_replaces_its_older_self(index: LexicalIndex) -> None:
    index.add([chunk("a", "Verapamil instead.")])
    assert found(index, "diltiazem") == []
    assert found(index, "verapamil") == ["a#c1"]
    assert index.ids() == {"a#c1", "b#c1", "c#c1"}


def test_rarity_is_the_idf_of_bm25_over_the_chunks_that_are_there(index: LexicalIndex) -> None:
    (token,) = tokens("calcinosis")
    assert index.rarity(token) == pytest.approx(math.log(1 + (3 - 2 + 0.5) / (2 + 0.5)))
    assert index.rarity("zebra") == pytest.approx(math.log(1 + (3 + 0.5) / 0.5))
    index.remove(["b#c1"])
    assert index.rarity(token) == pytest.approx(math.log(1 + (2 - 1 + 0.5) / (1 + 0.5)))


def test_a_word_is_unknown_once_its_last_chunk_is_removed(index: LexicalIndex) -> None:
    (token,) = tokens("diltiazem")
    assert index.knows(token)
    index.remove(["a#c1", "never#c1"])
    assert not index.knows(token)
    assert index.ids() == {"b#c1", "c#c1"}


def test_an_empty_index_knows_nothing(tmp_path: Path) -> None:
    empty = LexicalIndex(tmp_path / "bm25")
    assert empty.ids() == set()
    assert not empty.knows("calcinosi")
    assert empty.search({"calcinosi": 1.0}, 5) == []


def test_an_index_is_the_same_after_it_was_opened_again(index: LexicalIndex, tmp_path: Path) -> None:
    reopened = LexicalIndex(tmp_path / "bm25")
    assert reopened.ids() == index.ids()
    assert found(reopened, "colchicine") == ["b#c1"]


def test_what_another_opening_wrote_is_seen_after_the_next_write(index: LexicalIndex, tmp_path: Path) -> None:
    LexicalIndex(tmp_path / "bm25").add([chunk("d", "Rituximab.")])
    index.add([chunk("e", "Colchicine.")])
    assert found(index, "rituximab") == ["d#c1"]


def test_a_damaged_index_is_named_with_what_to_do(index: LexicalIndex, tmp_path: Path) -> None:
    assert index.ids()
    (tmp_path / "bm25" / "meta.json").write_text("{ this is no index")
    with pytest.raises(LibraryDamaged, match=r"bm25: the BM25 index cannot be opened .*`casebook check --repair`"):
        LexicalIndex(tmp_path / "bm25")


def test_a_write_while_another_writer_holds_the_index_is_refused_in_words(index: LexicalIndex) -> None:
    writer = index._index.writer(20_000_000, 1)
    with pytest.raises(LibraryError, match="the BM25 index cannot be written"):
        index.add([chunk("d", "Rituximab.")])
    writer.wait_merging_threads()
    index.add([chunk("d", "Rituximab.")])
    assert found(index, "rituximab") == ["d#c1"]
