"""Laws of keys: kept as hashes, recognised whole, revoked at once."""

import hmac
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from api.keys import Keys
from corpus.catalog import Catalog
from corpus.errors import NotFound, UsageError
from corpus.store import Corpus
from tests.api.test_cli import casebook

__all__ = ["casebook"]

Run = Callable[..., Result]


@pytest.fixture
def keys(corpus: Corpus) -> Keys:
    return Keys(corpus.catalog)


def test_a_key_is_recognised_and_only_its_hash_is_kept(keys: Keys, corpus: Corpus) -> None:
    key, sent = keys.add("the ward's tablet", ("read", "write"))
    assert keys.recognised(sent) == key
    secret = sent.rpartition(key.id)[2].lstrip("_")
    with corpus.catalog.reading() as connection:
        kept = repr(connection.execute(text("select * from api_keys")).all())
    assert key.name.replace("'", "") in kept.replace("'", "").replace("\\", "")
    assert secret not in kept


@pytest.mark.parametrize(
    "change",
    [
        lambda sent: sent[:-1] + ("A" if sent[-1] != "A" else "B"),
        lambda sent: sent[:-1],
        lambda sent: sent + "x",
        lambda sent: sent.upper(),
        lambda sent: sent.partition("_")[2],
        lambda _: "",
        lambda _: "casebook__",
        lambda _: "\ud800",
        lambda _: "' or 1=1 --",
    ],
)
def test_what_is_not_the_whole_key_is_not_recognised(keys: Keys, change: Callable[[str], str]) -> None:
    _, sent = keys.add("a")
    assert keys.recognised(change(sent)) is None


def test_a_known_and_an_unknown_id_are_compared_alike(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _ = keys.add("a")
    compared: list[int] = []
    real = hmac.compare_digest

    def counted(one: str, other: str) -> bool:
        compared.append(len(other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    keys.recognised(f"casebook_{key.id}_wrong")
    keys.recognised("casebook_ffffffff_wrong")
    keys.recognised("nothing like a key")
    assert compared == [64, 64, 64]


def test_a_revoked_key_opens_nothing_and_keys_stay_needed(keys: Keys) -> None:
    assert not keys.needed()
    key, sent = keys.add("a")
    keys.revoke(key.id)
    assert keys.recognised(sent) is None
    assert keys.needed()
    with pytest.raises(NotFound):
        keys.revoke(key.id)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\nb"])
def test_a_key_has_a_name_that_a_log_can_show(keys: Keys, name: str) -> None:
    with pytest.raises(UsageError):
        keys.add(name)


def test_two_keys_in_use_never_share_a_name(keys: Keys) -> None:
    key, _ = keys.add("a")
    with pytest.raises(UsageError, match="already"):
        keys.add("a")
    keys.revoke(key.id)
    assert keys.add("a")


def test_the_command_makes_lists_and_revokes(casebook: Run, home: Path) -> None:
    made = casebook("keys", "add", "ward", "--scope", "read", "--scope", "admin")
    assert made.exit_code == 0
    sent = made.stdout.strip()
    catalog = Catalog.open(home / "catalog.sqlite3")
    key = Keys(catalog).recognised(sent)
    assert key
    assert key.scopes == {"read", "admin"}
    listed = casebook("keys", "list").output
    assert key.id in listed
    assert "admin,read" in listed
    assert sent not in listed
    assert casebook("keys", "revoke", key.id).exit_code == 0
    assert Keys(catalog).recognised(sent) is None
    assert "revoked" in casebook("keys", "list").output
    assert casebook("keys", "revoke", "nobody").exit_code == 1
    assert casebook("keys", "add", "").exit_code == 2
    assert casebook("keys", "add", "x", "--scope", "all").exit_code == 2
    catalog.close()
