"""The commands export and import: exchange without a network.

Results go to standard output, progress and errors to standard error. Exit status: 0 done; 1 a
member was refused, or the world refused; 2 misuse.
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.canonical import ComityError, parse_party
from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, NODE_FOLDER, moment, open_node
from comity.cli.progress import progress

if TYPE_CHECKING:
    from comity.node.federation.offline.import_archive import Report

_PATH = click.Path(path_type=Path)


def _party(_context: click.Context, _param: click.Parameter, value: str) -> str:
    try:
        return parse_party(value)
    except ComityError as fault:
        raise click.BadParameter(f"{fault}, for example za/contact-point") from fault


@click.command("export")
@NODE_FOLDER
@click.option("--to", "to", required=True, callback=_party, help="The party it is for.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=_PATH,
    help="New file, or an existing folder that a relay carries in this direction.",
)
@click.option(
    "--with-packages/--without-packages",
    default=True,
    show_default=True,
    help="Whether offered evidence goes along.",
)
@click.option(
    "--since",
    callback=moment,
    help="The party was restored from a backup of that time: give back what it has forgotten.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing.")
@AS_JSON
@guarded
def export_(
    *,
    folder: Path,
    to: str,
    output: Path,
    with_packages: bool,
    since: datetime | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write queued messages for a party to an exchange file.

    Everything in it is sealed or signed. Nothing counts as delivered before the party's receipt
    comes back (comity import), so a lost file is simply made again.
    """
    open_node(folder)
    from comity.node.core.clock import now
    from comity.node.federation.offline import export_archive
    from comity.node.federation.offline.import_archive import ready_service

    service = ready_service()
    wanted = export_archive.plan(
        service.node, to, at=now(), with_packages=with_packages, since=since
    )
    if not dry_run:
        with progress("export", wanted.package_bytes, quiet=as_json) as shown:
            export_archive.write(service.node, service.committer, wanted, output, progress=shown)
    counts = wanted.counts()
    if as_json:
        facts: dict[str, Any] = {
            "dry_run": dry_run,
            "from": service.node.party,
            "members": counts,
            "output": str(output),
            "package_bytes": wanted.package_bytes,
            "to": to,
        }
        click.echo(json.dumps(facts, sort_keys=True))
        return
    told = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    click.echo(f"{'would write' if dry_run else 'wrote'} {output} for {to}: {told}")
    if not dry_run:
        click.echo(f"Next: carry it there; they run: comity import THEIR-DIR {output.name}")


@click.command("import")
@NODE_FOLDER
@click.argument("source", metavar="FILE|FOLDER", type=click.Path(path_type=Path, exists=True))
@click.option("--dry-run", is_flag=True, help="Only list what is in it; take nothing.")
@click.option(
    "--reconciled",
    is_flag=True,
    help="After a restore: the sender says this holds all it has from us (export --since).",
)
@AS_JSON
@guarded
def import_(*, folder: Path, source: Path, dry_run: bool, reconciled: bool, as_json: bool) -> None:
    """Import an exchange file into the node in DIR and verify it.

    It is an exchange file, a relay folder, or a sealed package: ROOT.age, or one with its
    .offer.json beside it. A package without an offer here is stored apart, unexplained,
    and joins the record automatically when the offer comes.

    Taking the same thing in twice changes nothing. Receipts for what was received go into the next
    export back to the sender.
    """
    open_node(folder)
    from comity.node.federation.offline.import_archive import ready_service, take_in

    service = ready_service()
    with progress("import", _size(source), quiet=as_json) as shown:
        report = take_in(service, source, dry_run=dry_run, reconciled=reconciled, progress=shown)
    _tell(report, dry_run=dry_run, as_json=as_json)
    sys.exit(1 if report.refused else 0)


def _size(source: Path) -> int:
    return source.stat().st_size if source.is_file() else 0


def _tell(report: "Report", *, dry_run: bool, as_json: bool) -> None:
    index = report.index
    if as_json:
        rows = [
            {"code": v.code, "kind": v.kind, "name": v.name, "outcome": v.outcome}
            for v in report.verdicts
        ]
        facts = {
            "counts": report.counts(),
            "dry_run": dry_run,
            "from": index and index.sender,
            "members": rows,
        }
        click.echo(json.dumps(facts, sort_keys=True))
        return
    for verdict in report.verdicts:
        if verdict.outcome in ("refused", "ignored") or verdict.kind in ("parcel", "package"):
            code = f" [{verdict.code}]" if verdict.code else ""
            click.echo(f"{verdict.outcome} {verdict.name}{code}")
    for kind, outcomes in report.counts().items():
        told = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items())
        click.echo(f"{kind}: {told}")
    if index is not None and not dry_run and report.counts().get("parcel"):
        click.echo(f"Next: comity export DIR --to {index.sender} -o FILE, for the receipts.")
