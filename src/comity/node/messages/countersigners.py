"""Who of this office can sign as approver now, by name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from comity.canonical import ComityError
from comity.node.core.node import Node
from comity.node.messages.officer_certificates import counting_certificate
from comity.node.messages.send_second_signature import may_countersign
from comity.node.models import Officer
from comity.node.people.access.visible_cases import circle_of

APPROVER: Final = "approver"
NAMED: Final = 3
"""How many are named at most."""


def countersigners(
    node: Node, case: str, *, at: datetime, on_duty: Sequence[str] = ()
) -> list[str]:
    """Return the names of approvers in office whose certified key counts, at most three.

    Args:
        node: this node.
        case: number of the case that they have to see, or empty.
        at: this moment.
        on_duty: identifiers of officers on duty, who come first, in this order.
    """
    rows = Officer.objects.filter(
        role=Officer.Role.APPROVER, user__is_active=True, certificate__isnull=False
    ).select_related("user")
    places = {identifier: place for place, identifier in enumerate(on_duty)}
    ordered = sorted(
        rows, key=lambda one: (places.get(one.identifier, len(places)), one.user.get_username())
    )
    found: list[str] = []
    for one in ordered:
        sees = not case or circle_of(one, at=at).sees(case)
        if sees and may_countersign(one) and _certified(node, one, at=at):
            found.append(one.user.get_username())
        if len(found) == NAMED:
            break
    return found


def _certified(node: Node, officer: Officer, *, at: datetime) -> bool:
    try:
        certificate = counting_certificate(node, officer, at=at)
    except ComityError:  # its own page says so
        return False
    return certificate is not None and APPROVER in certificate.roles
