"""What the commands that make papers share."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.cli.answers import show
from comity.files.errors import translating
from comity.files.publish import write_file

if TYPE_CHECKING:
    from comity.papers.typeset import FontPlaces

FOLDER: Final = click.Path(path_type=Path, file_okay=False, exists=True)
FONTS: Final = click.option(
    "--fonts",
    "font_folders",
    multiple=True,
    type=FOLDER,
    help="Also search this folder for fonts; repeatable.",
)


def bytes_of(path: Path, most: int) -> bytes:
    """Return a file's bytes, at most one more than are allowed."""
    with translating(f"reading {path}"), path.open("rb") as file:
        return file.read(most + 1)


def font_places(told: dict[str, Any]) -> "FontPlaces":
    """Return where the options say that fonts are."""
    from comity.papers.typeset import FontPlaces

    return FontPlaces(folders=told["font_folders"])


def publish(output: Path, made: bytes, *, as_json: bool, **more: str) -> None:
    """Write a paper under a new name, and say its digest."""
    write_file(output, made, mode=0o644)
    digest = hashlib.sha256(made).hexdigest()
    if as_json:
        show({"file": str(output), "sha256": digest, **more})
    else:
        click.echo(f"{output}  sha256:{digest}")
