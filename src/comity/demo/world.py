"""States with their keys, a secretariat's directory, node folders and officers, made for real."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from comity.canonical import Mode, decode, new_id, state_of, unb64
from comity.directory import Endpoint, Entry, Instrument, parse_key_row, signing_row
from comity.directory.entry import Text
from comity.directory.fetching import folder_fetch
from comity.directory.state_folder import StateFolder
from comity.directory.store import DirectoryStore
from comity.directory.trust import Witness
from comity.directory.tuf_repository import Secretariat
from comity.exchange import Certificate, Floor, certify
from comity.exchange.certificates import parse_certificate
from comity.exchange.types import MOVES
from comity.files.progress_rate import RateColumn
from comity.files.terminal import safe_text, terminal
from comity.files.walk import measure
from comity.keys import Jws, PrivateKey, PublicKey, jws
from comity.ledger.notekey import COSIGNATURE_ED25519, VerifierKey
from comity.ledger.successor import LogOrigin, log_prefix
from comity.node.core.config import NodeConfig, load_config
from comity.node.core.keystore import (
    WITNESS_FILE,
    load_keys,
    load_signing_key,
    make_signing_key,
    public_rows,
    witness_name,
    write_secret,
)
from comity.node.operations.create_node import found_node

KEY_LIFE: Final = timedelta(days=730)
HEAD_START: Final = timedelta(hours=1)
ASKING, ASKED, SECRETARIAT = "vn/contact-point", "za/contact-point", "un/secretariat"
PHONES: Final = {ASKING: "+84 00 0000 0101", ASKED: "+27 00 0000 0102"}
"""Numbers that nobody has, so that a call back can be played."""

INSTRUMENTS: Final = (
    Instrument(name="un-2024", status="signed-not-in-force"),
    Instrument(name="untoc-2000", status="in-force"),
)
"""By which the States of the demonstration are bound."""
_ROLES: Final = {"author": "first", "approver": "second"}
"""Role of an officer to the name of the files with key and certificate."""
_MAX_CERTIFICATE_BYTES: Final = 65536


@dataclass(frozen=True)
class Person:
    """An officer with the key for the command line."""

    identifier: str
    role: str
    key: PrivateKey
    certificate: Jws


@dataclass(frozen=True)
class Place:
    """One party of the world."""

    party: str
    config: NodeConfig
    officer_ca: PrivateKey
    officers: Mapping[str, Person]


@dataclass(frozen=True)
class World:
    """What was made, and where."""

    folder: Path
    mode: Mode
    secretariat: Secretariat
    states: Mapping[str, StateFolder]
    places: Mapping[str, Place]

    @property
    def trust(self) -> bytes:
        """Return the trust file that every node got by hand."""
        return self.secretariat.trust_bytes()

    def publish(self, state: str, *, now: datetime) -> bytes:
        """Publish what a State's folder holds; return the snapshot's bytes."""
        handover = self.states[state].publish(now=now)
        return self.secretariat.publish(handover, now=now).snapshot

    def refresh(self, party: str, *, now: datetime) -> None:
        """Let a node take over the directory from the secretariat's folder."""
        store = DirectoryStore.open(self.places[party].config.directory)
        store.refresh(folder_fetch(self.secretariat.repository), now=now)


def build_world(
    folder: Path,
    *,
    mode: Mode,
    ports: Mapping[str, int],
    now: datetime,
    alg: Mapping[str, str] | None = None,
    outbound_only: frozenset[str] = frozenset(),
    clocks: Mapping[str, str] | None = None,
    law: str = "",
    instruments: tuple[Instrument, ...] = INSTRUMENTS,
    authorities: Mapping[str, PublicKey] | None = None,
) -> World:
    """Make States, a secretariat, one node a party, two officers each; everything is on disk.

    Args:
        folder: new or empty.
        mode: of everything in it.
        ports: party to TCP port on loopback.
        now: this moment; keys hold from a little before it.
        alg: party to the suite of its keys; Ed25519 where not given.
        outbound_only: parties that nobody can reach; they poll the others.
        clocks: party to the file with its exercise's clock; the real one where not given.
        law: folder of the law that every node goes by beside what is shipped, or empty.
        instruments: by which every party is bound, as its entry says.
        authorities: party to an officer CA that its entry lists beside the one made here.
    """
    secretariat = Secretariat.found(folder / "secretariat", mode=mode, threshold=2, keys=3, now=now)
    states = {
        state: StateFolder.create(
            folder / "states" / state, state=state, mode=mode, keys=3, threshold=2, now=now
        )
        for state in sorted({state_of(party) for party in ports})
    }
    for home in states.values():
        secretariat.admit(home.record_bytes(1), now=now)
    witness = _witness(folder, secretariat, mode) if SECRETARIAT in ports else None
    trust = secretariat.trust_bytes()
    places = {}
    for party, port in ports.items():
        config = NodeConfig(
            folder=folder / "nodes" / party.replace("/", "-"),
            party=party,
            mode=mode,
            port=port,
            witness=party == SECRETARIAT,
            repository=str(secretariat.repository) if party == SECRETARIAT else "",
            directory_url=f"http://127.0.0.1:{ports[SECRETARIAT]}/directory/"
            if SECRETARIAT in ports
            else "",
            witnesses=(SECRETARIAT,) if SECRETARIAT in ports and party != SECRETARIAT else (),
            poll=tuple(p for p in ports if p != party) if party in outbound_only else (),
            exercise_clock=(clocks or {}).get(party, ""),
            law=law,
        )
        suite = (alg or {}).get(party, "Ed25519")
        url = None if party in outbound_only else f"http://127.0.0.1:{port}"
        places[party] = _place(folder, config, trust, now=now, alg=suite, url=url)
        if config.witness and witness is not None:
            witness.rename(config.keys / WITNESS_FILE)
        entry = _entry(
            places[party],
            now=now,
            url=url,
            instruments=instruments,
            authority=(authorities or {}).get(party),
        )
        states[state_of(party)].put(entry, now=now)
    world = World(folder, mode, secretariat, states, places)
    for state in states:
        world.publish(state, now=now)
    for party in ports:
        world.refresh(party, now=now)
    return world


