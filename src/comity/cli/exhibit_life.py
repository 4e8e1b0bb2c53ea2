"""An exhibit's life at one's node from the command line: what was done, parts, holds, the end."""

from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError, decode_loose, digest, digest_text, encode
from comity.canonical.amounts import counted
from comity.cli.answers import Answer
from comity.cli.office import Api, node_command
from comity.cli.options import FOLDER, NEW, YES
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
