"""Printing what was found in disk images, names of others made harmless."""

from typing import Any

import click

from comity.canonical import unb64
from comity.papers.visible import visible


def print_image(told: dict[str, Any]) -> None:
    """Print one image of an inspection."""
    names = ", ".join(shown_name(file["name"]) for file in told["files"][:3])
    more = f" and {len(told['files']) - 3} more" if len(told["files"]) > 3 else ""
    click.echo(f"{names}{more}: {told['format']} {told['variant']}")
    if told["media_size_bytes"] is not None:
        click.echo(f"  media {told['media_size_bytes']} bytes")
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
