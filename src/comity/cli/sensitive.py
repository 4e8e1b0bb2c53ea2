"""What is sensitive at one's node from the command line: markers, and bytes that no page gives."""

from pathlib import Path
from typing import Any

import click

from comity.cli.actions import add_actions
from comity.cli.answers import Answer
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import NEW
from comity.files.publish import write_file


@click.group(cls=Group)
def sensitive() -> None:
    """Manage sensitivity labels and download restricted originals.

    NAME is an exhibit, a package's root, or the digest of an original.
    """


@sensitive.command("list")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(["exhibit", "original"]),
    default="exhibit",
    show_default=True,
    help="What it is.",
)
@node_command
def list_(api: Api, name: str, *, kind: str) -> Answer:
    """List the sensitivity labels of NAME."""
    return _marks(api.get(f"/sensitive/{kind}/{name}"))


@sensitive.command("take-out")
@click.argument("digest")
@click.option("--reason", required=True, help="Why; it stays in this office.")
@click.option("-o", "--output", required=True, type=NEW, help="New file for the bytes.")
@node_command
def take_out(api: Api, digest: str, *, reason: str, output: Path) -> Answer:
    """Download the original DIGEST, whatever its label. Audited."""
    answer = api.ask("POST", f"/originals/{digest}/take-out", json={"reason": reason})
    write_file(output, api.accepted(answer).body, mode=0o600)
    return Answer({"digest": digest, "file": str(output)}, [f"{output}: {digest}"])


def _marks(found: dict[str, Any]) -> Answer:
    return Answer(found, map(_mark, found["marks"]), none="no marker")


def _mark(row: dict[str, Any]) -> str:
    state = f"lifted {row['lifted_at']}" if row["lifted_at"] else "stands"
    return f"{row['marker']}  {state}  set {row['at']} by {row['by']}: {row['reason']}"


add_actions(sensitive, {"mark.set": _marks, "mark.lift": _marks})
