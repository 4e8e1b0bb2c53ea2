"""Bringing a node's database to this version."""

from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from comity.canonical import OperationError
from comity.node.core.folder_lock import check_not_served
from comity.node.core.postgresql.place import check_order, unlimited

APP: Final = "node"


class SchemaNewerError(OperationError, code="schema-newer"):
    """The database was changed by a newer version of this program than this one."""


def migrate() -> None:
    """Apply what is missing; safe to repeat, and quick where nothing is.

    Raises:
        SchemaNewerError: a newer version of this program has changed the database.
        NodeRunningError: something is missing, and another process serves the node.
        DatabasePlaceError: a database of PostgreSQL that orders texts otherwise than by bytes.
    """
    if connection.vendor == "postgresql":
        _check_order()
    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations
    newer = sorted(
        name
        for app, name in executor.loader.applied_migrations
        if app == APP and (app, name) not in known
    )
    if newer:
        raise SchemaNewerError(f"the database knows {newer[-1]}, which this version does not")
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        executor.loader.check_consistent_history(connection)
        return  # what the command does besides takes as long as many a command of ours
    config = getattr(settings, "CONFIG", None)
    if config is not None:
        check_not_served(config.folder)
    with unlimited(connection):
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
