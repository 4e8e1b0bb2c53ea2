"""Bringing a node's database to this version."""

from django.core.management import call_command
from django.db import connection

from comity.node.postgresql.place import check_order


def migrate() -> None:
    """Apply what is missing; safe to repeat.

    Raises:
        DatabasePlaceError: a database of PostgreSQL that orders texts otherwise than by bytes.
    """
    if connection.vendor == "postgresql":
        _check_order()
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
