"""The test request to the echo partner: certified for, begun, signed and read.

The test runs in a process of its own (`comity.echo`), which lives no longer than this one.
"""

import operator
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from comity.canonical import PeerError, b64, decode_loose, new_id, time_text
from comity.exchange.certificates import (
    MAX_CERTIFICATE_BYTES,
    Certificate,
    RelyingParty,
    parse_certificate,
)
from comity.exchange.errors import CertificateError
from comity.files.errors import translating
from comity.keys import Jws, PublicKey, jws
from comity.node.core.clock import now
from comity.node.core.config import VARIABLE, NodeConfig
from comity.node.core.node import Node
from comity.node.core.randomness import random_bytes
from comity.node.log import audit, key_rotation
from comity.node.messages.officer_ca import signers
from comity.node.messages.officer_certificates import envelope_of
from comity.node.models import Officer
from comity.node.operations.echo_order import EchoRunningError, Order
from comity.node.operations.echo_state import (
    PREFIX,
    ROLES,
    EchoState,
    Signatory,
    ended,
    is_running,
    put_answer,
    read_state,
    state_folder,
    write_state,
)

TYPE: Final = "comity-1.certificate.exercise"
_LIFE: Final = timedelta(days=1)
_MAX_ANSWER_CHARS: Final = 16 * 1024
_RUNNING: Final[dict[Path, subprocess.Popen[bytes]]] = {}
"""Node to the process of its test, whose standard input stays open as long as this process."""

type Passkeys = Mapping[str, Mapping[str, Any]]
"""Officer's identifier to the passkey that signs on the page."""


def role_of(officer: Officer) -> str:
    """Return the role in which an officer signs."""
    return "approver" if officer.role == Officer.Role.APPROVER else "author"


def officer_cas(node: Node) -> dict[str, PublicKey]:
    """Return this office's officer CAs by name: of its entry, and of the list its State gets."""
    return key_rotation.officer_cas(node.config, node.directory)


def to_certify(
    config: NodeConfig, place: tuple[str, str], passkeys: Passkeys
) -> list[tuple[Officer, str]]:
    """Return the certificates that the officer CA is asked to sign for a test request.

    They are for exercises, for a day, and for the page at which the officers will sign.

    Args:
        config: of the node.
        place: origin and RP ID of that page.
        passkeys: of the officers.

    Returns:
        officer and base64url of the certificate's payload.
    """
    found, at = [], now()
    for officer in signers():
        passkey = passkeys.get(officer.identifier)
        if passkey is None or passkey["rp_id"] != place[1]:
            continue
        made = Certificate(
            id=new_id(at, random_bytes(10)),
            party=config.party,
            mode="exercise",
            officer=officer.identifier,
            roles=(role_of(officer),),
            key=PublicKey.from_jwk(passkey["jwk"]),
            not_before=at,
            not_after=at + _LIFE,
            webauthn=RelyingParty(*place),
        )
        found.append((officer, b64(made.payload())))
    return found


def stored_texts() -> list[bytes]:
    """Return the certificates in force of officers who sign, as they are stored."""
    return [found.record for one in signers() if (found := envelope_of(one)) is not None]


def candidates(
    node: Node, place: tuple[str, str], passkeys: Passkeys, texts: Iterable[str | bytes]
) -> dict[str, list[Signatory]]:
    """Return who can sign a test request now, by role and name; both roles are keys.

    Args:
        node: this node.
        place: origin and RP ID of the page at which they sign.
        passkeys: of the officers.
        texts: certificates, untrusted; those that do not fit are left out.
    """
    cas, at = officer_cas(node), now()
    found: dict[str, dict[str, Signatory]] = {role: {} for role in ROLES}
    people = {one.identifier: one for one in signers()}
    for text in texts:
        try:
            envelope, made = _certificate(text, cas)
        except CertificateError:
            continue
        officer, passkey = people.get(made.officer), passkeys.get(made.officer)
        if officer is None or passkey is None or dict(made.key.jwk) != passkey["jwk"]:
            continue
        if made.party != node.party or made.webauthn != RelyingParty(*place):
            continue
        if not made.holds(role=role_of(officer), at=at):
            continue
        found[role_of(officer)][made.officer] = Signatory(
            role=role_of(officer),
            officer=made.officer,
            name=officer.user.get_username(),
            certificate=envelope.value,
            credential=passkey["id"],
            rp_id=place[1],
        )
    by_name = operator.attrgetter("name")
    return {role: sorted(held.values(), key=by_name) for role, held in found.items()}


