"""The vocabulary of options: what several commands take is said here once, in the same words."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from comity.canonical import ComityError, MisuseError, parse_time

BAG_DECLARATION = "bagit.txt"
"""As in `evidence.bag`, which would cost every command a tenth of a second to load."""


def refuse_inside(output: Path, *bags: Path) -> None:
    """Refuse an output inside a court bundle or an opened package: one more file damages it.

    Args:
        output: where a command would write; links on the way are followed.
        bags: folders that are taken for such, even where nothing in them says so.

    Raises:
        MisuseError: it lies inside one.
    """
    try:
        places = {one.resolve() for one in (output, output.parent)}
        known = [bag.resolve() for bag in bags]
        around = sorted({up for one in places for up in (one, *one.parents)} - {output.resolve()})
        found = [up for up in around if up in known or (up / BAG_DECLARATION).is_file()]
    except (OSError, RuntimeError):
        return  # writing there says why it cannot be done
    if found:
        raise MisuseError(
            f"{output} lies inside {found[-1]}, a court bundle or an opened package; a file added "
            "to it would damage it: name a place outside of it"
        )


class _EnteredPath(click.Path):
    """A path of the command line as a `Path`, looked at where it enters; ``-`` stays ``-``."""

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
        if self.allow_dash and str(found) == "-":
            return found
        try:
            return self.entered(Path(found))
        except MisuseError as error:
            self.fail(str(error), param, ctx)

    def entered(self, path: Path) -> Path:
        """Return the path as the command gets it.

        Raises:
            MisuseError: the command may not have it.
        """
        raise NotImplementedError


class NewPath(_EnteredPath):
    """A path that a command writes to, which may not lie inside a bundle."""

    def entered(self, path: Path) -> Path:
        """Return the path as it was typed.

        Raises:
            MisuseError: it lies inside a bundle.
        """
        refuse_inside(path)
        return path


NEW = NewPath(dir_okay=False)
NEW_PATH = NewPath()
HERE = click.Path(path_type=Path, dir_okay=False, exists=True)
FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
YES = click.option("--yes", is_flag=True, help="Do not ask (for scripts).")
LANG = click.option("--lang", default="en", show_default=True, help="Language of what you write.")
WORDS_LANG = click.option("--lang", default="en", show_default=True, help="Language of the words.")
MOST = click.option(
    "--most", default=100, show_default=True, type=click.IntRange(1), help="At most."
)
NODE_FOLDER = click.argument("folder", metavar="DIR", type=FOLDER)


def open_node(folder: Path) -> None:
    """Make Django ready for a node's folder, its database at this version."""
    from comity.node.core.django_setup import use_node

    use_node(folder.resolve())
    from comity.node.operations.migrate import migrate

    migrate()


def moment(_context: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    """Read a time option."""
    try:
        return None if value is None else parse_time(value)
    except ComityError as fault:
        raise click.BadParameter(f"{fault}, for example 2026-05-01T12:00:00Z") from fault


class AbsolutePath(_EnteredPath):
    """A path of the command line as an absolute `Path`; links stay links.

    It is made absolute where it enters: no later step asks from where.
    """

    def entered(self, path: Path) -> Path:
        """Return the path, absolute."""
        return path.absolute()


def named_state(_context: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Take the code of a State; nothing stays nothing where it may be left out."""
    from comity.files.instruments import check_state

    return _named(check_state, param, value)


def named_party(_context: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Take the name of a party whose State exists; nothing stays so where it may be left out."""
    from comity.files.instruments import check_party

    return _named(check_party, param, value)


def _named(parse: Callable[[str], str], param: click.Parameter, value: str | None) -> str | None:
    if value == "" and param.required:
        raise click.BadParameter("it is empty")
    try:
        return parse(value) if value else value
    except ComityError as fault:
        raise click.BadParameter(str(fault)) from fault
