"""The commands of `comity directory`: who is who, kept by a secretariat or by hand.

Three kinds of folder: a secretariat's (made by `found`), a State's own, off line (`state-keys`),
and a node's copy (`trust --add` makes one). `show`, `trust`, `export` and `import` work on all.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError, digest_text, parse_digest, time_text
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import moment, named_state
from comity.cli.states.directory_entry import entry, trust
from comity.cli.states.directory_files import (
    PATH,
    answered,
    batch_facts,
    batch_lines,
    now,
    read_file,
    read_record,
    read_records,
    rehearsed,
    spoken_line,
    write_file,
)
from comity.directory.verdicts import Accepted

_DRY = click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
_MODE = click.option("--mode", type=click.Choice(["live", "exercise"]), required=True)
_KEYS = click.option("--keys", type=int, default=3, show_default=True, help="How many keys.")
_THRESHOLD = click.option(
    "--threshold", type=int, default=2, show_default=True, help="How many sign together."
)
_ALG = click.option(
    "--alg", type=click.Choice(["Ed25519", "ES256"]), default="Ed25519", show_default=True
)


@click.group(cls=Group)
def directory() -> None:
    """Manage the directory of States and authorities.

    A State describes its own parties and signs the description with keys it keeps off line. A
    secretariat lists what States signed; it can delay, but it cannot speak for a State. Two States
    can also exchange their records by hand and need no secretariat at all.
    """


directory.add_command(entry)
directory.add_command(trust)


@directory.command()
@click.argument("folder", type=PATH)
@_MODE
@_KEYS
@_THRESHOLD
@_DRY
@local_command
def found(folder: Path, *, mode: str, keys: int, threshold: int, dry_run: bool) -> Answer:
    """Create a secretariat in a new FOLDER.

    Writes its keys, a TUF repository (serve FOLDER/repository as static files) and trust.json.
    Give each file in FOLDER/offline to another person, and take it off this machine; they are
    needed again to admit a State. Admit the States first, then distribute trust.json by hand.
    """
    from comity.canonical import parse_mode
    from comity.directory.tuf_repository import Secretariat

    with rehearsed(folder, dry_run=dry_run) as place:
        Secretariat.found(place, mode=parse_mode(mode), threshold=threshold, keys=keys, now=now())
    facts = {"folder": str(folder), "keys": keys, "mode": mode, "threshold": threshold}
    lines = [
        f"founded {'an' if mode == 'exercise' else 'a'} {mode} directory in {folder}; "
        f"{threshold} of {keys} keys sign together",
        f"next: comity directory admit {folder} STATE_RECORD, for each State",
    ]
    return answered(facts, lines, dry_run=dry_run)


@directory.command("state-keys")
@click.option("-o", "folder", type=PATH, required=True, help="New folder, off line.")
@click.option("--state", required=True, callback=named_state, help="Two letters, as vn.")
@_MODE
@_KEYS
@_THRESHOLD
@_ALG
@_DRY
@local_command
def state_keys(
    folder: Path,
    *,
    state: str,
    mode: str,
    keys: int,
    threshold: int,
    alg: str,
    dry_run: bool,
) -> Answer:
    """Create the keys of a State and the first version of its record.

    Do this on a machine without a network. Each file in keys/1 belongs to another person. The
    record states/<cc>/1.json goes to the secretariat, and to other States by hand.
    """
    from comity.canonical import parse_mode
    from comity.directory.state_folder import StateFolder

    with rehearsed(folder, dry_run=dry_run) as place:
        office = StateFolder.create(
            place,
            state=state,
            mode=parse_mode(mode),
            keys=keys,
            threshold=threshold,
            now=now(),
            alg=alg,
        )
        record = office.store.load().state_records(state)[0].record
    kids = [key.kid for key in record.key_set.keys]
    facts = {
        "content": digest_text(record.content),
        "kids": kids,
        "record": str(folder / "states" / state / "1.json"),
        "state": state,
        "threshold": threshold,
    }
    lines = [f"State {state}: {threshold} of {keys} keys sign together"]
    lines += [line for kid in kids for line in (f"  {kid}", spoken_line(kid))]
    lines.append(f"record: {facts['record']}; read the fingerprints to the secretariat by phone")
    return answered(facts, lines, dry_run=dry_run)


@directory.command()
@click.argument("folder", type=PATH)
@click.argument("records", type=PATH, nargs=-1, required=True)
@_DRY
@local_command
def admit(folder: Path, records: tuple[Path, ...], *, dry_run: bool) -> Answer:
    """Admit States to the secretariat in FOLDER by version 1 of their State RECORDS.

    Compare the fingerprints with each State out of band first. Needs a threshold of the targets
    keys
    in FOLDER/offline. Adds a delegation, and a pin to trust.json.
    """
    from comity.directory.tuf_repository import Secretariat

    with rehearsed(folder, dry_run=dry_run) as place:
        secretariat = Secretariat.open(place)
        done = secretariat.admit(*(read_record(path) for path in records), now=now())
        held = secretariat.store.load()
    states = [item.subject for item in done.batch.news] if done.batch else []
    kids = {s: [k.kid for k in held.state_records(s)[0].record.key_set.keys] for s in states}
    facts = {"admitted": kids, "leaf": digest_text(done.leaf), "snapshot": done.version}
    lines = []
    for state, names in kids.items():
        lines.append(f"admitted {state}: {', '.join(names)}")
        lines += [spoken_line(kid) for kid in names]
    return answered(facts, [*lines, f"snapshot {done.version}"], dry_run=dry_run)


@directory.command()
@click.argument("folder", type=PATH)
@click.argument("file", type=PATH, required=False)
@click.option("-o", "output", type=PATH, help="A State's folder: file for the secretariat.")
@_DRY
@local_command
def publish(folder: Path, file: Path | None, *, output: Path | None, dry_run: bool) -> Answer:
    """Submit or publish the records of a State.

    At a State, `publish FOLDER -o FILE` signs the list of everything the State says, and writes
    one file for the secretariat. At the secretariat, `publish FOLDER FILE` checks that file and
    puts it under a new snapshot; `publish FOLDER` alone renews the snapshot and the timestamp,
    which must happen within four weeks.
    """
    from comity.directory.state_folder import StateFolder
    from comity.directory.tuf_repository import Secretariat

    with rehearsed(folder, dry_run=dry_run) as place:
        if output is not None:
            if file is not None:
                raise MisuseError("a State writes a file with -o; a secretariat reads one")
            data = StateFolder.open(place).publish(now=now())
            if not dry_run:
                write_file(output, data)
            facts = {"file": str(output), "size_bytes": len(data)}
            lines = [f"wrote {output}: hand it to the secretariat"]
            return answered(facts, lines, dry_run=dry_run)
        if file is not None:
            read_records(file)  # so that its fault is named
        data_in = None if file is None else read_file(file)
        done = Secretariat.open(place).publish(data_in, now=now())
    lines = batch_lines(done.batch) if done.batch else ["renewed"]
    told = batch_facts(done.batch) if done.batch else {}
    facts = {**told, "leaf": digest_text(done.leaf), "snapshot": done.version}
    return answered(facts, [*lines, f"snapshot {done.version}"], dry_run=dry_run)


@directory.command()
@click.argument("folder", type=PATH)
@_DRY
@local_command
def renew(folder: Path, *, dry_run: bool) -> Answer:
    """Renew the root and targets that the secretariat signs each year.

    Needs a threshold of the root keys and of the targets keys in FOLDER/offline. Also replaces the
    snapshot and timestamp keys on the server. No one needs a new trust file.
    """
    from comity.directory.tuf_repository import Secretariat

    with rehearsed(folder, dry_run=dry_run) as place:
        done = Secretariat.open(place).renew(now=now())
    facts = {"leaf": digest_text(done.leaf), "snapshot": done.version}
    return answered(facts, [f"renewed; snapshot {done.version}"], dry_run=dry_run)


@directory.command()
@click.argument("folder", type=PATH)
@_KEYS
@_THRESHOLD
@_ALG
@click.option("--lost", is_flag=True, help="The old keys are gone: make a reset.")
@_DRY
@local_command
def rotate(
    folder: Path, *, keys: int, threshold: int, alg: str, lost: bool, dry_run: bool
) -> Answer:
    """Replace the keys of the State in FOLDER and re-sign its entries.

    A threshold of the old keys must be present in keys/<version>: no one else can change a State's
    keys. Publish afterwards. With --lost the old keys sign nothing; every partner must then confirm
    the digest that is printed, out of band and not before 72 hours have passed.
    """
    from comity.directory.state_folder import StateFolder

    with rehearsed(folder, dry_run=dry_run) as place:
        office = StateFolder.open(place)
        record = office.rotate(keys=keys, threshold=threshold, alg=alg, lost=lost, now=now())
        parties = office.store.load().parties()
    facts = {
        "content": digest_text(record.content),
        "kids": [key.kid for key in record.key_set.keys],
        "parties": list(parties),
        "state": record.state,
        "version": record.version,
    }
    lines = [f"State {record.state}: keys version {record.version}"]
    lines += [f"  entry signed anew: {party}" for party in parties]
    if lost:
        lines.append(f"a RESET: tell every partner, by a way they know: {facts['content']}")
    return answered(facts, lines, dry_run=dry_run)


@directory.command()
@click.argument("folder", type=PATH)
@click.argument("party")
@click.argument("kid")
@click.option("--invalid-from", callback=moment, required=True, help="Time the key was lost.")
@click.option("--last-good-index", type=int, help="Newest log entry the State vouches for.")
@_DRY
@local_command
def revoke(
    folder: Path,
    party: str,
    kid: str,
    *,
    invalid_from: datetime,
    last_good_index: int | None,
    dry_run: bool,
) -> Answer:
    """Revoke the key KID of a PARTY.

    Signatures that are not proved to be older than --invalid-from do not count any more, whatever
    date they bear. The time can later be moved back, never forward. Publish afterwards.
    """
    from comity.directory.state_folder import StateFolder

    with rehearsed(folder, dry_run=dry_run) as place:
        made = StateFolder.open(place).revoke(
            party, kid, invalid_from=invalid_from, last_good_index=last_good_index, now=now()
        )
    facts = {
        "invalid_from": time_text(invalid_from),
        "kid": kid,
        "party": party,
        "version": made.version,
    }
    lines = [f"{party}: {kid} is revoked from {facts['invalid_from']}, entry {made.version}"]
    return answered(facts, lines, dry_run=dry_run)


@directory.command()
@click.argument("folder", type=PATH)
@click.option("--url", help="Where the secretariat serves its repository.")
@click.option("--from", "source", type=PATH, help="A copy of the repository: folder or ZIP.")
@_DRY
@local_command
def refresh(folder: Path, *, url: str | None, source: Path | None, dry_run: bool) -> Answer:
    """Update the node's copy of the directory in FOLDER.

    If no server answers, or what answers is not right, the last good copy stays in use, and `show`
    says how old it is. Ends with 1 if something was refused or a person should look.
    """
    from comity.directory.fetching import http_fetch
    from comity.directory.store import DirectoryStore
    from comity.intake.safe_zip import copy_fetch

    if (url is None) == (source is None):
        raise MisuseError("name one source: --url or --from")
    fetch = http_fetch(url) if url is not None else copy_fetch(source or Path())
    with rehearsed(folder, dry_run=dry_run) as place:
        done = DirectoryStore.open(place).refresh(fetch, now=now())
    warnings = [{"code": w.code, "reason": w.reason, "subject": w.subject} for w in done.warnings]
    facts = {**batch_facts(done.batch), "warnings": warnings}
    lines = batch_lines(done.batch)
    lines += [f"WARNING {w.subject} [{w.code}]: {w.reason}" for w in done.warnings]
    return answered(
        facts,
        lines,
        dry_run=dry_run,
        status=int(bool(done.warnings or done.batch.refused or _has_reset(done.batch.news))),
    )


@directory.command()
@click.argument("folder", type=PATH)
@click.argument("file", type=PATH)
@click.option("--state", "states", multiple=True, help="Only these States; repeat for more.")
@local_command
def export(folder: Path, file: Path, *, states: tuple[str, ...]) -> Answer:
    """Export every State record and entry of FOLDER to FILE."""
    from comity.directory import build_handover
    from comity.directory.store import DirectoryStore

    held = DirectoryStore.open(folder).load()
    unknown = set(states) - held.states.keys()
    if unknown:
        raise MisuseError(f"no record of State {min(unknown)} is held")
    data = build_handover(held, states=states or None)
    write_file(file, data)
    facts = {"file": str(file), "size_bytes": len(data)}
    return answered(facts, [f"wrote {file}, {counted(len(data), 'byte')}"])


@directory.command("import")
@click.argument("folder", type=PATH)
@click.argument("file", type=PATH)
@_DRY
@local_command
def import_(folder: Path, file: Path, *, dry_run: bool) -> Answer:
    """Import State records and entries from FILE into FOLDER.

    Every record is checked for itself against the trust file; who brought the file does not
    matter. Ends with 1 if one was refused or a reset is pending.
    """
    from comity.directory.store import DirectoryStore

    handed = read_records(file)
    with rehearsed(folder, dry_run=dry_run) as place:
        batch = DirectoryStore.open(place).take_records(handed, now=now())
    return answered(
        batch_facts(batch),
        batch_lines(batch),
        dry_run=dry_run,
        status=1 if batch.refused or _has_reset(batch.news) else 0,
    )


@directory.command("confirm-reset")
@click.argument("folder", type=PATH)
@click.argument("digest")
@click.option("--by", required=True, help="Who confirmed it out of band; it is stored.")
@_DRY
@local_command
def confirm_reset(folder: Path, digest: str, *, by: str, dry_run: bool) -> Answer:
    """Confirm new State keys that the earlier keys did not sign.

    DIGEST is what the State itself tells you, by a way you know and not by the message that
    brought the keys. Compare it with `show`. Not before 72 hours have passed.
    """
    from comity.directory.store import DirectoryStore

    content = parse_digest(digest)
    with rehearsed(folder, dry_run=dry_run) as place:
        DirectoryStore.open(place).confirm_reset(content, now=now(), by=by)
    return answered({"by": by, "content": digest}, [f"in force: {digest}"], dry_run=dry_run)


@directory.command()
@click.argument("folder", type=PATH)
@local_command
def show(folder: Path) -> Answer:
    """Show States, parties, key histories and the age of the copy.

    Every record is verified again against the trust file while it is read. A copy whose validity
    is over says OLD and can still be worked with.
    """
    from comity.cli.states.directory_files import directory_facts, directory_lines
    from comity.directory.store import DirectoryStore

    store, at = DirectoryStore.open(folder), now()
    held, proofs = store.load(), store.proofs()
    lines = directory_lines(held, now=at)
    lines += [f"PROOF OF DOUBLE-SPEAK kept: proofs/{name}" for name in proofs]
    return answered({**directory_facts(held, now=at), "proofs": list(proofs)}, lines)


def _has_reset(news: Iterable[Accepted]) -> bool:
    return any(item.what == "reset" for item in news)


@directory.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List every authority known to your node."""
    found = api.get("/directory")
    return Answer(found, map(_authority, found["authorities"]))


def _authority(one: dict[str, Any]) -> str:
    old = "OLD  " if one["old"] else ""
    phone = one["phone"] or "no number"
    reached = one["reached"] or one["kind"]
    return f"{one['party']:32} {phone:20} {reached:14} {old}{one['as_of']}"
