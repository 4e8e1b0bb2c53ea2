"""Paths that a command is given, made absolute where they enter: no later step asks from where."""

import os
from pathlib import Path
from typing import Any

import click


class AbsolutePath(click.Path):
    """A path of the command line as an absolute `Path`; links stay links, ``-`` stays ``-``."""

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
