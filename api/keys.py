"""The keys of the HTTP door. Only the hash of a key is kept; the key itself is shown once, when it is made."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import RowMapping, func, insert, select, update

from corpus.catalog import Catalog
from corpus.errors import NotFound, UsageError
from corpus.tables import api_keys

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "write", "admin")

_PREFIX = "casebook"
# 256 random bits: nothing to guess, so a fast hash is as good as a slow one.
_SECRET_BYTES = 32
# What a key with an unknown id is compared with, so that it takes as long as one with a known id.
_NOBODY = hashlib.sha256(b"nobody").hexdigest()


@dataclass(frozen=True, slots=True)
class Key:
    """``read`` asks, searches and reads; ``write`` adds and removes reports; ``admin`` sees counters, feedback and all conversations.

    No scope includes another.
    """

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: float
    revoked_at: float | None = None


class Keys:
    """Makes, lists, revokes and recognises keys."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def add(self, name: str, scopes: Sequence[Scope] = ("read",)) -> tuple[Key, str]:
        """A new key and, this once, what to send. Raises UsageError for a name that is empty or taken."""
        name = name.strip()
        if not name or not name.isprintable() or len(name) > 100:
            raise UsageError("a key needs a name of 1 to 100 printable characters, e.g. who or what will use it")
        if any(key.name == name and key.revoked_at is None for key in self.all()):
            raise UsageError(f"there is a key named {name!r} already; choose another name, or revoke that one first")
        key = Key(secrets.token_hex(4), name, frozenset(scopes), time.time())
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        row = {"id": key.id, "name": name, "secret_sha256": _hash(secret), "scopes": sorted(key.scopes), "created_at": key.created_at}
        with self._catalog.writing() as connection:
            connection.execute(insert(api_keys).values(**row))
        return key, f"{_PREFIX}_{key.id}_{secret}"

    def all(self) -> list[Key]:
        """Oldest first, revoked ones among them."""
        with self._catalog.reading() as connection:
            return [_key(row) for row in connection.execute(select(api_keys).order_by(api_keys.c.created_at)).mappings()]

    def revoke(self, key_id: str) -> Key:
        """From now on the key opens nothing. Raises NotFound."""
        for key in self.all():
            if key.id == key_id and key.revoked_at is None:
                with self._catalog.writing() as connection:
                    connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(revoked_at=time.time()))
                return key
        raise NotFound(f"no key {key_id!r} that could be revoked; `casebook keys list` shows them")

    def needed(self) -> bool:
        """Whether requests need a key: from the first one ever made on, so that revoking the last one locks and does not open."""
        with self._catalog.reading() as connection:
            return bool(connection.execute(select(func.count()).select_from(api_keys)).scalar())

    def recognised(self, sent: str) -> Key | None:
        """The key that was sent, unless it is unknown or revoked. Takes as long for a wrong secret as for a right one."""
        key_id, secret = _parts(sent)
        with self._catalog.reading() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == key_id)).mappings().first()
        same = hmac.compare_digest(_hash(secret), row["secret_sha256"] if row else _NOBODY)
        return _key(row) if row and same and row["revoked_at"] is None else None


def _parts(sent: str) -> tuple[str, str]:
    prefix, _, rest = sent.partition("_")
    key_id, _, secret = rest.partition("_")
    return (key_id, secret) if prefix == _PREFIX else ("", sent)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _key(row: RowMapping) -> Key:
    told: dict[str, Any] = {name: row[name] for name in ("id", "name", "created_at", "revoked_at")}
    return Key(scopes=frozenset(row["scopes"]), **told)
