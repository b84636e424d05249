"""``casebook keys``: who may use the HTTP door, and for what. A server that is running notices at once."""

from contextlib import closing
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from corpus.catalog import Catalog


@click.group("keys")
def keys_group() -> None:
    """Make, list and revoke the keys of the HTTP interface."""


@keys_group.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(["read", "write", "admin"]),
    multiple=True,
    default=("read",),
    help="read: ask and read (the default); write: add and remove reports; admin: counters and feedback. Repeatable.",
)
def add(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key for NAME and print it, this once. From the first key on, every request needs one."""
    from api.keys import SCOPES, Keys

    with _catalog() as catalog:
        key, sent = Keys(catalog).add(name, [scope for scope in SCOPES if scope in scopes])
    click.echo(sent)
    click.echo(f"key {key.id} for {key.name} may {', '.join(sorted(key.scopes))}; it is not shown again, keep it now", err=True)


@keys_group.command("list")
def list_keys() -> None:
    """List the keys: id, name, what each may do, and whether it was revoked. Never the keys themselves."""
    from datetime import UTC, datetime

    from api.keys import Keys

    with _catalog() as catalog:
        for key in Keys(catalog).all():
            made = datetime.fromtimestamp(key.created_at, UTC).date().isoformat()
            state = "revoked" if key.revoked_at else "valid"
            click.echo(f"{key.id}  {state:7}  {made}  {','.join(sorted(key.scopes)):16}  {key.name}")


@keys_group.command()
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Revoke the key KEY_ID: from now on it opens nothing."""
    from api.keys import Keys

    with _catalog() as catalog:
        key = Keys(catalog).revoke(key_id)
    click.echo(f"revoked key {key.id} of {key.name}", err=True)


def _catalog() -> "AbstractContextManager[Catalog]":
    """The catalogue alone, made where there is none yet: a server can be given its key before its first report."""
    from corpus.catalog import Catalog
    from corpus.errors import LibraryError
    from corpus.settings import load_settings

    home = load_settings().home
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(f"{home}: cannot be made ({error.strerror}); set CASEBOOK_HOME to a folder you may write to") from error
    return closing(Catalog.open(home / "catalog.sqlite3"))
