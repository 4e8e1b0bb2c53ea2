"""What an examiner found inside an exhibit, handed to one's node from the command line."""

from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError, decode_loose
from comity.cli.faults import guarded
from comity.cli.office import AS_JSON, HERE, at_node, session, show
from comity.files.errors import translating

MAX_ACQUIRED_CHARS: Final = 2000
"""What a node takes as ``acquired`` of an upload."""


@click.command()
@click.argument("exhibit")
@click.option(
    "--inspection", required=True, type=HERE, help="What `comity image info FILE... -o` wrote."
)
@at_node
@AS_JSON
@guarded
def inspect(exhibit: str, *, inspection: Path, url: str, token_file: Path, as_json: bool) -> None:
    """Put an inspection into the record of EXHIBIT (a package's root, or the exhibit).

    It stays in your office; its digest joins your node's log, and the page of evidence shows it.
    """
    value = read_inspection(inspection)
    path = f"/exhibits/{exhibit.removeprefix('sha256:')}/inspections"
    made = session(url, token_file).post(path, {"inspection": value})
    if as_json:
        show(made)
        return
    click.echo(f"exhibit {made['exhibit']}: inspection {made['digest']}")


def read_inspection(path: Path) -> Any:
    """Return the value of an inspection's file.

    Raises:
        InspectionError, CanonicalError: it is none.
        StorageError: it cannot be read.
    """
    from comity.forensics.inspection import MAX_BYTES, canonical

    with translating(f"reading {path}"), path.open("rb") as file:
        data = file.read(2 * MAX_BYTES + 1)  # as people read it; its canonical form is shorter
    value = decode_loose(data, max_bytes=2 * MAX_BYTES)
    canonical(value)
    return value


def acquired_text(acquired: str, image: Path | None) -> str:
    """Return how an exhibit was acquired, with the digests and sizes of its images."""
    if image is None:
        return acquired
    from comity.forensics.inspection import described, parse_inspection

    told = f"{acquired} [{described(parse_inspection(read_inspection(image)))}]"
    if len(told) > MAX_ACQUIRED_CHARS:
        raise MisuseError(
            f"--acquired with what the images say has {len(told)} characters,"
            f" and {MAX_ACQUIRED_CHARS} are allowed: shorten it"
        )
    return told
