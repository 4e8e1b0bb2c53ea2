"""``comity directory trust``: whom a node's copy trusts, taken over by hand."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.canonical import MisuseError
from comity.cli.answers import Answer, local_command
from comity.cli.directory_common import PATH, answered, read_file, rehearsed
from comity.cli.options import named_state

if TYPE_CHECKING:
    from comity.directory.store import DirectoryStore
    from comity.directory.trust import Witness


@click.command()
@click.argument("folder", type=PATH)
@click.option("--add", "file", type=PATH, help="Trust file whose pins and root to take over.")
@click.option(
    "--witness", "cosigner", help="Key of a witness to list, as `comity init` printed it."
)
@click.option(
    "--state",
    callback=named_state,
    help="State whose party operates the witness, two letters.",
)
@click.option(
    "--witness-threshold",
    "threshold",
    type=click.IntRange(1, 256),
    help="Number of witnesses, of different States, that have to agree.",
)
@click.option("--timestamp-root", "root", type=PATH, help="PEM certificate of an authority.")
@click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
@local_command
def trust(
    folder: Path,
    *,
    file: Path | None,
    cosigner: str | None,
    state: str | None,
    threshold: int | None,
    root: Path | None,
    dry_run: bool,
) -> Answer | None:
    """Print the trust file of FOLDER, or add pins with --add.

    A trust file comes by hand, from a person you met. A new or empty FOLDER becomes a node's copy.
    What is pinned already is never changed: a State changes its keys itself. The trust file is
    JSON; --json says what was added, too, as one object.

    A verdict counts a witness only if its State has no part in the case. A time, or that a log has
    one branch, is proved where the witnesses of --witness-threshold States agree; 2 at first.
    """
    from comity.directory.store import DirectoryStore
    from comity.files.trust_file import read_trust_file

    if (cosigner is None) != (state is None):
        raise MisuseError("--witness and --state go together: who operates the witness counts")
    if cosigner is not None or root is not None or threshold is not None:
        facts: dict[str, str | int] = {}
        lines: list[str] = []
        with rehearsed(folder, dry_run=dry_run) as place:
            if cosigner is not None and state is not None:
                witness = _list_witness(DirectoryStore.open(place), cosigner, state)
                facts |= {"witness": witness.key, "state": witness.state}
                lines.append(f"trusts the witness {witness.key}, operated by {witness.state}")
            if threshold is not None:
                store = DirectoryStore.open(place)
                store.set_trust(replace(store.trust(), witness_threshold=threshold))
                facts["witness_threshold"] = threshold
                lines.append(f"asks for witnesses of {threshold} States")
            if root is not None:
                facts["timestamp_root"] = _list_authority(
                    DirectoryStore.open(place), read_file(root)
                )
                lines.append(f"trusts the time-stamp root {facts['timestamp_root']}")
        return answered(facts, lines, dry_run=dry_run)
    if file is None:
        click.echo(DirectoryStore.open(folder).trust_bytes(), nl=False)
        return None
    if (folder / "keys").is_dir():
        raise MisuseError("a State's own folder trusts its own keys alone; name a node's copy")
    with rehearsed(folder, dry_run=dry_run) as place:
        added = read_trust_file(file)
        if (place / "trust.json").is_file():
            added = DirectoryStore.open(place).add_trust(added)
        else:
            DirectoryStore.create(place, added.data)
    states = sorted(added.delegations)
    told = f"trusts {', '.join(states) or 'no State yet'}"
    return answered({"states": states}, [told], dry_run=dry_run)


def _list_witness(store: "DirectoryStore", text: str, state: str) -> "Witness":
    from comity.canonical import parse_state
    from comity.directory.trust import TrustFile, Witness
    from comity.ledger.notekey import parse_verifier_key

    witness = Witness(parse_verifier_key(text).text(), parse_state(state))
    store.add_trust(TrustFile(mode=store.trust().mode, witnesses=(witness,)))
    return witness


def _list_authority(store: "DirectoryStore", data: bytes) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    from comity.directory.trust import TrustFile
    from comity.ledger.timestamp import parse_roots

    found = parse_roots([data.decode("ascii", "replace")])[0]
    text = found.public_bytes(Encoding.PEM).decode("ascii")  # without what people write before it
    store.add_trust(TrustFile(mode=store.trust().mode, timestamp_roots=(text,)))
    return found.subject.rfc4514_string()
