"""Disk images on the examiner's machine: what they are, whether they are whole, what is in them."""

import os
import shlex
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import unb64
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command, show
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.options import AS_JSON, HERE, NEW
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


_FILES = click.argument(
    "files",
    nargs=-1,
    required=True,
    type=HERE,
    metavar="FILE...",
)
_FILE = click.argument("file", type=HERE)
_STATUS: Final = {"matches": 0, "differs": 1, "unreadable": 1, "none-stored": 3}
_VERDICTS: Final = {
    "matches": "the media still has the digest that was stored when it was acquired",
    "differs": "it is NOT as it was acquired: a stored digest differs, or a checksum inside fails",
    "none-stored": "no digest is stored in it; nothing can be compared",
    "unreadable": "the media cannot be read to its end",
}


@click.group(cls=Group)
def image() -> None:
    """Inspect disk images (E01, raw, qcow2, vhd, vmdk).

    Name one file of a set; the others are found beside it. Looking inside needs the extra
    comity[forensics], and happens in a process of its own with limits.
    """


@image.command()
@_FILES
@click.option("--limit", default=200, show_default=True, help="Files to list in all.")
@click.option("--verify", "verifies", is_flag=True, help="Read the media and check its digest.")
@click.option("-o", "--output", type=NEW, help="New file for the inspection, as JSON.")
@AS_JSON
@guarded
def info(
    files: tuple[Path, ...],
    *,
    limit: int,
    verifies: bool,
    output: Path | None,
    as_json: bool,
) -> int:
    """Show format, metadata and content of images.

    The inspection names files and people: handle it as evidence. `comity exhibit inspect` puts it
    into the record. Exit status 1: something is missing, broken or differs.
    """
    from comity.canonical import encode
    from comity.files.publish import write_file
    from comity.forensics import inspect

    looked = []
    for one in _recognised(files):
        found = inspect.look(one, most_files=_bounded(limit))
        checked = (
            _checked(one, quiet=as_json) if verifies and one.is_readable and one.is_whole else None
        )
        looked.append((one, found, checked))
    document = inspect.document(looked, at=datetime.now(UTC))
    if output is not None:
        write_file(output, encode(document))
    if as_json:
        show(document)
    else:
        for told in document["images"]:
            print_image(told)
    bad = any(told["findings"] or _differs(told["checked"]) for told in document["images"])
    return 1 if bad else 0


@image.command()
@_FILES
@AS_JSON
@guarded
def verify(files: tuple[Path, ...], *, as_json: bool) -> int:
    """Verify images against the digests stored at acquisition.

    Exit status: 0 matches; 1 differs, or cannot be read; 3 none is stored.
    """
    from comity.papers.visible import visible

    told = [(one, _checked(one, quiet=as_json)) for one in _recognised(files)]
    if as_json:
        show({"images": [one.to_value() | {"checked": checked} for one, checked in told]})
    else:
        for one, checked in told:
            click.echo(f"{one.files[0].path}: {_VERDICTS[checked['verdict']]}")
            for name in ("md5", "sha1", "sha256"):
                _print_digest(name, checked)
            for fault in checked["faults"]:
                click.echo(f"  {visible(fault)}")
    statuses = [_STATUS[checked["verdict"]] for _one, checked in told]
    return 1 if 1 in statuses else max(statuses)


@image.command("list")
@_FILE
@click.option("--limit", default=10_000, show_default=True, help="Files to list in all.")
@AS_JSON
@guarded
def list_(file: Path, *, limit: int, as_json: bool) -> int:
    """List partitions, file systems and files of one image."""
    from comity.forensics import inspect

    one = _one(file)
    inspect.need_readable(one)
    found = inspect.look(one, most_files=_bounded(limit))
    if as_json:
        show({"contents": found["contents"], "findings": found["findings"]})
    else:
        print_contents(found["contents"], found["findings"])
    return 1 if found["findings"] else 0


@image.command()
@_FILE
@click.option("--path", required=True, help="Of the file, as `comity image list` shows it.")
@click.option("--start", type=int, help="Where its file system begins, in bytes, if several.")
@click.option("--max-bytes", type=int, help="Refuse a longer file. Default: the disk's length.")
@click.option("-o", "--output", required=True, type=NEW, help="New file for its bytes.")
@local_command
def extract(
    file: Path,
    *,
    path: str,
    start: int | None,
    max_bytes: int | None,
    output: Path,
) -> Answer:
    """Extract one file of an image and show how to record its origin."""
    import hashlib
    import os

    from comity.files.publish import atomic_file, write_all
    from comity.forensics import inspect

    digest = hashlib.sha256()
    with atomic_file(output) as stream:

        def take(piece: bytes) -> None:
            digest.update(piece)
            write_all(stream, memoryview(piece))

        made = inspect.extract(
            _one(file), os.fsencode(path), start_bytes=start, most_bytes=max_bytes, sink=take
        )
    told = {"file": str(output), "path": path, "sha256": digest.hexdigest()}
    name = f"{path} at byte {made['start_bytes']}, address {made['address']}"
    reason = f"sha256 {digest.hexdigest()}"
    words = ["comity", "exhibit", "derive", "PARENT", "--name", name, "--reason", reason]
    return Answer(
        told | {name: made[name] for name in ("size_bytes", "start_bytes", "address")},
        [
            f"{output}: {counted(made['size_bytes'], 'byte')}, sha256 {digest.hexdigest()}",
            f"next: {shlex.join(words)}",
            "PARENT is the exhibit of the image, or the root of its package at your node",
        ],
    )


def _recognised(files: tuple[Path, ...]) -> list[Any]:
    """Return the images of files that an examiner calls images."""
    from comity.files.errors import translating
    from comity.forensics.recognise import recognise

    with translating("reading the image"):
        return list(recognise(files, assume_raw=True))


def _one(file: Path) -> Any:
    return _recognised((file,))[0]


def _bounded(limit: int) -> int:
    from comity.forensics.inspect import MAX_FILES

    return max(0, min(limit, MAX_FILES))


def _checked(one: Any, *, quiet: bool) -> dict[str, Any]:
    """Return the check of an image, with progress for whoever watches."""
    from comity.cli.progress import showing
    from comity.forensics import inspect

    with showing("read", one.media_size_bytes, quiet=quiet) as shown:
        return inspect.check(one, progress=shown)


def _differs(checked: dict[str, Any] | None) -> bool:
    return checked is not None and _STATUS[checked["verdict"]] == 1


def _print_digest(name: str, checked: dict[str, Any]) -> None:
    stored, found = checked["stored"].get(name), checked[name]
    if found is not None or stored is not None:
        beside = f", stored {stored}" if stored is not None else ""
        click.echo(f"  {name} {found or 'not computed'}{beside}")
