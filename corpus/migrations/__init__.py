"""Brings a catalogue to the current tables. ``HEAD`` is the newest revision; a test keeps it true."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from corpus.errors import LibraryDamaged

HEAD = "0004"


def revision(connection: Connection) -> str | None:
    """The revision that a database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("select version_num from alembic_version")).scalar()


def upgrade(connection: Connection) -> None:
    """Migrate to ``HEAD``. Raises LibraryDamaged for a catalogue that a newer Casebook wrote."""
    current = revision(connection)
    if current == HEAD:
        return
    if current is not None and current > HEAD:
        raise LibraryDamaged(
            f"the catalogue is at revision {current}, this Casebook knows {HEAD}: install the newer Casebook that wrote it"
        )
    # Python's sqlite3 opens no transaction before DDL: without this one a crash in mid-migration leaves half of the tables.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if revision(connection) == HEAD:  # another process was faster
            return
    # Imported here: alembic costs a fifth of a second, and an up-to-date catalogue does not need it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
