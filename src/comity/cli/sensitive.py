"""What is sensitive at one's node from the command line: markers, and bytes that no page gives."""

from pathlib import Path
from typing import Any

import click

from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, NEW, at_node, session, show
from comity.files.publish import write_file

_KIND = click.option(
    "--kind",
    type=click.Choice(["exhibit", "original"]),
    default="exhibit",
    show_default=True,
    help="What NAME is.",
)
_MARKER = click.option(
    "--marker",
    required=True,
    type=click.Choice(["victim-data", "abuse-material", "media"]),
    help="What is sensitive in it.",
)
_REASON = click.option("--reason", required=True, help="Why; it stays in this office.")


@click.group(cls=Group)
def sensitive() -> None:
    """Markers on exhibits and originals, and the one way out of bytes that no page gives."""


@sensitive.command("list")
@click.argument("name")
@_KIND
@at_node
@AS_JSON
@guarded
def list_(name: str, *, kind: str, url: str, token_file: Path, as_json: bool) -> None:
    """List the markers of NAME (an exhibit, a root, or the digest of an original)."""
    _tell(session(url, token_file).get(f"/sensitive/{kind}/{name}"), as_json=as_json)


@sensitive.command()
@click.argument("name")
@_KIND
@_MARKER
@_REASON
@at_node
@AS_JSON
@guarded
def mark(
    name: str,
    *,
    kind: str,
    marker: str,
    reason: str,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Mark NAME: lists hide its names and texts from then on."""
    told = {"marker": marker, "reason": reason}
    _tell(session(url, token_file).post(f"/sensitive/{kind}/{name}", told), as_json=as_json)


@sensitive.command()
@click.argument("name")
@_KIND
@_MARKER
@_REASON
@at_node
@AS_JSON
@guarded
def lift(
    name: str,
    *,
    kind: str,
    marker: str,
    reason: str,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Lift a marker of NAME; that of abuse material another person than who set it."""
    told = {"marker": marker, "reason": reason}
    _tell(session(url, token_file).post(f"/sensitive/{kind}/{name}/lift", told), as_json=as_json)


@sensitive.command("take-out")
@click.argument("digest")
@_REASON
@click.option("-o", "--output", required=True, type=NEW, help="New file for the bytes.")
@at_node
@AS_JSON
@guarded
def take_out(
    digest: str, *, reason: str, output: Path, url: str, token_file: Path, as_json: bool
) -> None:
    """Take the original DIGEST out, whatever it is marked as; for examiners, and audited."""
    api = session(url, token_file)
    answer = api.ask("POST", f"/originals/{digest}/take-out", json={"reason": reason})
    write_file(output, api.accepted(answer).body, mode=0o600)
    if as_json:
        show({"digest": digest, "file": str(output)})
        return
    click.echo(f"{output}: {digest}")


def _tell(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show(found)
        return
    for row in found["marks"]:
        state = f"lifted {row['lifted_at']}" if row["lifted_at"] else "stands"
        click.echo(f"{row['marker']}  {state}  set {row['at']} by {row['by']}: {row['reason']}")
    if not found["marks"]:
        click.echo("no marker")
