"""Laws of bringing an older catalogue to the tables of today."""

from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from corpus import migrations
from corpus.catalog import Catalog
from corpus.conversations import Conversations

FOLDER = Path(migrations.__file__).parent


def at_first_revision(connection: Connection) -> None:
    """A catalogue as the first release left it, with one conversation in it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    connection.execute(text("insert into conversations values ('c', 'kept', 1.0, 1.0)"))


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
    catalog.close()
