"""Backups of a node and everything out of it: one file, the configured folder, open formats."""

import json
import tempfile
from pathlib import Path

import click

from comity.canonical import MisuseError, time_text
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.evidence.age import parsed_recipients
from comity.cli.faults import explain, guarded
from comity.cli.groups import Group
from comity.cli.options import AS_JSON, NODE_FOLDER, AbsolutePath, open_node
from comity.cli.progress import progress
from comity.evidence import age_keys

_PATH = AbsolutePath()
PLAIN = (
    "WARNING: the backup is not sealed. The node's PRIVATE KEYS lie in it as they are:\n"
    "whoever reads this file can sign for the authority. Keep it under lock."
)
CALM = (
    "Stop the old node for good before you start this one: two nodes with one log contradict each "
    "other."
)


AGAIN = (
    "Accounts, drafts and settings are as they were in the backup, and nobody gives them back.",
    "Repeat what was done since: close the accounts of people who left, replace used recovery",
    "codes, reset what was reset. The page System health says so for a week.",
    "API tokens and webhooks of the backup work, also those revoked or removed since: revoke or",
    "remove them again. Those made since are missing: create them again. A sign-in of the backup",
    "continues until it expires, after 12 hours at most, also where the person signed out since.",
)


@click.command()
@click.argument("folder", metavar="DIR", type=AbsolutePath(exists=True, file_okay=False))
@click.option("-o", "--output", required=True, type=_PATH, help="The new file.")
@click.option(
    "-r",
    "--recipient",
    "recipients",
    multiple=True,
    callback=parsed_recipients,
    help="age1..., several; made by comity keygen on another machine, never on the node.",
)
@click.option("--plain", is_flag=True, help="Do not seal; private keys lie in the file.")
@click.option("--without-packages", is_flag=True, help="Leave out sealed evidence.")
@local_command
def backup(
    *,
    folder: Path,
    output: Path,
    recipients: tuple[age_keys.Recipient, ...],
    plain: bool,
    without_packages: bool,
    as_json: bool,
) -> Answer:
    """Back up the node in DIR to one encrypted file while it runs.

    The file holds register, log, keys, settings, directory and sealed evidence, as of one moment.
    """
    from comity.node.core.clock import now
    from comity.node.core.config import load_config
    from comity.node.operations.backup import back_up, total_bytes

    if bool(recipients) == plain:
        both = "-r seals the backup and --plain does not: give one of them"
        raise click.UsageError(both if plain else "name a recipient with -r, or say --plain")
    config = load_config(folder)
    with_packages = not without_packages
    size = total_bytes(config, with_packages=with_packages)
    with progress("backup", size, quiet=as_json) as shown:
        report = back_up(
            config,
            output,
            recipients=recipients,
            with_packages=with_packages,
            at=now(),
            progress=shown,
        )
    if plain:
        click.echo(PLAIN, err=True)
    facts = {
        "files": report.files,
        "made_at": time_text(report.made_at),
        "output": str(output),
        "party": config.party,
        "sealed": report.sealed,
        "size_bytes": report.size_bytes,
        "tree_size": report.tree_size,
    }
    lines = [
        f"{config.party} as of {time_text(report.made_at)}: {counted(report.files, 'file')},",
        f"{counted(report.size_bytes, 'byte')},"
        f" log of {counted(report.tree_size, 'entry', 'entries')}, in {output}.",
    ]
    if config.repository:
        lines.append("The directory's repository lies elsewhere and is not in it: back it up too.")
    return Answer(facts, lines)


