"""The officer-ca of a demonstration or an exercise: certifies passkeys as people make them.

In real life another person does this, on a machine without network; here nobody else is there.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from comity.canonical import new_id
from comity.client.api import Api
from comity.demo.office import Office
from comity.demo.telling import Teller
from comity.demo.world import Place
from comity.exchange import certify
from comity.exchange.certificates import enrolled
from comity.node.core.clock import now_at

HOLDS: Final = timedelta(days=1)
"""Short, since nobody watches over the passkeys of a demonstration."""


def certify_passkeys(office: Office, teller: Teller) -> int:
    """Certify each passkey of the office that waits for it; return how many there were.

    Raises:
        NodeSilentError, NodeRefusedError: the node gave no answer, or another than it should.
    """
    waiting = {"case": office.case, "approver": office.approver}
    return sum(
        certify_passkey(office.place, name, session, teller.say)
        for name, session in waiting.items()
    )


def certify_passkey(
    place: Place, name: str, session: Api, tell: Callable[[str], None], *, holds: timedelta = HOLDS
) -> bool:
    """Certify one person's passkey, if it waits; tell whether it did.

    Args:
        place: whose officer-ca certifies; its node's clock dates the certificate.
        name: of the person, for what is told.
        session: of that person.
        tell: is told of a passkey that was certified.
        holds: how long the certificate holds.

    Raises:
        NodeSilentError, NodeRefusedError: the node gave no answer, or another than it should.
    """
    found = session.get("/me/passkey")
    if found["certified"] or found["wanted"] is None:
        return False
    at = now_at(place.config.clock_file)
    certificate = enrolled(
        found["wanted"],
        certificate_id=new_id(at, os.urandom(10)),
        not_before=at,
        not_after=at + holds,
    )
    envelope = certify(certificate, place.officer_ca)
    session.post(f"/officers/{certificate.officer}/certificate", envelope.value)
    tell(
        f"certified the passkey of {place.party} {name}: "
        "in real life another person does this on a machine without network"
    )
    return True
