"""Printing what was found in disk images, names of others made harmless."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.canonical import unb64
from comity.canonical.amounts import counted
from comity.papers.visible import visible

if TYPE_CHECKING:
    from comity.forensics.image import Image


def sealed_images(sources: list[Path]) -> list[dict[str, Any]]:
    """Return the images among what was sealed, by content and name alone.

    Each as `comity.forensics.image.Image.to_value`, with ``not_sealed``: names of its files that
    lie beside the sources and were not among them.
    """
    from comity.forensics.image import name_value
    from comity.forensics.recognise import candidates, recognise

    found: list[Image] = []
    with suppress(OSError):  # sealing has told what could not be read
        for path in candidates(sources):
            with suppress(OSError):
                found += recognise([path])
    folders = [source for source in sources if source.is_dir()]
    told = {}
    for image in found:
        missing = [
            name_value(os.fsencode(file.path.name))
            for file in image.files
            if file.path not in sources and file.path.parent not in folders
        ]
        told[image.files[0].path] = image.to_value() | {"not_sealed": missing}
    return list(told.values())


def print_sealed(images: list[dict[str, Any]]) -> None:
    """Print one line for each image among what was sealed, and what is missing of it."""
    for told in images:
        number = len(told["files"])
        what = f"{told['format']} {told['variant']}".strip()
        if told["format"] == "ewf":
            what = f"{told['variant'] or 'EWF'} set of {counted(number, 'segment')}"
        elif number > 1:
            what += f" of {counted(number, 'file')}"
        size = told["media_size_bytes"]
        media = "" if size is None else f", {_amount(size)} media"
        click.echo(f"image: {what}{media}")
        for finding in told["findings"]:
            click.echo(f"  found [{finding['code']}]: {visible(finding['detail'])}")
        if told["not_sealed"]:
            names = ", ".join(shown_name(name) for name in told["not_sealed"][:5])
            click.echo(f"  not sealed: {len(told['not_sealed'])} of its files ({names})")


def _amount(size_bytes: int) -> str:
    value, units = float(size_bytes), ["bytes", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{value:.1f}".removesuffix(".0") + f" {units[0]}"


def print_image(told: dict[str, Any]) -> None:
    """Print one image of an inspection."""
    names = ", ".join(shown_name(file["name"]) for file in told["files"][:3])
    more = f" and {len(told['files']) - 3} more" if len(told["files"]) > 3 else ""
    click.echo(f"{names}{more}: {told['format']} {told['variant']}")
    if told["media_size_bytes"] is not None:
        click.echo(f"  media {counted(told['media_size_bytes'], 'byte')}")
    for key, value in sorted(told["metadata"].items()):
        if value not in (None, "", [], False):
            click.echo(f"  {key.replace('_', ' ')}: {_plain(value)}")
    acquisition = told["acquisition"]
    if acquisition is not None:
        for key, value in sorted(acquisition["headers"].items()):
            click.echo(f"  {key.replace('_', ' ')}: {visible(value)}")
        for key, value in acquisition["stored"].items():
            if value is not None:
                click.echo(f"  stored {key}: {value}")
    if told["checked"] is not None:
        click.echo(f"  read again: {told['checked']['verdict']}")
    print_contents(told["contents"], told["findings"])


def print_contents(contents: dict[str, Any] | None, findings: list[dict[str, str]]) -> None:
    """Print partitions, file systems and files, then what is wrong."""
    for part in ((contents or {}).get("volume_system") or {}).get("partitions", ()):
        place = f"{part['start_bytes']} +{part['length_bytes']}"
        click.echo(f"  {place}  {part['kind']}  {visible(part['description'])}")
    for system in (contents or {}).get("file_systems", ()):
        if "why_not" in system:
            why = visible(system["why_not"])
            click.echo(f"  at {system['start_bytes']}: no file system known ({why})")
            continue
        label = f" {visible(system['label'])}" if system["label"] else ""
        click.echo(f"  at {system['start_bytes']}: {system['type']}{label}")
        for row in system["files"]:
            deleted = " (deleted)" if row["deleted"] else ""
            size = "" if row["size_bytes"] is None else row["size_bytes"]
            click.echo(f"    {size:>12}  {row['type']:9}  {shown_name(row['path'])}{deleted}")
        if system["truncated"]:
            click.echo("    and more; raise --limit")
    for finding in findings:
        click.echo(f"  found [{finding['code']}]: {visible(finding['detail'])}")


def shown_name(name: dict[str, str]) -> str:
    """Return a name for a terminal."""
    return visible(name["text"] if "text" in name else repr(unb64(name["bytes"]))[2:-1])


def _plain(value: Any) -> str:
    if isinstance(value, dict) and ("text" in value or "bytes" in value):
        return shown_name(value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(item)}" for key, item in sorted(value.items()))
    if isinstance(value, list):
        return f"{len(value)}: " + "; ".join(_plain(item) for item in value[:5])
    return visible(str(value))
