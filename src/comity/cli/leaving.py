"""The command export-all: everything out of a node, in open formats."""

import json
from pathlib import Path

import click

from comity.canonical.amounts import counted
from comity.cli.faults import explain, guarded
from comity.cli.options import AS_JSON, NODE_FOLDER


@click.command("export-all")
@NODE_FOLDER
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="New folder, or one of an export that was broken off.",
)
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["proceedings", "other-proceedings", "exculpatory", "public"]),
    default=None,
    help="What it is used for; asked where a limit of use binds evidence, and audited.",
)
@click.option("--papers", default="", metavar="LANG", help="Print passports as PDF in it.")
@click.option("--dry-run", is_flag=True, help="Say how much it is, write nothing.")
@AS_JSON
@guarded
def export_all(
    *,
    folder: Path,
    output: Path,
    purpose: str | None,
    papers: str,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Export all data of the node in DIR in open formats.

    The same command continues what was broken off. Sealed evidence stays sealed; private keys
    stay here. It is noted in the audit. Exit status: 0 all is out; 1 some case is not, and
    refused.json says which and why.
    """
    from comity.cli.people import open_node

    open_node(folder)
    from comity.node.core.clock import now
    from comity.node.operations.export_all import leave, plan, value
    from comity.node.service.handle import command_service

    node = command_service().node
    if dry_run:
        ahead = value(plan(node))
        if as_json:
            click.echo(json.dumps({"dry_run": True, **ahead}, sort_keys=True))
            return 0
        for name, number in ahead.items():
            click.echo(f"{name:10} {len(number) if isinstance(number, list) else number:>15,}")
        click.echo("dry run: nothing was written")
        return 0
    done = leave(
        node,
        output,
        by="operator",
        at=now(),
        purpose=purpose or "",
        papers=papers,
        tell=lambda part: click.echo(part, err=True),
    )
    if as_json:
        told = {
            "details": done.details,
            "kept": done.kept,
            "refused": done.refused,
            "written": done.written,
        }
        click.echo(json.dumps(told, sort_keys=True))
    else:
        click.echo(
            f"{output}: {counted(len(done.written), 'part')} written, {len(done.kept)} were there"
        )
        for case, code in done.refused.items():
            click.echo(f"NOT OUT {case} [{code}]: {done.details[case]}", err=True)
        for code in sorted(set(done.refused.values())):
            explain(code)
        click.echo("check with: sha256sum --check SHA256SUMS")
    return int(bool(done.refused))
