"""Laws of bringing an older catalogue to the tables of today."""

from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from corpus import migrations
from corpus.catalog import Catalog
from corpus.conversations import Conversations
from corpus.ledger import Ledger, LedgerLine
from corpus.report import Paragraph
from corpus.tables import metadata

FOLDER = Path(migrations.__file__).parent


def at_first_revision(connection: Connection) -> None:
    """A catalogue as the first release left it, with one conversation and one report in it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    connection.execute(text("insert into conversations values ('c', 'kept', 1.0, 1.0)"))
    columns = "id, title, authors, digest, fingerprint, extractor"
    connection.execute(text(f"insert into reports ({columns}) values ('r', 'Kept', '[]', 0, 'f', 'x')"))
    connection.execute(text("insert into paragraphs values ('r#p1', 'r', 1, 'She was weak.', '[\"Case\"]', 3, 'text')"))
    connection.execute(text("insert into sources values ('/a.pdf', '/', 's', 'old', 'pdf')"))
    connection.execute(text("insert into source_reports values ('/a.pdf', 'r', 1)"))


def test_head_is_the_newest_revision() -> None:
    assert ScriptDirectory(str(FOLDER)).get_current_head() == migrations.HEAD


def test_an_older_catalogue_is_brought_forward_and_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        at_first_revision(connection)
        assert not inspect(connection).has_table("feedback")
    engine.dispose()
    catalog = Catalog.open(path)
    with catalog.reading() as connection:
        assert migrations.revision(connection) == migrations.HEAD
        assert inspect(connection).has_table("feedback")
    assert [one.title for one in Conversations(catalog).all()] == ["kept"]
    assert catalog.report("r").paragraphs == (Paragraph("r#p1", "She was weak.", ("Case",), 3, "text", boxes=()),)
    assert Ledger(catalog).lines() == {"/a.pdf": LedgerLine("/a.pdf", "/", "s", "old", "pdf", ("r",), by_title=())}
    catalog.close()


def test_a_catalogue_brought_forward_has_the_columns_of_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        at_first_revision(connection)
    engine.dispose()
    catalog = Catalog.open(path)
    with catalog.reading() as connection:
        for table in metadata.sorted_tables:
            there = {column["name"]: column["nullable"] for column in inspect(connection).get_columns(table.name)}
            assert there == {column.name: column.nullable for column in table.columns}, table.name
    catalog.close()