@click.command()
@click.argument("source", metavar="FILE", type=AbsolutePath(exists=True))
@click.argument("folder", metavar="DIR", type=_PATH)
@click.option("-i", "--identity", type=_PATH, help="Identity file that opens it.")
@click.option(
    "--database",
    default="",
    help="The empty database of PostgreSQL for its register, if not the one of its settings.",
)
@local_command
def restore(*, source: Path, folder: Path, identity: Path | None, database: str) -> Answer:
    """Restore a backup into DIR, a new or empty folder.

    The register of a node with PostgreSQL goes into an empty database.

    The node's next start opens a new epoch of its log with a signed statement, and takes back from
    its partners what was said and acknowledged after the backup. No one is accused by that.

    Accounts, drafts and settings are as they were when the backup was made. Acts on accounts since
    then have to be repeated: closed accounts, people who left, recovery codes that were used,
    API tokens and webhooks that were revoked, removed or made.
    """
    from comity.files.key_files import read_identities
    from comity.node.core.config import load_config
    from comity.node.operations.restore import restore as make

    keys = read_identities(identity) if identity else ()
    found = make(source, folder, identities=keys, database=database)
    facts = {
        "files": found.files,
        "folder": str(folder),
        "made_at": time_text(found.made_at),
        "packages": found.with_packages,
        "partners": list(found.partners),
        "party": found.party,
        "since": time_text(found.since),
    }
    lines = [
        f"{found.party} as of {time_text(found.made_at)} is in {folder}.",
        CALM,
        "At its next start it opens a new epoch of its log and says so, signed. Then it asks",
        f"{', '.join(found.partners) or 'nobody'}",
        f"for everything since {time_text(found.since)}, and writes to none of them before.",
        *AGAIN,
    ]
    if not found.with_packages:
        lines.append(
            "Sealed evidence was not in the backup; what partners offered is fetched again."
        )
    config = load_config(folder)
    password = folder / config.database_password_file
    if config.database_password_file and not password.exists():
        lines.append(f"Put the password of the database into {password}, of mode 0600.")
    return Answer(facts, [*lines, f"Next: comity run {folder}"])


_FOLDER = click.argument("folder", metavar="DIR", type=AbsolutePath(exists=True, file_okay=False))


@click.group(cls=Group)
def backups() -> None:
    """Make, list and check backups in the configured folder.

    For one file of your own choice: `comity backup`.
    """


@backups.command()
@_FOLDER
@local_command
def make(folder: Path, *, as_json: bool) -> Answer:
    """Back up the node in DIR now, while it runs. Suitable for a timer."""
    from comity.node.core.clock import now
    from comity.node.core.config import load_config
    from comity.node.operations import scheduled_backups as kept

    config = load_config(folder)
    kept.folder_of(config)
    with progress("backup", kept.size_ahead(config), quiet=as_json) as shown:
        made = kept.make(config, at=now(), progress=shown)
    return Answer(
        made.value(),
        [
            f"{made.name}: {counted(made.size_bytes, 'byte')},"
            f" log of {counted(made.tree_size or 0, 'entry', 'entries')}",
            f"sha256 {made.sha256}",
        ],
    )


@backups.command("list")
@_FOLDER
@local_command
def list_(folder: Path) -> Answer:
    """List the backups of the node in DIR, newest first."""
    from comity.node.core.config import load_config
    from comity.node.operations import scheduled_backups as kept

    rows = kept.kept(load_config(folder))
    lines = (
        f"{time_text(one.made_at)}  {one.size_bytes:>15,}  {one.name}"
        + ("" if one.sealed else "  NOT SEALED")
        for one in rows
    )
    return Answer({"backups": [one.value() for one in rows]}, lines)


@backups.command()
@_FOLDER
@click.argument("name", required=False)
@click.option(
    "-i",
    "--identity",
    type=AbsolutePath(exists=True),
    help="Also open it with this, as a restore would; the ceremony has it.",
)
@local_command
def check(folder: Path, name: str | None, *, identity: Path | None) -> Answer:
    """Verify the backup NAME of the node in DIR, or the newest.

    Without -i it is proved that no byte changed, and not that it opens: the identity is in the
    safe. Exit status: 0 proved; 1 it changed, or its digest was not recorded.
    """
    from comity.files.key_files import read_identities
    from comity.node.core.config import load_config
    from comity.node.operations import scheduled_backups as kept

    config = load_config(folder)
    if name is None:
        rows = kept.kept(config)
        if not rows:
            raise MisuseError("there is no backup to check")
        name = rows[0].name
    standing, inside = kept.check(config, name), None
    if identity is not None:
        with tempfile.TemporaryDirectory(prefix="comity-check-") as scratch:
            source = kept.path_of(config, name)
            identities = list(read_identities(identity))
            inside = kept.opened(source, identities, scratch=Path(scratch))
    lines = [f"{name}: {standing}"]
    if inside is not None:
        lines.append(f"it opens: {inside['party']} as of {inside['made_at']}")
    bad = (standing != "same" and inside is None) or standing == "changed"
    return Answer({"inside": inside, "name": name, "standing": standing}, lines, status=int(bad))


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
