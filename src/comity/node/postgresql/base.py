"""Django's backend for PostgreSQL, in which a transaction begins by taking the turn to write.

What is written for SQLite relies on one writer: a transaction sees nothing change under it. Here
every transaction takes one lock of the database first and gives it back when it ends, so that it is
the same. What only reads runs outside transactions and never waits.

Source: ADR 0004, ADR 0043.
"""

from typing import Final

from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL

TURN: Final = 0x636F6D697479
"""The number of the lock: ``comity`` in ASCII. A database holds one node's register."""


class DatabaseWrapper(PostgreSQL):
    """A connection whose transactions write one after the other."""

    def init_connection_state(self) -> None:
        """Ask for no machine code: every statement is short, and compiling takes 0.1 s."""
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute("SET jit = off")

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 - as Django calls it
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # the stubs lack it
        if not autocommit:
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (TURN,))
