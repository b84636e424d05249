import json
import re

import pytest

from corpus.errors import ParseError
from ingest.parsers.beir import parse


def test_each_line_is_one_report_under_its_own_id() -> None:
    lines = [
        {"_id": "A/1", "title": "Stones", "text": "One.\n\nTwo.", "metadata": {"year": 2001, "authors": ["Jane Doe"], "doi": "10.1000/X"}},
        {"_id": 7, "title": "", "text": "Three."},
    ]
    first, second = parse("c.jsonl", "c.jsonl", "\n".join(map(json.dumps, lines)).encode())
    assert (first.id, second.id) == ("A/1", "7")
    assert [paragraph.text for paragraph in first.paragraphs] == ["One.", "Two."]
    assert (first.reference.year, first.reference.authors, first.reference.doi) == (2001, ("Jane Doe",), "10.1000/x")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"_id": "2", "title": "t"', "not JSON"),
        ('["a"]', "not an object"),
        ('{"_id": "2", "title": "t"}', "`text` is missing"),
        ('{"title": "t", "text": "x"}', "`_id` is missing"),
        ('{"_id": "1", "title": "t", "text": "x"}', "stands on line 1 already"),
        ('{"_id": "2", "title": "", "text": " "}', "is empty"),
        ('{"_id": "2", "title": "t", "text": "x", "metadata": 3}', "metadata"),
    ],
)
def test_a_bad_line_is_named_by_its_number(line: str, reason: str) -> None:
    with pytest.raises(ParseError, match=f"line 3: .*{reason}"):
        parse("c.jsonl", "c.jsonl", f'{{"_id": "1", "title": "t", "text": "x"}}\n\n{line}\n'.encode())


def test_every_bad_line_is_named_with_its_number() -> None:
    good = '{"_id": "1", "text": "x"}'
    with pytest.raises(ParseError) as refused:
        parse("c.jsonl", "c.jsonl", "\n".join([good, "{oops", "", good, '{"_id": "2"}', '{"_id": "3", "text": "y"}', "[1]"]).encode())
    assert re.findall(r"line (\d+): ", refused.value.reason) == ["2", "4", "5", "7"]
    assert "line 4: _id '1' stands on line 1 already" in refused.value.reason


def test_of_thousands_of_bad_lines_ten_are_named_and_the_others_counted() -> None:
    with pytest.raises(ParseError) as refused:
        parse("c.jsonl", "c.jsonl", b"{oops\n" * 5000)
    assert re.findall(r"line (\d+)", refused.value.reason) == [str(number) for number in range(1, 11)]
    assert refused.value.reason.endswith("; and 4990 more bad lines")
    assert len(refused.value.reason) < 1500
