"""The commands backup and restore: a running node in one file, and back.

Results go to standard output, warnings, progress and errors to standard error. Exit status: 0
done; 1 a check failed or the world refused; 2 misuse.
"""

from pathlib import Path

import click

from comity.canonical import time_text
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.carry import progress
from comity.cli.options import AbsolutePath
from comity.cli.recipients import parsed_recipients
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
    from comity.files.key_file import read_identities
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