def _witness(folder: Path, secretariat: Secretariat, mode: Mode) -> Path:
    """Make the key with which the secretariat's node cosigns, and list it in the trust file."""
    path = folder / "secretariat" / WITNESS_FILE
    key = make_signing_key(path, use="witness").public
    name = witness_name(SECRETARIAT, mode)
    verifier = VerifierKey(name, COSIGNATURE_ED25519, unb64(key.jwk["x"]))
    trust = secretariat.store.trust()
    listed = Witness(verifier.text(), state_of(SECRETARIAT))
    # The only witness of this small world; among States two are asked for.
    secretariat.store.set_trust(replace(trust, witnesses=(listed,), witness_threshold=1))
    return path


def _place(
    folder: Path, config: NodeConfig, trust: bytes, *, now: datetime, alg: str, url: str | None
) -> Place:
    config.folder.parent.mkdir(parents=True, exist_ok=True)
    found_node(config, trust, now=now, alg=alg, url=url)
    offline = folder / "officers" / config.party.replace("/", "-")
    offline.mkdir(parents=True, mode=0o700)
    officer_ca = make_signing_key(offline / "officer-ca.json", use="officer-ca", alg=alg)
    officers = {}
    for role, name in _ROLES.items():
        key = make_signing_key(offline / f"{name}.json", use="officer", alg=alg)
        identifier = f"officer-{os.urandom(4).hex()}"
        certificate = certify(
            Certificate(
                id=new_id(now, os.urandom(10)),
                party=config.party,
                mode=config.mode,
                officer=identifier,
                roles=(role,),
                key=key.public,
                not_before=now - HEAD_START,
                not_after=now + KEY_LIFE,
            ),
            officer_ca,
        )
        write_secret(offline / f"{name}.certificate.json", certificate.record)
        officers[role] = Person(identifier, role, key, certificate)
    return Place(config.party, config, officer_ca, officers)


def read_place(folder: Path, party: str) -> Place:
    """Return one party of a world that was made before, from its files.

    Args:
        folder: of the world.
        party: whose place.

    Raises:
        NodeFolderError: the node's folder cannot be read.
        MisuseError, PeerError: a key or a certificate cannot be read.
        OSError: a file is missing.
    """
    name = party.replace("/", "-")
    config, offline = load_config(folder / "nodes" / name), folder / "officers" / name
    officers = {}
    for role, stem in _ROLES.items():
        record = (offline / f"{stem}.certificate.json").read_bytes()
        value = decode(record, max_bytes=_MAX_CERTIFICATE_BYTES)
        certificate = jws.parse_value(value)
        key = load_signing_key(offline / f"{stem}.json", use="officer")
        identifier = parse_certificate(certificate.payload).officer
        officers[role] = Person(identifier, role, key, certificate)
    officer_ca = load_signing_key(offline / "officer-ca.json", use="officer-ca")
    return Place(config.party, config, officer_ca, officers)


def _entry(
    place: Place,
    *,
    now: datetime,
    url: str | None,
    instruments: tuple[Instrument, ...],
    authority: PublicKey | None,
) -> Entry:
    config, window = place.config, {"not_before": now - HEAD_START, "not_after": now + KEY_LIFE}
    rows = [parse_key_row(row) for row in public_rows(load_keys(config.keys), **window)]
    authorities = (place.officer_ca.public, *((authority,) if authority else ()))
    rows += [signing_row(public, use="officer-ca", **window) for public in authorities]
    floors = {t: m.floor for t, m in MOVES.items() if m.floor != Floor()}
    return Entry(
        mode=config.mode,
        party=config.party,
        version=1,
        state_version=1,
        issued_at=now,
        expires_at=now + KEY_LIFE,
        keys=tuple(rows),
        endpoint=Endpoint(kind="url", url=url) if url else Endpoint(kind="outbound-only"),
        epoch=1,
        origins=(str(LogOrigin(log_prefix(url, config.party), config.mode, config.party)),),
        approval_policy=floors,
        duty_phone=PHONES.get(config.party),
        functions=("contact-point", "central-authority"),
        instruments=instruments,
        languages=("en",),
        conditions=(Text("en", "Use only for the proceedings named in the request."),),
    )


# How the demonstration tells its story: chapters, sentences, progress.


class Teller:
    """Writes to a terminal or, plainly, to whatever standard output is."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or terminal()
        self._chapters = 0

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._chapters += 1
        self._console.print(f"\n[bold]{self._chapters}. {title}[/bold]")

    def say(self, sentence: str) -> None:
        """Say a sentence."""
        self._console.print(f"   {safe_text(sentence)}", markup=False, soft_wrap=True)

    @contextlib.contextmanager
    def progress(self, what: str, source: Path) -> Iterator[Callable[[int], None]]:
        """Show how far a pass over files is; gives the function that is told the bytes so far."""
        sources = sorted(source.iterdir()) if source.is_dir() else [source]
        total = measure(sources).size_bytes
        columns = (TextColumn("   {task.description}"), BarColumn(), DownloadColumn())
        with Progress(*columns, RateColumn(), console=self._console) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.update(task, completed=done)
