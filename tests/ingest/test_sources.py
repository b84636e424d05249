import os
from pathlib import Path

import pytest

from corpus.errors import IngestError, UnreadableSource
from ingest.sources import Source, find_sources


def _names(found: list[Source | IngestError]) -> list[str]:
    return [source.path.relative_to(source.root).as_posix() for source in found if isinstance(source, Source)]


def test_a_directory_is_walked_in_order_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", ".hidden.txt", ".git/config.txt", "a/.x.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert _names(list(find_sources([tmp_path]))) == ["a/z.md", "b.txt"]


def test_a_hidden_file_that_is_named_itself_is_read(tmp_path: Path) -> None:
    (tmp_path / ".note.txt").write_text("x")
    assert _names(list(find_sources([tmp_path / ".note.txt"]))) == [".note.txt"]


def test_a_path_that_does_not_exist_is_yielded_as_an_error_and_the_rest_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    missing, source = find_sources([tmp_path / "nowhere", tmp_path / "a.txt"])
    assert isinstance(missing, UnreadableSource)
    assert "does not exist" in missing.reason
    assert isinstance(source, Source)


def test_a_file_named_twice_is_found_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "sub").mkdir()
    assert len(list(find_sources([tmp_path, tmp_path / "a.txt", tmp_path / "sub" / ".." / "a.txt"]))) == 1


def test_a_link_back_to_its_own_directory_does_not_loop(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("x")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    assert _names(list(find_sources([tmp_path]))) == ["sub/a.txt"]


def test_a_link_to_nothing_fails_alone(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "here.txt").write_text("x")
    found = list(find_sources([tmp_path]))
    assert _names(found) == ["here.txt"]
    assert sum(isinstance(source, UnreadableSource) for source in found) == 1


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (found,) = find_sources([tmp_path])
    assert isinstance(found, UnreadableSource)


def test_a_file_over_the_limit_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"x" * 11)
    (source,) = find_sources([tmp_path])
    assert isinstance(source, Source)
    with pytest.raises(UnreadableSource, match="CASEBOOK_MAX_FILE_MB"):
        source.read(10)
    assert source.read(11) == b"x" * 11


def test_a_file_that_vanished_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (source,) = find_sources([tmp_path])
    (tmp_path / "a.txt").unlink()
    assert isinstance(source, Source)
    with pytest.raises(UnreadableSource, match="does not exist"):
        source.read(10)
