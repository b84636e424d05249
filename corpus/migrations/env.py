"""Alembic's entry point; the connection comes from ``corpus.migrations.upgrade``."""

from alembic import context

from corpus.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=False)
context.run_migrations()
