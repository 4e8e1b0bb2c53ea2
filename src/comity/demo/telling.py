"""How the demonstration tells its story: chapters, sentences, progress."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from comity.files.terminal import RateColumn, safe_text, terminal
from comity.files.walk import measure


class Teller:
    """Writes to a terminal or, plainly, to whatever standard output is."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or terminal()
        self._chapters = 0

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._chapters += 1
        self._console.print(f"\n[bold]{self._chapters}. {title}[/bold]")

    def say(self, sentence: str) -> None:
        """Say a sentence."""
        self._console.print(f"   {safe_text(sentence)}", markup=False, soft_wrap=True)

    @contextlib.contextmanager
    def progress(self, what: str, source: Path) -> Iterator[Callable[[int], None]]:
        """Show how far a pass over files is; gives the function that is told the bytes so far."""
        sources = sorted(source.iterdir()) if source.is_dir() else [source]
        total = measure(sources).size_bytes
        columns = (TextColumn("   {task.description}"), BarColumn(), DownloadColumn())
        with Progress(*columns, RateColumn(), console=self._console) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.update(task, completed=done)
