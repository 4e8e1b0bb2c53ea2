"""The vocabulary of options: what several commands take is said here once, in the same words."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from comity.canonical import ComityError

HERE = click.Path(path_type=Path, dir_okay=False, exists=True)
NEW = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
YES = click.option("--yes", is_flag=True, help="Do not ask (for scripts).")
LANG = click.option("--lang", default="en", show_default=True, help="Language of what you write.")
WORDS_LANG = click.option("--lang", default="en", show_default=True, help="Language of the words.")
MOST = click.option(
    "--most", default=100, show_default=True, type=click.IntRange(1), help="At most."
)
NODE_FOLDER = click.argument("folder", metavar="DIR", type=FOLDER)


class AbsolutePath(click.Path):
    """A path of the command line as an absolute `Path`; links stay links, ``-`` stays ``-``.

    It is made absolute where it enters: no later step asks from where.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(path_type=Path, **options)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """Return the path, after the checks of `click.Path`."""
        found: Any = super().convert(value, param, ctx)
        return found if self.allow_dash and str(found) == "-" else Path(found).absolute()


def named_state(_context: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Take the code of a State; nothing stays nothing where it may be left out."""
    from comity.files.known_names import check_state

    return _named(check_state, param, value)


def named_party(_context: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Take the name of a party whose State exists; nothing stays so where it may be left out."""
    from comity.files.known_names import check_party

    return _named(check_party, param, value)


def _named(parse: Callable[[str], str], param: click.Parameter, value: str | None) -> str | None:
    if value == "" and param.required:
        raise click.BadParameter("it is empty")
    try:
        return parse(value) if value else value
    except ComityError as fault:
        raise click.BadParameter(str(fault)) from fault
