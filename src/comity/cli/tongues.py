"""Options that say in which language a command speaks or prints, those of the office among them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import ComityError
from comity.cli.faults import fail
from comity.cli.options import FOLDER
from comity.files.languages import further, named, use
from comity.instruments import LANGUAGES

OWN: Final = "COMITY_LANG"
_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


class Tongue(click.Choice[str]):
    """One of the shipped languages, or of those that the office has added."""

    def __init__(self) -> None:
        super().__init__(LANGUAGES)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the tag, or end as for any wrong choice."""
        try:
            if value in further():
                return str(value)
        except ComityError as fault:
            fail(fault, as_json=False, status=2)
        return super().convert(value, param, ctx)


def _use(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        before = named()
        context.call_on_close(lambda: use(before))
        use(value)


def languages[F: Callable[..., Any]](command: F) -> F:
    """Add the option that names the office's own languages."""
    return click.option(
        "--languages",
        "own_languages",
        type=FOLDER,
        is_eager=True,
        expose_value=False,
        callback=_use,
        help="Folder of your office's own languages. Default: COMITY_LANGUAGES.",
    )(command)


def spoken() -> str:
    """Return the language that the environment asks for: COMITY_LANG, else the locale's.

    English where it asks for none that there is.
    """
    for told in (os.environ.get(OWN, ""), *(os.environ.get(name, "") for name in _LOCALE)):
        wanted = told.partition(".")[0].partition("@")[0].replace("_", "-").lower()
        if not wanted:
            continue
        if wanted in LANGUAGES or wanted in _added():
            return wanted
        base = wanted.partition("-")[0]
        if base == "zh":  # traditional characters are another script: no guess
            return "zh-hans" if wanted in {"zh", "zh-cn", "zh-sg"} else "en"
        return base if base in LANGUAGES or base in _added() else "en"
    return "en"


def _added() -> tuple[str, ...]:
    try:
        return tuple(further())
    except ComityError:  # said where the language is asked for
        return ()
