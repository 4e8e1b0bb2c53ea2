"""Rows of a table that have names, as the files of exercises write them."""

from collections.abc import Callable
from typing import Final

from comity.instruments.errors import LawDuplicateError
from comity.instruments.table import Table, rows

MAX_ROWS: Final = 200


def keyed[T](
    whole: Table, name: str, make: Callable[[Table, str], T], *, most: int = MAX_ROWS
) -> dict[str, T]:
    """Return what each row of a kind says, by the row's own key.

    Args:
        whole: the file.
        name: of the kind.
        make: reads one row, given its key.
        most: rows that there may be.

    Raises:
        InstrumentError: too many rows, or a row that is no such row.
        LawDuplicateError: two rows have one key.
    """
    found: dict[str, T] = {}
    listed = rows(whole.take(name), name, file=whole.file)
    if len(listed) > most:
        raise whole.fault(f"{name}: more than {most} of them")
    for row in listed:
        key = row.name()
        if key in found:
            raise row.fault("is there already", LawDuplicateError)
        found[key] = make(row, key)
        row.done()
    return found
