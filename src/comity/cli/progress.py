"""Progress on a terminal, and rows of what a package lacks, as several commands print them.

Results (or one JSON object with ``--json``) go to standard output, progress and rows to standard
error.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from comity.evidence.package import FileRow


@contextmanager
def _bar(
    what: str, total: int | None, names: Sequence[str], *, quiet: bool
) -> Iterator[Callable[[int], None]]:
    """Show a bar with these columns on a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich import progress as rich_progress

    from comity.files.progress_rate import RateColumn
    from comity.files.terminal import terminal

    columns: dict[str, rich_progress.ProgressColumn] = {
        "bytes": rich_progress.DownloadColumn(binary_units=True),
        "number": rich_progress.MofNCompleteColumn(),
        "rate": RateColumn(),
        "remaining": rich_progress.TimeRemainingColumn(),
    }
    first = (rich_progress.TextColumn("{task.description}"), rich_progress.BarColumn())
    shown = rich_progress.Progress(
        *first, *(columns[name] for name in names), console=terminal(stderr=True)
    )
    with shown:
        task = shown.add_task(what, total=total)
        yield lambda done: shown.update(task, completed=done)


def showing(
    what: str, total_bytes: int | None, *, quiet: bool
) -> AbstractContextManager[Callable[[int], None]]:
    """Show amount, rate and, with a total, remaining time on a terminal; nothing elsewhere."""
    return _bar(what, total_bytes, ("bytes", "rate", "remaining"), quiet=quiet)


def progress(
    what: str, total_bytes: int, *, quiet: bool
) -> AbstractContextManager[Callable[[int], None]]:
    """Show amount and rate on a terminal; nothing elsewhere."""
    return _bar(what, total_bytes or None, ("bytes", "rate"), quiet=quiet)


def steps_shown(
    what: str, total: int, *, quiet: bool
) -> AbstractContextManager[Callable[[int], None]]:
    """Show how many of how many are done, and the remaining time, on a terminal."""
    return _bar(what, total or None, ("number", "remaining"), quiet=quiet)


def row_value(row: "FileRow") -> dict[str, Any]:
    """Return the JSON form of a row that is told."""
    return {key: row.to_value()[key] for key in ("name", "type")} | (
        {"reason": row.reason} if row.reason else {}
    )


def shown_text(text: str) -> str:
    """Return a text as it is if a terminal shows all of it, else with what it hides escaped."""
    return text if text.isprintable() else repr(text)


def print_rows(title: str, rows: "tuple[FileRow, ...]") -> None:
    """Tell rows on standard error, names and reasons with dangerous characters escaped."""
    for row in rows:
        name, reason = repr(os.fsdecode(row.name)), shown_text(row.reason or "")
        click.echo(f"{title}: {name}" + (f": {reason}" if reason else ""), err=True)
