"""Lines of a list in CSV, with the number of the line on which each row begins."""

import csv
import io
from collections.abc import Callable, Iterator

from comity.canonical import PeerError


def rows(
    text: str, separator: str, *, most: int, refuse: Callable[[str], PeerError]
) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of each row after the first that is not empty.

    Args:
        text: of the whole list.
        separator: of cells.
        most: rows.
        refuse: makes the error of a list that is too long, or no CSV; raised here.

    Source: RFC 4180.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    count, line = 0, 1
    try:
        next(reader)
        line = reader.line_num + 1
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > most:
                raise refuse(f"a list has at most {most} rows")
            yield begins, cells
    except csv.Error as fault:
        raise refuse(f"no CSV from line {line} on: {fault}") from fault
