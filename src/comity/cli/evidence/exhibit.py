"""Sealed evidence at one's node: hand in, list, fetch, hand over; parts, holds and destruction."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError, decode_loose, digest, digest_text, encode
from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import FOLDER, HERE, NEW, YES
from comity.files.errors import translating
from comity.files.publish import write_file

_MAX_STATEMENT_BYTES: Final = 64 * 1024 * 1024
_REASON = click.option("--reason", required=True, help="Why; recorded in the custody chain.")
_SURE: Final = "\nDestroy it? This cannot be undone"
_BOTH: Final = 2
"""Officers who order a destruction together, where the office wants that."""
_PLACE = click.option("--place", help="Where.")


def _api_path(name: str, rest: str) -> str:
    return f"/exhibits/{name.removeprefix('sha256:')}/{rest}"


def _custody(made: dict[str, Any]) -> Answer:
    events = counted(len(made["custody"]), "event")
    return Answer(made, [f"exhibit {made['exhibit']}: custody {events}"])


@click.command()
@click.argument("exhibit")
@click.option(
    "--event",
    required=True,
    type=click.Choice(["opened", "reverified", "redacted", "exported"]),
    help="What was done with it.",
)
@_REASON
@_PLACE
@click.option("--bundle", type=FOLDER, help="With redacted: the redacted bundle that was made.")
@node_command
def note(api: Api, exhibit: str, *, bundle: Path | None, **said: str | None) -> Answer:
    """Record an event in the chain of custody of EXHIBIT.

    Where the exhibit was handed over, the sealed copy that stayed here has a chain of its own; the
    answer names it.
    """
    if (said["event"] == "redacted") != (bundle is not None):
        raise MisuseError("--bundle goes with --event redacted, and must stand there")
    if bundle is not None:
        said["statement"] = _statement(bundle)
    return _custody(api.post(_api_path(exhibit, "events"), said))


def _statement(bundle: Path) -> str:
    """Return the record digest of a bundle's statement."""
    from comity.keys import jws

    path = bundle / "data" / "bundle.json"
    with translating(f"reading {path}"), path.open("rb") as file:
        data = file.read(_MAX_STATEMENT_BYTES + 1)
    envelope = jws.parse_value(decode_loose(data, max_bytes=_MAX_STATEMENT_BYTES))
    return digest_text(digest("record", envelope.record))


@click.command()
@click.argument("exhibit")
@click.option("--decision", required=True, help="Who decided, when, and its number.")
@_REASON
@_PLACE
@click.option("--lift", is_flag=True, help="End the legal holds that stand, instead.")
@node_command
def hold(api: Api, exhibit: str, *, lift: bool, **said: str | None) -> Answer:
    """Place a legal hold on EXHIBIT, or lift it.

    Lifting ends all holds on it, no matter who asked for them.
    """
    told = {**said, "event": "hold-lifted" if lift else "held"}
    return _custody(api.post(_api_path(exhibit, "events"), told))


@click.command()
@click.argument("parent")
@click.option("--name", "part", help="Which part, as your tool calls it: a path in the image.")
@click.option("--copy", is_flag=True, help="A copy of the whole instead of a part.")
@_REASON
@_PLACE
@node_command
def derive(
    api: Api, parent: str, *, part: str | None, copy: bool, reason: str, place: str | None
) -> Answer:
    """Create an exhibit from a part or a copy of PARENT.

    Prints the new exhibit. Then: comity seal --exhibit NEW ... and comity exhibit add
    """
    if copy == (part is not None):
        raise MisuseError("give --name for a part, or --copy for the whole, and not both")
    told = {"part": part, "reason": reason, "place": place}
    made = api.post(_api_path(parent, "parts"), told)
    return Answer(made, [made["exhibit"]])


