"""What a test of the echo partner is asked to do, and how it can fail."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from comity.canonical import MisuseError, OperationError, parse_party
from comity.keys import PublicKey
from comity.node.operations.echo_state import Signatory


class EchoError(OperationError, code="echo"):
    """The test request could not be answered; says why."""


class EchoPortsError(OperationError, code="echo-ports"):
    """This machine gives no port on loopback, or nothing is reached there."""


class EchoUnsignedError(OperationError, code="echo-unsigned"):
    """No officer signed the test request in time."""


class EchoRunningError(OperationError, code="echo-running"):
    """A test request of this node is under way already."""


class EchoOrderError(MisuseError, code="echo-order"):
    """What a test request is asked to do cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """A test request.

    Attributes:
        node: folder of the node, where progress is written.
        party: of the node.
        officer_ca: the officer CA that certified the signatories.
        signatories: by role; empty: by keys that the caller has.
    """

    node: Path
    party: str
    officer_ca: PublicKey
    signatories: Mapping[str, Signatory]

    def line(self) -> bytes:
        """Return it as one line, for the process of the test."""
        told = {
            "node": str(self.node),
            "party": self.party,
            "officer_ca": dict(self.officer_ca.jwk),
            "signatories": {role: asdict(one) for role, one in self.signatories.items()},
        }
        return json.dumps(told).encode() + b"\n"


def read_order(line: bytes) -> Order:
    """Return the order of a line.

    Raises:
        EchoOrderError: it is none.
    """
    try:
        told: dict[str, Any] = json.loads(line)
        return Order(
            node=Path(told["node"]),
            party=parse_party(told["party"]),
            officer_ca=PublicKey.from_jwk(told["officer_ca"]),
            signatories={role: Signatory(**one) for role, one in told["signatories"].items()},
        )
    except (ValueError, TypeError, LookupError, AttributeError) as fault:
        raise EchoOrderError("no order of a test request") from fault
