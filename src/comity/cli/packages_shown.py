"""What seal and open print alike: progress on a terminal, and rows of what a package lacks.

Results (or one JSON object with ``--json``) go to standard output, progress and rows to standard
error.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from comity.evidence.package import FileRow


@contextmanager
def showing(what: str, total_bytes: int | None, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show amount, rate and, with a total, remaining time on a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from comity.files.progress_rate import RateColumn
    from comity.files.terminal import terminal

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        RateColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=terminal(stderr=True)) as shown:
        task = shown.add_task(what, total=total_bytes)
        yield lambda done: shown.update(task, completed=done)


def row_value(row: FileRow) -> dict[str, Any]:
    """Return the JSON form of a row that is told."""
    return {key: row.to_value()[key] for key in ("name", "type")} | (
        {"reason": row.reason} if row.reason else {}
    )


def shown_text(text: str) -> str:
    """Return a text as it is if a terminal shows all of it, else with what it hides escaped."""
    return text if text.isprintable() else repr(text)


def print_rows(title: str, rows: tuple[FileRow, ...]) -> None:
    """Tell rows on standard error, names and reasons with dangerous characters escaped."""
    for row in rows:
        name, reason = repr(os.fsdecode(row.name)), shown_text(row.reason or "")
        click.echo(f"{title}: {name}" + (f": {reason}" if reason else ""), err=True)
