"""Questions that every page asks: Django makes their SQL once, and then they are only asked.

Making the SQL of a small query takes three times as long as its answer.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Prepared:
    """A query whose SQL is made once for each kind of database.

    Its values come as the driver gives them: numbers, texts and yes or no (1 or 0 in SQLite), no
    JSON. A moment is read by `moment_of`.

    Args:
        make: returns the query; what is given at each asking are its last parameters, here any.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._made: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def rows(self, *given: int | str) -> list[tuple[Any, ...]]:
        """Ask, and return all rows.

        Args:
            given: in place of the last parameters.
        """
        if connection.vendor not in self._made:
            self._made[connection.vendor] = self._make().query.sql_with_params()
        sql, known = self._made[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(sql, (*known[: len(known) - len(given)], *given))
            return list(cursor.fetchall())


def moment_of(value: datetime | str | None) -> datetime | None:
    """Return a moment as a driver gives it, in UTC: SQLite gives none with its zone."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
