"""Errors on the command line: what, why, what next, and the exit status.

0: done, and all that was claimed is proved. 1: a check failed or the world refused. 2: misuse.
3: consistent, but the origin is not proved (only `comity verify`).
"""

import functools
import json
import sys
from collections.abc import Callable
from typing import NoReturn

import click

from comity.canonical import ComityError, MisuseError
from comity.cli.words import WORDS


def guarded[**P, T](command: Callable[P, T]) -> Callable[P, T]:
    """Give a command's errors their words and exit status."""

    @functools.wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> T:
        try:
            return command(*args, **options)
        except ComityError as fault:
            fail(fault, as_json=bool(options.get("as_json")))
        except KeyboardInterrupt:
            click.echo("interrupted: nothing was left under its name", err=True)
            sys.exit(130)

    return run


def fail(fault: ComityError, *, as_json: bool) -> NoReturn:
    """Print an error and end the program."""
    why, following = WORDS.get(fault.code, ("", ""))
    if as_json:
        told = {"code": fault.code, "next": following, "what": str(fault), "why": why}
        click.echo(json.dumps({"error": told}, sort_keys=True))
    click.echo(f"error [{fault.code}]: {fault}", err=True)
    for label, words in (("why", why), ("next", following)):
        if words:
            click.echo(f"  {label}: {words}", err=True)
    sys.exit(2 if isinstance(fault, MisuseError) else 1)
