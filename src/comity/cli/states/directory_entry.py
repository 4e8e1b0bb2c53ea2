"""Entries of parties and whom a node's copy of the directory trusts."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import MisuseError, time_text
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.options import moment, named_state
from comity.cli.states.directory_files import (
    PATH,
    answered,
    now,
    read_file,
    rehearsed,
    spoken_line,
)

if TYPE_CHECKING:
    from comity.directory.store import DirectoryStore
    from comity.directory.trust import Witness

_COMPARED: Final = "Did you compare each fingerprint with the node's operator? Sign the entry?"
_UNSIGNED: Final = (
    "\nNothing was signed. Compare the fingerprints, then run it again; --yes does not ask."
)
STATUSES: Final = ("in-force", "signed-not-in-force")


@click.group(cls=Group)
def entry() -> None:
    """Create and revise the directory entry of a party."""


def _described[F: Any](command: F) -> F:
    """Add the options that say what an entry says."""
    options = [
        click.option("--url", help="Address of the node: https, or http on loopback."),
        click.option("--tls", type=PATH, help="The one TLS certificate trusted there."),
        click.option("--outbound-only", is_flag=True, help="The node polls and pushes."),
        click.option("--by-document", is_flag=True, help="No node: letters and files."),
        click.option("--phone", help='Number to call back by day and night; "" for none.'),
        click.option("--language", multiple=True, help="BCP 47 tag; repeat for more."),
        click.option("--function", multiple=True, help="What the party is; repeat for more."),
        click.option(
            "--instrument",
            multiple=True,
            help='NAME=STATUS, in-force or signed-not-in-force; "" for none.',
        ),
        click.option(
            "--declaration",
            multiple=True,
            help="NAME=LANG:TEXT, a reservation or declaration under a treaty that is named.",
        ),
        click.option(
            "--instruments",
            "folders",
            multiple=True,
            type=PATH,
            help="Folder of your own instruments, for a treaty that is not built in.",
        ),
        click.option("--condition", multiple=True, help="LANG:TEXT, as en:Use in court only."),
        click.option("--policy", multiple=True, help="TYPE=AUTHORS,APPROVERS[,LATE_HOURS]."),
        click.option("--expires", callback=moment, help="Time; default a year from now."),
        click.option("--dry-run", is_flag=True, help="Check everything, change nothing."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@entry.command()
@click.argument("folder", type=PATH)
@click.option("--keys", "keys_file", type=PATH, required=True, help="The node's public key list.")
@click.option("--yes", is_flag=True, help="Do not ask: the fingerprints are compared already.")
@_described
@local_command
def new(
    folder: Path, *, keys_file: Path, yes: bool, dry_run: bool, as_json: bool, **said: Any
) -> Answer:
    """Sign the first entry of a party with the keys in the State's FOLDER.

    The key list comes from the node (it holds public keys only). The fingerprints are shown before
    anything is signed: compare each with the node's operator by telephone, then answer y. The
    holder of the keys listed here speaks for the party.
    """
    from comity.directory import Endpoint, Entry, parse_node_keys
    from comity.directory.state_folder import ENTRY_LIFE, StateFolder

    listed = parse_node_keys(read_file(keys_file))
    at = now()
    endpoint = _endpoint(said) or Endpoint(kind="by-document")
    with rehearsed(folder, dry_run=dry_run) as place:
        office = StateFolder.open(place)
        directory = office.store.load()
        if directory.has(listed.party):
            raise MisuseError(f"{listed.party} has an entry; use `entry revise`")
        made = Entry(
            mode=listed.mode,
            party=listed.party,
            version=1,
            state_version=1,
            issued_at=at,
            expires_at=at + ENTRY_LIFE,
            keys=listed.keys,
            endpoint=endpoint,
            epoch=listed.epoch,
            origins=listed.origins,
            editions=listed.editions,
        )
        made = _with(made, said)
        if not yes and not dry_run:
            _confirm(made, as_json=as_json)
        return _tell(office.put(made, now=at), dry_run=dry_run)


@entry.command()
@click.argument("folder", type=PATH)
@click.argument("party")
@click.option("--keys", "keys_file", type=PATH, help="The node's newest public key list.")
@_described
@local_command
def revise(
    folder: Path, party: str, *, keys_file: Path | None, dry_run: bool, **said: Any
) -> Answer:
    """Sign the next version of the entry of PARTY.

    With a new key list, keys that are missing from it become retired. Nothing is ever removed, and
    a revoked key stays revoked.
    """
    from comity.directory import parse_node_keys
    from comity.directory.state_folder import StateFolder, merged_keys

    with rehearsed(folder, dry_run=dry_run) as place:
        office = StateFolder.open(place)
        made = office.store.load().entry(party)
        if keys_file is not None:
            listed = parse_node_keys(read_file(keys_file))
            if (listed.party, listed.mode) != (party, made.mode):
                raise MisuseError("the key list is of another party or mode")
            keys = merged_keys(made.keys, listed.keys)
            origins = tuple(dict.fromkeys((*made.origins, *listed.origins)))
            made = replace(
                made,
                keys=keys,
                epoch=listed.epoch,
                origins=origins,
                editions=listed.editions,
            )
        if (endpoint := _endpoint(said)) is not None:
            kept = made.endpoint.tls_certificate
            if endpoint.tls_certificate is None and (endpoint.url or "").startswith("https:"):
                endpoint = replace(endpoint, tls_certificate=kept)  # partners trust nothing else
            made = replace(made, endpoint=endpoint)
        return _tell(office.put(_with(made, said), now=now()), dry_run=dry_run)


def _function(name: str) -> str:
    """Return a function of the registry, or one of private use."""
    from comity.directory.functions import FUNCTIONS

    if name in FUNCTIONS or name.startswith("x-"):
        return name
    known = ", ".join(FUNCTIONS)
    raise MisuseError(f"no function is called {name!a}; use {known}, or a name of yours with x-")


def _status(text: str) -> str:
    """Return how a treaty binds the State; a slip of the finger would be signed."""
    if text not in STATUSES:
        raise MisuseError(f"a treaty is {' or '.join(STATUSES)}, not {text[:64]!a}")
    return text


def _with(made: Any, said: dict[str, Any]) -> Any:
    """Return the entry with everything that was said on the command line."""
    from comity.directory import Instrument, Text
    from comity.exchange.types import Floor
    from comity.files.instruments import check_instruments

    changes: dict[str, Any] = {}
    if said["phone"] is not None:
        changes["duty_phone"] = said["phone"] or None
    if said["language"]:
        changes["languages"] = tuple(said["language"])
    if said["function"]:
        changes["functions"] = tuple(_function(name) for name in said["function"])
    if said["instrument"]:
        pairs = [_pair(text, "=") for text in said["instrument"] if text]
        changes["instruments"] = tuple(
            Instrument(name=name, status=_status(status)) for name, status in pairs
        )
        check_instruments((name for name, _ in pairs), said["folders"])
    if said["declaration"]:
        held = changes.get("instruments", made.instruments)
        changes["instruments"] = _declared(held, said["declaration"])
    if said["condition"]:
        changes["conditions"] = tuple(Text(*_pair(text, ":")) for text in said["condition"])
    if said["policy"]:
        policies = dict(made.approval_policy)
        for name, numbers in (_pair(text, "=") for text in said["policy"]):
            author, approver, late = _numbers(numbers)
            policies[name] = Floor(author=author, approver=approver, late_hours=late)
        changes["approval_policy"] = policies
    expires: datetime | None = said["expires"]
    if expires is not None:
        changes["expires_at"] = expires
    return replace(made, **changes)


def _declared(held: tuple[Any, ...], said: tuple[str, ...]) -> tuple[Any, ...]:
    """Return the treaties with what the State declared under each; what was there is replaced."""
    from comity.directory import Text

    found: dict[str, list[Text]] = {}
    for name, text in (_pair(one, "=") for one in said):
        found.setdefault(name, []).append(Text(*_pair(text, ":")))
    if unknown := set(found) - {one.name for one in held}:
        raise MisuseError(f"--declaration for {min(unknown)}, which no --instrument names")
    return tuple(
        replace(one, reservations=tuple(found.get(one.name, one.reservations))) for one in held
    )


def _pair(text: str, between: str) -> tuple[str, str]:
    first, found, second = text.partition(between)
    if not found or not first or not second:
        raise MisuseError(f"expected two parts with {between} between them")
    return first, second


def _numbers(text: str) -> tuple[int, int, int | None]:
    parts = text.split(",")
    if not 2 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise MisuseError("a policy is TYPE=AUTHORS,APPROVERS or TYPE=AUTHORS,APPROVERS,LATE_HOURS")
    numbers = [int(part) for part in parts]
    return numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else None


def _endpoint(said: dict[str, Any]) -> Any:
    from comity.directory import Endpoint

    url, tls = said.pop("url"), said.pop("tls")
    outbound, document = said.pop("outbound_only"), said.pop("by_document")
    if sum((url is not None, outbound, document)) > 1:
        raise MisuseError("choose one of --url, --outbound-only and --by-document")
    if tls is not None and url is None:
        raise MisuseError("--tls belongs to --url")
    if outbound or document:
        return Endpoint(kind="outbound-only" if outbound else "by-document")
    if url is None:
        return None
    return Endpoint(kind="url", url=url, tls_certificate=_certificate(tls))


def _certificate(path: Path | None) -> str | None:
    import base64

    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    if path is None:
        return None
    data = read_file(path)
    try:
        load = x509.load_pem_x509_certificate if b"-----BEGIN" in data else None
        found = load(data) if load else x509.load_der_x509_certificate(data)
    except ValueError as fault:
        raise MisuseError(f"{path.name} holds no certificate") from fault
    return base64.b64encode(found.public_bytes(Encoding.DER)).decode()


def _confirm(made: Any, *, as_json: bool) -> None:
    """Show what would be signed, and go on only when a person says that it was compared."""
    click.echo(f"{made.party}: nothing is signed yet", err=as_json)
    for line in _key_lines(made):
        click.echo(line, err=as_json)
    try:
        agreed = click.confirm(_COMPARED, err=as_json)
    except click.Abort:  # no terminal to answer at
        agreed = False
    if not agreed:
        click.echo(_UNSIGNED, err=True)
        raise click.exceptions.Exit(1)


def _tls_name(made: Any) -> str | None:
    certificate = made.endpoint.tls_certificate
    return _name_of(certificate) if certificate else None


def _key_lines(made: Any) -> list[str]:
    """Return each key of an entry, and below it what two people read to each other."""
    lines = []
    for row in made.keys:
        lines += [f"  {row.use:<10} {row.kid} {row.status}", spoken_line(row.kid)]
    if tls := _tls_name(made):
        lines += [f"  tls        {tls}", spoken_line(tls)]
    return lines


def _tell(made: Any, *, dry_run: bool) -> Answer:
    facts = {
        "expires_at": time_text(made.expires_at),
        "keys": [{"kid": k.kid, "status": k.status, "use": k.use} for k in made.keys],
        "party": made.party,
        "tls": _tls_name(made),
        "version": made.version,
    }
    lines = [f"{made.party}: entry version {made.version}, until {facts['expires_at']}"]
    lines += _key_lines(made)
    lines.append("next, for the node and partners: comity directory export FOLDER FILE")
    lines.append("next, for a secretariat: comity directory publish FOLDER -o FILE")
    return answered(facts, lines, dry_run=dry_run)


def _name_of(certificate: str) -> str:
    import base64

    from cryptography import x509

    from comity.keys.spoken import certificate_name

    return certificate_name(x509.load_der_x509_certificate(base64.b64decode(certificate)))


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
    from comity.files.key_files import read_trust_file

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
