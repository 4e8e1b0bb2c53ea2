"""Printing a line for a terminal: harmless, folded, and running the way its language does."""

import shutil
import sys
import unicodedata
from typing import Final

import click

from comity.cli.law_frame import BEGIN, END, harmless
from comity.files.terminal import steering_stream
from comity.papers.visible import visible

_NO_WIDTH: Final = 1_000_000
_MOST_WIDTH: Final = 110
_MIRRORED: Final = frozenset({"R", "AL"})
_RIGHT_TO_LEFT: Final = "\u200f"


def folded(line: str, *, indent: int = 0, mark: str = "") -> str:
    """Return a line, on a terminal folded, with what follows a mark indented under it."""
    width = _NO_WIDTH
    if sys.stdout.isatty():
        width = min(_MOST_WIDTH, shutil.get_terminal_size().columns)
    shown = harmless(line)
    if _is_mirrored(line):  # the line runs from right to left; what stands before it stays itself
        mark = f"{_RIGHT_TO_LEFT}{harmless(f'{BEGIN}{visible(mark)}{END}') if mark else ''}"
    first, rest = " " * indent + mark, " " * (indent + len(mark))
    return click.wrap_text(shown, width, first, rest)


def say(line: str, *, indent: int = 0, mark: str = "") -> None:
    """Print a line as `folded` makes it."""
    # what it sets apart was made harmless: its own marks of direction may pass
    click.echo(folded(line, indent=indent, mark=mark), file=steering_stream(sys.stdout))


def _is_mirrored(line: str) -> bool:
    """Tell the direction of a line by its first strong letter that is not set apart (UAX 9)."""
    depth = 0
    for char in line:
        depth += (char == BEGIN) - (char == END)
        kind = unicodedata.bidirectional(char)
        if depth == 0 and kind in {"L", *_MIRRORED}:
            return kind in _MIRRORED
    return False


def head(line: str) -> None:
    """Print the heading of a part."""
    click.echo()
    say(line)