def choose(
    found: Mapping[str, Sequence[Signatory]], posted: Mapping[str, str]
) -> dict[str, Signatory]:
    """Return the signatories that were chosen by role; the first of a role where none was.

    A role is left out if nobody holds it, or if whoever was chosen cannot sign any more.
    """
    chosen = {}
    for role, people in found.items():
        wanted = posted.get(role)
        fitting = [one for one in people if not wanted or one.officer == wanted]
        if fitting:
            chosen[role] = fitting[0]
    return chosen


def _certificate(text: str | bytes, cas: Mapping[str, PublicKey]) -> tuple[Jws, Certificate]:
    data = text.encode() if isinstance(text, str) else text
    try:
        envelope = jws.parse_value(decode_loose(data, max_bytes=2 * MAX_CERTIFICATE_BYTES))
        jws.verify(envelope, cas, thing="certificate", mode="exercise")
        return envelope, parse_certificate(envelope.payload)
    except PeerError as fault:
        raise CertificateError("no certificate for exercises by an officer CA of ours") from fault


def begin(node: Node, signing: Mapping[str, Signatory], *, by: str) -> None:
    """Begin a test request; `standing` tells how far it has come.

    Args:
        node: this node, whose log gets no entry.
        signing: who signs, author and approver.
        by: user name, for the audit.

    Raises:
        CertificateError: one of the two is missing.
        EchoRunningError: one is under way already.
    """
    folder = node.config.folder
    if set(signing) != set(ROLES):
        raise CertificateError("an author and an approver are needed, each certified")
    if _lives(folder):
        raise EchoRunningError("a test request of this node is under way")
    envelope = jws.parse_value(signing["author"].certificate)
    authority = officer_cas(node)[envelope.signatures[0].kid]
    order = Order(node=folder, party=node.party, officer_ca=authority, signatories=signing)
    with translating("beginning the test request"):
        state_folder(folder).mkdir(mode=0o700, exist_ok=True)
    write_state(folder, EchoState(begun_at=time_text(now())))
    audit.note(at=now(), actor=by, action="echo.begun", subject=node.party)
    _start(folder, order.line())


def _start(folder: Path, line: bytes) -> None:
    with translating("beginning the test request"):
        log = (state_folder(folder) / "echo.log").open("wb")
    with log:
        process = subprocess.Popen(
            [sys.executable, "-m", "comity.echo"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env={name: value for name, value in os.environ.items() if name != VARIABLE},
            start_new_session=True,
        )
    _RUNNING[folder] = process
    if process.stdin is not None:
        process.stdin.write(line)
        process.stdin.flush()
    threading.Thread(target=process.wait, daemon=True).start()  # so that none is left a zombie


def _lives(folder: Path) -> bool:
    process = _RUNNING.get(folder)
    return (process is not None and process.poll() is None) or is_running(folder)


def standing(folder: Path) -> EchoState | None:
    """Return where the last test request of a node stands; one that was killed has failed."""
    state = read_state(folder)
    if state is None or state.outcome or _lives(folder):
        return state
    state = read_state(folder)  # it may have ended between the two looks
    if state is None or state.outcome:
        return state
    place = Path(state.place)
    if state.place and place.parent == Path(tempfile.gettempdir()) and place.name[:12] == PREFIX:
        shutil.rmtree(place, ignore_errors=True)
    state = ended(state, at=time_text(now()), outcome="failed", fault="echo-stopped")
    write_state(folder, state)
    return state


def sign(folder: Path, posted: Mapping[str, str], *, by: str | None) -> None:
    """Hand over what a passkey answered, for what is asked now; anything else changes nothing.

    Args:
        folder: of the node.
        posted: what the page sent, untrusted.
        by: identifier of the officer who is signed in; None in set-up, where nobody is.
    """
    state = standing(folder)
    if state is not None and state.ask and by not in (None, state.ask["officer"]):
        return
    names = ("client_data", "authenticator_data", "signature")
    told = {name: posted.get(name, "")[:_MAX_ANSWER_CHARS] for name in names}
    if state is not None and state.ask and posted.get("challenge") == state.ask["challenge"]:
        put_answer(folder, state.ask["challenge"], told)


def stop(folder: Path) -> None:
    """End the test request that goes on; what it made goes with it."""
    process = _RUNNING.pop(folder, None)
    if process is not None and process.stdin is not None:
        process.stdin.close()
