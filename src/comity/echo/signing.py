"""How the test request is signed: by officers' passkeys in a browser, or by keys of a command."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from comity.canonical import ComityError, b64, new_id, unb64
from comity.client.api import Api, NodeRefusedError
from comity.client.approving import LIFE, ShownDraft, sign_draft
from comity.demo.world import Person
from comity.echo.nodes import MODE, Written
from comity.exchange import Certificate, certify, statement
from comity.exchange.approvals import approve_by_passkey, challenge
from comity.exchange.certificates import Assertion
from comity.exchange.errors import WebAuthnError
from comity.keys import PrivateKey, jws
from comity.node.core.clock import now
from comity.node.core.randomness import random_bytes
from comity.node.operations.echo_order import EchoUnsignedError, Order
from comity.node.operations.echo_state import ROLES, take_answer

type Signing = Callable[[Api, ShownDraft, str], None]
"""Signs a draft in a role, in the session of who has it."""

PATIENCE_S: Final = 10 * 60.0
"""How long an officer may take: the key may lie in another room."""
_POLL_S: Final = 0.2
_HEAD_START: Final = timedelta(minutes=5)
_LIFE: Final = timedelta(days=1)


def by_passkeys(order: Order, board: Written) -> Signing:
    """Return what asks each signatory's passkey, and waits for the page to hand its answer over."""

    def sign(session: Api, shown: ShownDraft, role: str) -> None:
        one, refused = order.signatories[role], ""
        envelope = jws.parse_value(one.certificate)
        data = statement(
            shown.draft, mode=MODE, certificate=envelope, role=role, expires_at=now() + LIFE
        )
        until = time.monotonic() + PATIENCE_S
        while True:
            asked = {
                "role": role,
                "officer": one.officer,
                "name": one.name,
                "credential": one.credential,
                "rp_id": one.rp_id,
                "challenge": b64(challenge(data)),
            }
            board.ask(asked, refused)
            told = _answer(order, asked["challenge"], until)
            try:
                parts = ("authenticator_data", "client_data", "signature")
                assertion = Assertion(*(unb64(told.get(name, "")) for name in parts))
                approval = approve_by_passkey(data, assertion, envelope)
                session.post(f"/drafts/{shown.draft.id}/approvals", approval)
            except NodeRefusedError as fault:
                refused = fault.code
            except ComityError:
                refused = WebAuthnError.code
            else:
                return

    return sign


def _answer(order: Order, challenge_: str, until: float) -> dict[str, str]:
    while time.monotonic() < until:
        told = take_answer(order.node)
        if told is not None and told.get("challenge") == challenge_:
            return told
        time.sleep(_POLL_S)
    raise EchoUnsignedError("nobody signed the test request in time")


def by_keys(people: Mapping[str, Person]) -> Signing:
    """Return what signs with keys that the caller holds."""

    def sign(session: Api, shown: ShownDraft, role: str) -> None:
        one = people[role]
        approval = sign_draft(
            shown, key=one.key, certificate=one.certificate, mode=MODE, role=role, now=now()
        )
        session.post(f"/drafts/{shown.draft.id}/approvals", approval)

    return sign


def test_officers(party: str, officer_ca: PrivateKey) -> dict[str, Person]:
    """Return an author and an approver with new keys, certified for a day and for exercises."""
    found = {}
    for role in ROLES:
        key, at = PrivateKey.from_seed(random_bytes(32), alg="Ed25519"), now()
        made = Certificate(
            id=new_id(at, random_bytes(10)),
            party=party,
            mode=MODE,
            officer=f"test-{role}",
            roles=(role,),
            key=key.public,
            not_before=at - _HEAD_START,
            not_after=at + _LIFE,
        )
        found[role] = Person(made.officer, role, key, certify(made, officer_ca))
    return found
