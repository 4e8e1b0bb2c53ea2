"""Reading many rows, or several tables, as they stood at one moment, while others go on writing.

What is read in several statements is otherwise read at several moments: a list and its total, a
table and the rows it refers to, the same table in two formats may contradict each other. A
transaction as this node writes in (ADR 0004) would have everybody wait for a long export; this one
takes no turn to write, and whoever writes waits for nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

_BEGIN: Final = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
}


@contextmanager
def one_moment() -> Iterator[None]:
    """Read what stands inside as of the first read in it; nothing is written inside.

    Inside a transaction it changes nothing: there nobody else writes anyway.
    """
    if connection.in_atomic_block or _is_within():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")  # nothing was written


def _is_within() -> bool:
    """Tell whether the caller reads as of one moment already."""
    connection.ensure_connection()
    driver = connection.connection
    if connection.vendor == "sqlite":
        return bool(driver.in_transaction)
    return bool(driver.info.transaction_status)
