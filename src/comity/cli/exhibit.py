"""Sealed evidence at one's node from the command line: hand in, list, fetch, hand over."""

from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError, decode_loose
from comity.canonical.amounts import counted
from comity.cli.actions import Shown, add_actions
from comity.cli.exhibit_inspect import acquired_text, inspect
from comity.cli.exhibit_life import COMMANDS
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.limits_shown import bound_lines
from comity.cli.office import AS_JSON, HERE, NEW, at_node, session, show
from comity.files.errors import translating
from comity.files.publish import write_file

_MAX_OFFER_BYTES = 64 * 1024


@click.group(cls=Group)
def exhibit() -> None:
    """Sealed evidence at your node: what comes, what goes, and what was done with it.

    The node never opens a package: `comity seal` and `comity open` work on your own machine.
    """


@exhibit.command()
@click.argument("conversation")
@click.argument("package", type=HERE)
@click.option("--acquired", default="", help="How you came by it; attested, in the custody chain.")
@click.option(
    "--image", type=HERE, help="With --acquired: an inspection, whose digests and sizes join it."
)
@at_node
@AS_JSON
@guarded
def add(
    conversation: str,
    package: Path,
    *,
    acquired: str,
    image: Path | None,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Hand PACKAGE, made by `comity seal`, to the node for CONVERSATION.

    PACKAGE.offer.json must lie beside it; the node verifies the package against that offer. If the
    line breaks, run it again: it goes on where it stood.
    """
    from comity.cli.carry import progress

    if image is not None and not acquired:
        raise MisuseError("--image tells more of --acquired: give both")
    acquired = acquired_text(acquired, image)
    offer_file = package.with_name(package.name + ".offer.json")
    with translating(f"reading {offer_file}"), offer_file.open("rb") as file:
        offer: dict[str, Any] = decode_loose(file.read(), max_bytes=_MAX_OFFER_BYTES)
    api = session(url, token_file)
    with progress("hand in", package.stat().st_size, quiet=False) as shown:
        made = api.upload(conversation, offer, package, acquired=acquired, progress=shown)
    if as_json:
        show(made)
        return
    click.echo(made["root"])


@exhibit.command("list")
@click.option("--conversation", default="", help="Only those of this conversation.")
@click.option("--case", default="", help="Only those of this case.")
@click.option("--name", default="", help="Only this exhibit, or this root.")
@click.option("--stage", default="", help="Only those that are so far, as `sealed`.")
@click.option("--way", type=click.Choice(["in", "out"]), help="Only those to us, or from us.")
@at_node
@AS_JSON
@guarded
def list_(*, url: str, token_file: Path, as_json: bool, **wanted: str | None) -> None:
    """List packages: which way they go, how far they are, how long the custody chain is."""
    query = {name: value for name, value in wanted.items() if value}
    found = session(url, token_file).whole("/packages", "packages", **query)
    if as_json:
        show(found)
        return
    for row in found["packages"]:
        way = "from us" if row["outgoing"] else "to us"
        events = counted(len(row["custody"]), "event")
        size = counted(row["sealed_size_bytes"], "byte")
        if row["stage"] in ("wanted", "waiting"):
            size = f"{row['stored_bytes']:,} of {size}"
        fault = f"  last fault {row['last_fault']}" if row["last_fault"] else ""
        click.echo(f"{row['root']}  {way}  {row['stage']}  {size}  custody {events}{fault}")
        for line in bound_lines(row["bound"]):
            click.echo(f"  {line}")


@exhibit.command()
@click.argument("root")
@click.option("-o", "--output", required=True, type=NEW, help="New file for the sealed package.")
@at_node
@AS_JSON
@guarded
def get(root: str, *, output: Path, url: str, token_file: Path, as_json: bool) -> None:
    """Fetch the sealed package ROOT, and its signed offer into OUTPUT.offer.json.

    Then: comity open OUTPUT --offer OUTPUT.offer.json --trust FILE -i IDENTITY -o FOLDER
    """
    api, name = session(url, token_file), root.removeprefix("sha256:")
    offer = api.fetch(f"/packages/{name}/offer")
    api.download(name, output)
    beside = output.with_name(output.name + ".offer.json")
    write_file(beside, offer, mode=0o644)
    if as_json:
        show({"root": f"sha256:{name}", "file": str(output), "offer": str(beside)})
        return
    click.echo(f"{output}, and its signed offer beside it")


@exhibit.command()
@click.argument("root")
@click.option(
    "--event",
    required=True,
    type=click.Choice(["offered", "received", "returned", "destroyed"]),
    help="What the message will say.",
)
@click.option("--reason", required=True, help="Why; it stands in the custody chain.")
@click.option("--place", default="", help="Where.")
@click.option("-o", "--output", required=True, type=NEW, help="New file for the sections.")
@at_node
@AS_JSON
@guarded
def handover(
    root: str,
    *,
    event: str,
    reason: str,
    place: str,
    output: Path,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Write the sections of a hand-over message, for `comity draft new --sections`.

    The event joins the custody chain when the message is sent.
    """
    name = root.removeprefix("sha256:")
    api = session(url, token_file)
    sections = api.get(f"/packages/{name}/handover", event=event, reason=reason, place=place)
    if event != "offered":
        del sections["offer"]
    from comity.canonical import encode

    write_file(output, encode(sections), mode=0o600)
    if as_json:
        show({"file": str(output), "sections": sections})
        return
    click.echo(f"{output}: custody {counted(sections['custody']['count'], 'event')}")


for _command in (*COMMANDS, inspect):
    exhibit.add_command(_command)
add_actions(
    exhibit,
    {"package.fetch": Shown(lambda answer: [f"{answer['root']}  {answer['stage']}"])},
)
