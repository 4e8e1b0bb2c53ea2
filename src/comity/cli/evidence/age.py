"""The commands age, recovery and what they share with seal: recipients and identities."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from comity.canonical import ComityError, time_text
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command, show
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.options import AS_JSON, NEW_PATH, NewPath
from comity.evidence import age_keys


def hand_out(identity: age_keys.Identity, output: Path | None, *, as_json: bool) -> None:
    """Write an identity to a file, or print it; print its recipient.

    Args:
        identity: a new one.
        output: where it goes, mode 0600; standard output if None.
        as_json: whether what is printed is JSON.
    """
    from comity.files.key_files import write_identity

    created = time_text(datetime.now(UTC))
    text = age_keys.format_key_file(identity, created=created)
    if output is not None:
        write_identity(output, identity, created=created)
    if as_json:
        key = {"key_file": text} if output is None else {"file": str(output)}
        show(key | {"recipient": str(identity.recipient)})
    elif output is None:
        click.echo(text, nl=False)
        click.echo(f"Public key: {identity.recipient}", err=True)
    else:
        click.echo(str(identity.recipient))


_FORM: Final = (
    "A recipient is the public half of an age key pair: 62 characters that begin with age1, or a "
    "longer text that begins with age1pq1. `comity keygen -o key.txt` writes it after "
    "'public key:' in the new file."
)
_SHOWN: Final = 12


def parsed_recipients(
    _context: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[age_keys.Recipient, ...]:
    """Parse ``-r`` options, each kept once; a wrong one is a usage error."""
    found: dict[age_keys.Recipient, None] = {}
    for number, value in enumerate(values, 1):
        try:
            found[age_keys.parse_recipient(value.strip())] = None
        except ComityError as error:
            which = f"recipient {number} of {len(values)}" if len(values) > 1 else "the recipient"
            raise click.BadParameter(f"{which} is {_described(value.strip())}. {_FORM}") from error
    return tuple(found)


def _described(text: str) -> str:
    """Return what was given in words; what may be a secret or a name of somebody is left out."""
    if "SECRET" in text.upper():
        return (
            "the secret half of a key pair, which is not repeated here. It may now be in the "
            "history of your shell: delete it there and make a new key pair"
        )
    if text.lower().startswith("age1"):
        shown = text[:_SHOWN].rstrip(".")
        cut = "..." if shown != text else ""
        told = f"{shown!a}{cut} ({counted(len(text), 'character')})"
        return f"{told}, which is mistyped, cut off or in capitals"
    if text.startswith(("ssh-", "ecdsa-")):
        return "an SSH key, which is not taken here"
    if "@" in text:
        return "an e-mail address"
    if "/" in text or "\\" in text or text.endswith((".txt", ".pub", ".age", ".key")):
        return "the name of a file; give the recipient that is written in it"
    size = counted(len(text), "character")
    return f"a text of {size} that does not begin with age1" if text else "empty"


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
    from comity.files.recovery import encrypt_file, read_passphrase, read_recipients

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
    from comity.files.key_files import read_identities
    from comity.files.recovery import decrypt_file, read_passphrase

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


@click.group(cls=Group)
def recovery() -> None:
    """Create and combine shares of a recovery key.

    `comity seal --recovery` seals for it too. Hold the ceremony on a machine off the network.
    """


@recovery.command()
@click.option("-o", "--output", required=True, type=_PATH, help="The new folder.")
@click.option("--shares", default=3, show_default=True, help="How many shares, at most 16.")
@click.option("--threshold", default=2, show_default=True, help="How many give the key back.")
@click.option("--post-quantum", is_flag=True, help="Make a hybrid key: ML-KEM-768 with X25519.")
@local_command
def create(output: Path, shares: int, threshold: int, *, post_quantum: bool) -> Answer:
    """Create a recovery recipient and its shares. No key is stored.

    The folder gets share-1.txt and so on (mode 0600), recovery.txt for `comity seal --recovery`,
    and ceremony.en.txt and ceremony.ar.txt: who, where, envelopes, the test before trusting.
    """
    from comity.files.recovery import create as create_set

    recipient = create_set(
        output,
        count=shares,
        threshold=threshold,
        hybrid=post_quantum,
        created=time_text(datetime.now(UTC)),
        random=os.urandom,
        pages=_pages,
    )
    told = {"folder": str(output), "recipient": str(recipient)}
    return Answer(
        told | {"shares": shares, "threshold": threshold},
        [f"{shares} shares, any {threshold} give the key back: {output}", str(recipient)],
        notes=["Next: follow ceremony.en.txt or ceremony.ar.txt; test the shares first."],
    )


def _pages(facts: dict[str, str | int]) -> dict[str, str]:
    """Return the ceremony's pages in each language."""
    import tomllib
    from importlib import resources

    data = resources.files("comity.cli").joinpath("ceremony.toml").read_text("utf-8")
    words = tomllib.loads(data)
    pages = {}
    for language in ("en", "ar"):
        row = words[f"{language}_holder"]
        holders = "\n".join(row.format(index=n + 1) for n in range(int(facts["shares"])))
        page = words[language].lstrip("\n").format(holders=holders, **facts)
        pages[f"ceremony.{language}.txt"] = page
    return pages


@recovery.command()
@click.argument("shares", nargs=-1, required=True, type=_PATH, metavar="SHARE...")
@click.option("-o", "--output", required=True, type=_PATH, help="The new key file, mode 0600.")
@click.option(
    "--recipient", metavar="FILE|age1...", help="Refuse shares of any other recipient than this."
)
@local_command
def combine(shares: tuple[Path, ...], output: Path, recipient: str | None) -> Answer:
    """Combine share files into the recovery key.

    The key file then opens everything that was sealed for the recovery recipient: destroy it
    afterwards and hold a new ceremony.
    """
    from comity.files.key_files import write_identity
    from comity.files.recovery import combine as combine_files
    from comity.files.recovery import recovery_recipients

    expected = () if recipient is None else recovery_recipients(recipient)
    identity = combine_files(shares, expected=expected)
    write_identity(output, identity, created=time_text(datetime.now(UTC)))
    return Answer(
        {"file": str(output), "recipient": str(identity.recipient)}, [str(identity.recipient)]
    )
