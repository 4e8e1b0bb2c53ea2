"""Django's backend for PostgreSQL, in which a transaction begins by taking the turn to write.

What is written for SQLite relies on one writer: a transaction sees nothing change under it. Here
every transaction takes one lock of the database first and gives it back when it ends, so that it is
the same. What only reads runs outside transactions and never waits.

A server that stands still sends nothing, not even that its own limit is over. So this side counts
too, and gives a connection up that has not answered in time.

Source: ADR 0004, ADR 0043, ADR 0088.
"""

import time
from collections.abc import Generator
from typing import Any, Final

from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL

from comity.node.core.postgresql.place import STATEMENT_S

TURN: Final = 0x636F6D697479
"""The number of the lock: ``comity`` in ASCII. A database holds one node's register."""
_GRACE_S: Final = 5
"""After the server's own limit, which says more."""


class DatabaseWrapper(PostgreSQL):
    """A connection whose transactions write one after the other, and that never waits for ever."""

    limit_s: float | None = STATEMENT_S + _GRACE_S
    """How many seconds the server may leave a statement without an answer."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that is given up when the server does not answer in time."""
        made = super().get_new_connection(conn_params)
        usual = made.wait

        def wait(steps: Generator[Any, Any, Any], *given: Any, **more: Any) -> Any:
            if self.limit_s is not None:
                steps = _limited(steps, made, time.monotonic() + self.limit_s)
            return usual(steps, *given, **more)

        made.wait = wait
        return made

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


def _limited(
    steps: Generator[Any, Any, Any], connection: Any, until: float
) -> Generator[Any, Any, Any]:
    """Pass on what psycopg waits for, until the time is over: it asks again ten times a second."""
    try:
        wanted = next(steps)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > until:
                from psycopg import OperationalError

                connection.pgconn.finish()
                raise OperationalError("the server has not answered in time")
            wanted = steps.send(ready)
    except StopIteration as end:
        return end.value
