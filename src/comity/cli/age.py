"""The commands age encrypt, decrypt and keygen: parsing and printing around `files.age_file`.

Bytes go to standard output or the named file, errors to standard error. Exit status: 0 done; 1 the
file is refused, the code naming the class of failure, or the world refused; 2 misuse.
"""

import os
import sys
from pathlib import Path

import click

from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.identity import hand_out
from comity.cli.options import AS_JSON, NEW_PATH, NewPath
from comity.cli.recipients import parsed_recipients
from comity.evidence import age_keys

_PATH = click.Path(path_type=Path)
_PIPE = click.Path(path_type=Path, allow_dash=True)
_DASH = Path("-")
_source = click.argument("source", metavar="[IN]", type=_PIPE, default=_DASH)
_output = click.option(
    "-o", "--output", type=NewPath(allow_dash=True), help="The new file; default standard output."
)
_passphrase = click.option(
    "--passphrase-file", type=_PATH, help="A file whose first line is the passphrase."
)


@click.group(cls=Group)
def age() -> None:
    """Encrypt and decrypt plain age files.

    age proves no sender: anyone who knows a recipient or the passphrase can make such a file.
    Evidence goes with `comity seal`, which adds manifest and offer.
    """


@age.command()
@_source
@click.option(
    "-r",
    "--recipient",
    "recipients",
    multiple=True,
    callback=parsed_recipients,
    help="Encrypt for age1... or age1pq1...; several of one kind may be given.",
)
@click.option(
    "-R",
    "--recipients-file",
    "recipients_files",
    multiple=True,
    type=_PATH,
    help="Encrypt for the recipients in a file, one a line.",
)
@_passphrase
@click.option("-a", "--armor", is_flag=True, help="Write text, for channels that take no bytes.")
@_output
@guarded
def encrypt(
    *,
    source: Path,
    recipients: tuple[age_keys.Recipient, ...],
    recipients_files: tuple[Path, ...],
    passphrase_file: Path | None,
    armor: bool,
    output: Path | None,
) -> None:
    """Encrypt IN, or standard input, for recipients or with a passphrase."""
    from comity.files.age_file import encrypt_file, read_passphrase, read_recipients

    if bool(recipients or recipients_files) == (passphrase_file is not None):
        raise click.UsageError("name recipients with -r or -R, or a --passphrase-file, not both")
    target = _target(output, binary=not armor)
    if passphrase_file is not None:
        encrypt_file(_named(source), target, (read_passphrase(passphrase_file),), armor=armor)
        return
    listed = [one for path in recipients_files for one in read_recipients(path)]
    for_whom = tuple(dict.fromkeys((*recipients, *listed)))
    encrypt_file(_named(source), target, for_whom, armor=armor)


@age.command()
@_source
@click.option(
    "-i", "--identity", "key_files", multiple=True, type=_PATH, help="A key file; several."
)
@_passphrase
@_output
@guarded
def decrypt(
    *, source: Path, key_files: tuple[Path, ...], passphrase_file: Path | None, output: Path | None
) -> None:
    """Decrypt IN, or standard input, armored or not.

    With -o the file gets its name only when all of it holds. Standard output is a stream: what
    was written before a failure is authentic but incomplete, so check the exit status.
    """
    from comity.files.age_file import decrypt_file, read_passphrase
    from comity.files.key_file import read_identities

    if bool(key_files) == (passphrase_file is not None):
        raise click.UsageError("name key files with -i, or a --passphrase-file, not both")
    target = _target(output, binary=True)
    if passphrase_file is not None:
        decrypt_file(_named(source), target, (read_passphrase(passphrase_file),))
        return
    identities = [one for path in key_files for one in read_identities(path)]
    decrypt_file(_named(source), target, identities)


@age.command()
@click.option("--post-quantum", is_flag=True, help="Make a hybrid key: ML-KEM-768 with X25519.")
@click.option("-o", "--output", type=NEW_PATH, help="Write the identity here, mode 0600.")
@AS_JSON
@guarded
def keygen(*, post_quantum: bool, output: Path | None, as_json: bool) -> None:
    """Create an age identity and print its recipient.

    The file is the one age-keygen writes. Without -o the identity goes to standard output.
    """
    make = age_keys.generate_hybrid if post_quantum else age_keys.generate
    hand_out(make(os.urandom), output, as_json=as_json)


def _named(path: Path) -> Path | None:
    return None if path == _DASH else path


def _target(output: Path | None, *, binary: bool) -> Path | None:
    """Return the named output or None; bytes go to a terminal only if ``-o -`` says so."""
    if output in {None, _DASH} and sys.stdout is None:
        raise click.UsageError("standard output is closed: use -o FILE")
    if output is None and binary and sys.stdout.isatty():
        raise click.UsageError("this would write bytes to the terminal: use -o FILE, or -o -")
    return None if output is None else _named(output)
