"""What is learned from, written and read back, and what is held back."""

from pathlib import Path

from evals.training.examples import UNTOLD, Asked, Stated, read_asked, read_stated, split_of, write_examples


def test_examples_come_back_from_a_file_as_they_were_written(tmp_path: Path) -> None:
    asked = Asked("s", "train", "β-blocker?", ("yes\nit is",), ("no", "nor this"))
    stated = Stated("s", "held", "It resolved.", "It did.", UNTOLD)
    assert write_examples(tmp_path / "a" / "asked.jsonl", [asked]) == 1
    write_examples(tmp_path / "stated.jsonl", [stated])
    assert list(read_asked([tmp_path / "a" / "asked.jsonl"])) == [asked]
    assert list(read_stated([tmp_path / "stated.jsonl"])) == [stated]


def test_a_name_always_falls_on_the_same_side_and_the_share_held_back_is_about_what_was_asked() -> None:
    names = [f"report-{number}" for number in range(2000)]
    held = [name for name in names if split_of(name, 30) == "held"]
    assert held == [name for name in names if split_of(name, 30) == "held"]
    assert 500 < len(held) < 700
    assert not [name for name in names if split_of(name, 0) == "held"]


def test_what_is_held_back_at_a_share_is_held_back_at_every_larger_one() -> None:
    names = [f"report-{number}" for number in range(500)]
    assert {name for name in names if split_of(name, 20) == "held"} < {name for name in names if split_of(name, 40) == "held"}
