"""The second signature that follows a message sent with one (spec 9)."""

from datetime import datetime

from comity.canonical import PeerError
from comity.exchange.approvals import Approval
from comity.exchange.bodies import Countersignature
from comity.exchange.message import Message
from comity.exchange.registry import Registry

TYPE = "request.countersigned"


class CountersignatureError(PeerError):
    """A second signature is for no earlier message of its author that still needs one."""

    code = "countersignature-unfit"


def read_countersignature(
    value: Countersignature, later: Message, earlier: Message, registry: Registry, *,
    proved_at: datetime,
) -> Approval:
    """Return the second approval."""
    raise NotImplementedError
