"""Bringing a node's database to this version."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from comity.node.postgresql.place import check_order


def migrate() -> None:
    """Apply what is missing; safe to repeat, and quick where nothing is.

    Raises:
        DatabasePlaceError: a database of PostgreSQL that orders texts otherwise than by bytes.
    """
    if connection.vendor == "postgresql":
        _check_order()
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        executor.loader.check_consistent_history(connection)
        return  # what the command does besides takes as long as many a command of ours
    call_command("migrate", interactive=False, verbosity=0)


def _check_order() -> None:
    """Raise unless texts are compared by their bytes in UTF-8, as numbers of cases have to be."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database "
            "WHERE datname = current_database()"
        )
        collation, encoding = cursor.fetchone()
    check_order(collation, encoding)
