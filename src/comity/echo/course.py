"""The test: a request is signed, sent, acknowledged, answered with evidence, and proved."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from comity.canonical import new_id, parse_digest, time_text
from comity.client.approving import fetch_draft
from comity.demo import court
from comity.demo.ending import not_interrupted
from comity.demo.exhibit import make_exhibit
from comity.demo.office import Office
from comity.demo.world import Person
from comity.echo.nodes import MODE, Board, Nodes, Signatories, Told, Written, two_nodes
from comity.echo.signing import Signing, by_keys, by_passkeys
from comity.evidence import age_keys
from comity.files.key_files import read_signed_offer, write_identity
from comity.files.opening import OpenOrder, open_sealed
from comity.files.sealing import SealOrder, seal
from comity.keys import PublicKey, jws
from comity.node.core.clock import now
from comity.node.operations.echo_order import EchoError, EchoRunningError, Order
from comity.node.operations.echo_state import PREFIX, ROLES, held_test

_BASIS: Final = [{"instrument": "untoc-2000", "article": "18", "status": "in-force"}]
_REFERENCE: Final = "TEST"


def play(nodes: Nodes, folder: Path, sign: Signing, board: Board) -> None:
    """Play the test at two nodes that answer.

    Args:
        nodes: the twin and the echo partner.
        folder: temporary.
        sign: by whom the request is signed.
        board: is told of each step.

    Raises:
        ComityError: a step failed.
    """
    twin, partner = nodes.twin, nodes.partner
    identity = age_keys.generate(os.urandom)
    path = folder / "case-identity.txt"
    write_identity(path, identity, created=time_text(now()))
    draft = twin.case.post("/drafts", _request(partner.party, str(identity.recipient)))["id"]
    for role, session in zip(ROLES, (twin.case, twin.approver), strict=True):
        sign(session, fetch_draft(session, draft, now=now()), role)
    board.did("signed")
    sent = twin.case.post(f"/drafts/{draft}/send")
    request = str(sent["conversation"])
    twin.wait_receipt(request, sent["content"])
    board.did("sent")
    _acknowledge(twin, partner, request)
    board.did("acknowledged")
    bag = _answer(nodes, folder, request, path, age_keys.parse_recipient(str(identity.recipient)))
    board.did("answered")
    _prove(nodes, folder, request, bag)
    board.did("verified")


def _text(words: str) -> dict[str, str]:
    return {"lang": "en", "text": words}


def _request(to: str, recipient: str) -> dict[str, Any]:
    sections = {
        "request": {
            "measure": "stored-data",
            "basis": _BASIS,
            "urgency": "normal",
            "reference": _REFERENCE,
            "confidential": True,
            "links": [],
        },
        "subject": {"description": _text("Test records"), "accounts": [], "period": None},
        "grounds": {
            "offence": _text("None: this is a test"),
            "facts": _text("A node is tried before it is used."),
            "necessity": _text("The answer shows that officers can sign, send and receive."),
        },
        "delivery": {"recipient": recipient},
    }
    return {
        "type": "request.submitted",
        "sections": sections,
        "to": [to],
        "conversation": None,
        "about": None,
    }


def _acknowledge(twin: Office, partner: Office, request: str) -> None:
    partner.wait_message(request, "request.submitted")
    said = {"acknowledgement": {"reference": "ECHO", "note": None}}
    partner.send("request.acknowledged", said, signatures=0, conversation=request)
    twin.wait_message(request, "request.acknowledged")


def _answer(
    nodes: Nodes, folder: Path, request: str, identity: Path, recipient: age_keys.Recipient
) -> Path:
    """Let the partner accept and offer evidence; fetch and open it; return what was opened."""
    twin, partner = nodes.twin, nodes.partner
    decision: dict[str, Any] = {
        "reasons": _text("A test is always answered."),
        "grounds": [],
        "domestic_order": "Test order",
        "review_by": None,
    }
    partner.send("request.accepted", {"decision": decision}, signatures=2, conversation=request)
    sealed, exhibit = folder / "exhibit.age", new_id(now(), os.urandom(10))
    order = SealOrder(
        sources=sorted(make_exhibit(folder, until=now()).iterdir()),
        recipients=[recipient],
        sealed_at=now(),
        mode=MODE,
        conversation=parse_digest(request),
        sender=partner.party,
        receiver=twin.party,
        exhibit=exhibit,
    )
    offer = seal(order, sealed).offer(exhibit=exhibit, description=("en", "Test records"))
    partner.case.upload(request, offer.to_value(), sealed, acquired="Made for a test")
    root = offer.root.hex()
    handed = partner.case.get(f"/packages/{root}/handover", event="offered", reason="Test")
    partner.send("evidence.offered", handed, signatures=1, conversation=request)
    twin.wait_for("the package", lambda: _stored(twin, request))
    copy, bag = folder / "received.age", folder / "opened"
    twin.case.download(root, copy)
    signed = twin.case.fetch(f"/packages/{root}/offer")
    offered, binding = read_signed_offer(signed, nodes.world.trust, now=now())
    keys = age_keys.parse_key_file(identity.read_bytes())
    open_sealed(OpenOrder(identities=keys, offer=offered, binding=binding), copy, bag)
    return bag


def _stored(office: Office, request: str) -> Any:
    rows = office.case.whole("/packages", "packages", conversation=request)["packages"]
    return next((row for row in rows if row["stage"] == "stored"), None)


def _prove(nodes: Nodes, folder: Path, request: str, bag: Path) -> None:
    """Write the court bundle and have the verifier judge it, as a court would.

    Raises:
        EchoError: the verdict is another than intact.
    """
    twin, trust = nodes.twin, folder / "trust.json"
    trust.write_bytes(nodes.world.trust)

    def receipted() -> bool:
        rows = twin.conversation(request)["timeline"]
        return all(row["receipts"] for row in rows if row["outgoing"])

    twin.wait_for("all receipts", receipted)
    case = twin.conversation(request)["case"]
    court.write_bundle(twin.place.config.folder, case, folder / "bundle", bag)
    status, report = court.verdict(folder / "bundle", trust)
    if status:
        raise EchoError(f"the court bundle is not intact: verify ended {status}, {report}"[:300])


# A test from its first node to its last line; whatever ends it, nothing is left.


def run_for_pages(order: Order) -> None:
    """Run the test of an order, and write how far it is where the node's pages read it.

    Raises:
        EchoRunningError: another test of this node is under way.
        ComityError: a step failed; the state says which.
    """
    with _alone(order.node) as folder:
        board = Written(order.node, folder)
        certificates = {
            role: (one.officer, jws.parse_value(one.certificate))
            for role, one in order.signatories.items()
        }
        signatories = Signatories(order.party, order.officer_ca, certificates)
        try:
            _run(folder, signatories, by_passkeys(order, board), board)
        except BaseException as fault:  # a signal that stops it, too
            board.end("failed", getattr(fault, "code", "echo-stopped"))
            raise
        board.end("answered")


def run_by_keys(
    node: Path,
    party: str,
    officer_ca: PublicKey,
    people: Mapping[str, Person],
    tell: Callable[[str], None],
) -> None:
    """Run the test with officers' keys that are at hand; tell each step.

    Raises:
        EchoRunningError: another test of this node is under way.
        ComityError: a step failed.
    """
    certificates = {role: (one.identifier, one.certificate) for role, one in people.items()}
    with _alone(node) as folder:
        signatories = Signatories(party, officer_ca, certificates)
        _run(folder, signatories, by_keys(people), Told(tell))


@contextlib.contextmanager
def _alone(node: Path) -> Iterator[Path]:
    with held_test(node) as free:
        if not free:
            raise EchoRunningError("a test request of this node is under way")
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            yield folder
        finally:
            with not_interrupted():
                shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, signatories: Signatories, sign: Signing, board: Board) -> None:
    with two_nodes(folder, signatories) as nodes:
        board.did("nodes")
        play(nodes, folder, sign, board)
