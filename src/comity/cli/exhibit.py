"""Sealed evidence at one's node from the command line: hand in, list, fetch, hand over, inspect."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError, decode_loose
from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.exhibit_life import COMMANDS
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import HERE, NEW
from comity.files.errors import translating
from comity.files.publish import write_file

_MAX_OFFER_BYTES: Final = 64 * 1024
MAX_ACQUIRED_CHARS: Final = 2000
"""What a node takes as ``acquired`` of an upload."""


@click.group(cls=Group)
def exhibit() -> None:
    """Manage sealed evidence: upload, download, custody, destruction.

    The node never opens a package: `comity seal` and `comity open` work on your own machine.
    """


@exhibit.command()
@click.argument("conversation")
@click.argument("package", type=HERE)
@click.option("--acquired", default="", help="How you obtained it; attested, in the custody chain.")
@click.option(
    "--image", type=HERE, help="With --acquired: an inspection, whose digests and sizes join it."
)
@node_command
def add(api: Api, conversation: str, package: Path, *, acquired: str, image: Path | None) -> Answer:
    """Upload PACKAGE, made by `comity seal --conversation CONVERSATION`.

    PACKAGE.offer.json must lie beside it; the node verifies the package against that offer. If the
    line breaks, run it again: it continues where it stopped.
    """
    from comity.cli.carry import progress

    if image is not None and not acquired:
        raise MisuseError("--image tells more of --acquired: give both")
    acquired = _acquired(acquired, image)
    offer_file = package.with_name(package.name + ".offer.json")
    with translating(f"reading {offer_file}"), offer_file.open("rb") as file:
        offer: dict[str, Any] = decode_loose(file.read(), max_bytes=_MAX_OFFER_BYTES)
    with progress("hand in", package.stat().st_size, quiet=False) as shown:
        made = api.upload(conversation, offer, package, acquired=acquired, progress=shown)
    return Answer(made, [made["root"]])


@exhibit.command("list")
@click.option("--conversation", default="", help="Only those of this conversation.")
@click.option("--case", default="", help="Only those of this case.")
@click.option("--name", default="", help="Only this exhibit, or this root.")
@click.option("--stage", default="", help="Only those that are so far, as `sealed`.")
@click.option("--way", type=click.Choice(["in", "out"]), help="Only those to us, or from us.")
@node_command
def list_(api: Api, **wanted: str | None) -> Answer:
    """List packages with direction, status and length of custody chain."""
    query = {name: value for name, value in wanted.items() if value}
    found = api.whole("/packages", "packages", **query)
    return Answer(found, (line for row in found["packages"] for line in _package(row)))


def _package(row: dict[str, Any]) -> Iterator[str]:
    way = "from us" if row["outgoing"] else "to us"
    events = counted(len(row["custody"]), "event")
    size = counted(row["sealed_size_bytes"], "byte")
    if row["stage"] in ("wanted", "waiting"):
        size = f"{row['stored_bytes']:,} of {size}"
    fault = f"  last fault {row['last_fault']}" if row["last_fault"] else ""
    yield f"{row['root']}  {way}  {row['stage']}  {size}  custody {events}{fault}"
    for one in row["bound"]:
        yield from _bound(one)


def _bound(one: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each limit and each consent that binds evidence.

    What others wrote stands in it as Python writes it, so that it cannot move a terminal's cursor.
    """
    head = f"  {'from' if one['came'] else 'to'} {', '.join(one['source'])}"
    for limit in one["limits"]:
        said = f": {limit['text']!r}" if limit["text"] else ""
        yield f"{head}: {limit['kind']} ({limit['standing']}){said}"
    for consent in one["consents"]:
        to = f" to {consent['to']}" if consent["to"] else ""
        yield f"{head}: {consent['purpose']}{to}: consent {consent['standing']}"


@exhibit.command()
@click.argument("root")
@click.option("-o", "--output", required=True, type=NEW, help="New file for the sealed package.")
@node_command
def get(api: Api, root: str, *, output: Path) -> Answer:
    """Download the sealed package ROOT and its signed offer.

    Then: comity open OUTPUT --offer OUTPUT.offer.json --trust FILE -i IDENTITY -o FOLDER
    """
    name = root.removeprefix("sha256:")
    offer = api.fetch(f"/packages/{name}/offer")
    api.download(name, output)
    beside = output.with_name(output.name + ".offer.json")
    write_file(beside, offer, mode=0o644)
    value = {"root": f"sha256:{name}", "file": str(output), "offer": str(beside)}
    return Answer(value, [f"{output}, and its signed offer beside it"])


@exhibit.command()
@click.argument("root")
@click.option(
    "--event",
    required=True,
    type=click.Choice(["offered", "received", "returned", "destroyed"]),
    help="What the message will say.",
)
@click.option("--reason", required=True, help="Why; recorded in the custody chain.")
@click.option("--place", default="", help="Where.")
@click.option("-o", "--output", required=True, type=NEW, help="New file for the sections.")
@node_command
def handover(api: Api, root: str, *, output: Path, **said: str) -> Answer:
    """Write the sections of a transfer message for `comity draft new`.

    The event joins the custody chain when the message is sent.
    """
    from comity.canonical import encode

    sections = api.get(f"/packages/{root.removeprefix('sha256:')}/handover", **said)
    if said["event"] != "offered":
        del sections["offer"]
    write_file(output, encode(sections), mode=0o600)
    told = f"{output}: custody {counted(sections['custody']['count'], 'event')}"
    return Answer({"file": str(output), "sections": sections}, [told])


@exhibit.command()
@click.argument("exhibit")
@click.option(
    "--inspection", required=True, type=HERE, help="What `comity image info FILE... -o` wrote."
)
@node_command
def inspect(api: Api, exhibit: str, *, inspection: Path) -> Answer:
    """Add an inspection to the record of EXHIBIT.

    It stays in your office; its digest joins your node's log, and the page of evidence shows it.
    """
    value = _read_inspection(inspection)
    path = f"/exhibits/{exhibit.removeprefix('sha256:')}/inspections"
    made = api.post(path, {"inspection": value})
    return Answer(made, [f"exhibit {made['exhibit']}: inspection {made['digest']}"])


def _read_inspection(path: Path) -> Any:
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


def _acquired(acquired: str, image: Path | None) -> str:
    """Return how an exhibit was acquired, with the digests and sizes of its images."""
    if image is None:
        return acquired
    from comity.forensics.inspection import described, parse_inspection

    told = f"{acquired} [{described(parse_inspection(_read_inspection(image)))}]"
    if len(told) > MAX_ACQUIRED_CHARS:
        raise MisuseError(
            f"--acquired with what the images say has {len(told)} characters,"
            f" and {MAX_ACQUIRED_CHARS} are allowed: shorten it"
        )
    return told


for _command in COMMANDS:
    exhibit.add_command(_command)
add_actions(
    exhibit,
    {
        "exhibit.retain": lambda made: Answer(
            made, [f"kept until {made['passport']['retention']['until']}"]
        ),
        "package.fetch": lambda made: Answer(made, [f"{made['root']}  {made['stage']}"]),
    },
)