@click.command()
@click.argument("exhibit")
@click.option("--reason", default="", help="Why, and by which decision.")
@_PLACE
@click.option("--despite-retention", is_flag=True, help="The reason covers the early end too.")
@click.option(
    "--confirm", is_flag=True, help="As the second officer: confirm the order that waits."
)
@click.option("--withdraw", is_flag=True, help="Withdraw the order that waits.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@YES
@node_command
def destroy(
    api: Api,
    exhibit: str,
    *,
    reason: str,
    place: str | None,
    despite_retention: bool,
    confirm: bool,
    withdraw: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> Answer:
    """Destroy the sealed package of EXHIBIT permanently. The record stays.

    Never under a legal hold. Where the office wants two officers, one orders it and another one
    runs this with --confirm. Exit status of a dry run: 1 if something prevents it.
    """
    if confirm and withdraw:
        raise MisuseError("confirm it or withdraw it, not both")
    if withdraw:
        api.accepted(api.ask("DELETE", _api_path(exhibit, "destruction")))
        return Answer({"done": "withdrawn"}, ["withdrawn; nothing was destroyed"])
    # the second officer may have no more than the right to confirm
    plan = api.get(_api_path(exhibit, f"destruction{'/confirmation' if confirm else ''}"))
    against = _against(plan, despite_retention=despite_retention, as_json=as_json)
    if not dry_run and not reason and not confirm:
        raise MisuseError("give --reason: why, and by which decision")
    made, status = None, 0
    if dry_run:
        status = 1 if against else 0
    elif not against and not yes and not click.confirm(_SURE, err=as_json):
        click.echo("nothing was destroyed", err=as_json)
        status = 1
    elif confirm:
        made = api.post(_api_path(exhibit, "destruction/confirmation"))
    else:
        told = {"reason": reason, "place": place, "despite_retention": despite_retention}
        made = api.post(_api_path(exhibit, "destruction"), told)
    ordered = made is not None and not confirm and plan["officers"] == _BOTH
    done = "nothing" if made is None else "ordered" if ordered else "destroyed"
    lines = [] if made is None else [*_custody(made).lines, *_following(exhibit, plan, ordered)]
    return Answer({"done": done, "plan": plan, "made": made}, lines, status=status)


def _against(
    plan: dict[str, Any], *, despite_retention: bool, as_json: bool
) -> list[dict[str, Any]]:
    """Tell a person what a destruction means; return what stands against it."""
    for line in _consequences(plan):
        click.echo(line, err=as_json)
    against = [
        fault
        for fault in plan["against"]
        if not (despite_retention and fault["code"] == "exhibit-retained")
    ]
    for fault in against:
        click.echo(f"stands against it [{fault['code']}]: {fault['detail']}", err=as_json)
    return against


def _following(exhibit: str, plan: dict[str, Any], ordered: bool) -> list[str]:
    """Return what comes after an order, or after the destruction."""
    if ordered:
        return ["ordered, nothing went yet: another officer runs this with --confirm"]
    if plan["tell"]:
        return [f"next: comity exhibit handover {exhibit} --event destroyed, then send it"]
    return []


def _consequences(plan: dict[str, Any]) -> list[str]:
    """Return what a destruction means, in the officers' words."""
    told = [f"exhibit {plan['exhibit']}"]
    told += [f"goes for ever: {root}" for root in plan["roots"]]
    told.append(f"bytes in the node's store: {plan['size_bytes']:,}")
    if plan["ordered_by"]:
        told.append(f"ordered by {plan['ordered_by']}: {plan['ordered_reason']}")
    if plan["retain_until"]:
        told.append(f"retention: {plan['retention_class']}, until {plan['retain_until']}")
    if plan["unfetched"]:
        told.append("the other side has not confirmed its copy: it may lose the only one")
    if plan["tell"]:
        told.append(f"{plan['tell']} is then owed a message evidence.destroyed")
    told.append("stays: the custody chain, the offer, the messages, the log")
    told.append("not reached from here: identities that open it, opened folders, other copies,")
    told.append("backups of this node. Destroy those yourself; nobody can prove a copy away.")
    return told


@click.command()
@click.argument("exhibit")
@click.option("--case", "as_case", is_flag=True, help="CASE/UCO JSON-LD, for other tools.")
@click.option("-o", "--output", type=NEW, help="New file; default: standard output.")
@node_command
def passport(api: Api, exhibit: str, *, as_case: bool, output: Path | None, as_json: bool) -> None:
    """Write the custody passport of EXHIBIT with every event.

    With --json: the plain facts, for `comity paper passport`.
    """
    from comity import __version__
    from comity.evidence.passport import parse_passport
    from comity.evidence.passport_case import case_document

    if as_json == as_case:
        raise MisuseError("give --json or --case, and not both")
    found = parse_passport(api.get(_api_path(exhibit, "passport"))["passport"])
    if as_case:
        data = case_document(found, software_version=__version__)
    else:
        data = encode(found.to_value())
    if output is None:
        click.echo(data.decode())
        return
    write_file(output, data, mode=0o644)
    click.echo(f"{output}: {counted(len(found.events), 'event')}")


COMMANDS: Final = (note, hold, derive, destroy, passport)
"""Of the group ``comity exhibit``."""


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
    from comity.cli.progress import progress

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
