"""What the exporter signs about a bundle: ``data/bundle.json``.

Source: spec/16-bundles.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.bundle.errors import BundleStatementError
from comity.bundle.layout import KIB, MIB
from comity.canonical import (
    PROTOCOL,
    Mode,
    PeerError,
    decode,
    encode,
    members,
    parse_digest,
    parse_id,
    parse_mode,
    parse_party,
    parse_time,
    time_text,
)
from comity.evidence.custody import CustodyError, parse_head
from comity.evidence.custody import Head as CustodyHead
from comity.exchange import Seen
from comity.keys import Jws, PrivateKey, jws

MAX_BYTES: Final = 256 * MIB
MAX_REASON_CHARS: Final = 4 * KIB
MAX_DECISION_CHARS: Final = KIB
_MEMBERS: Final[dict[str, type | tuple[type, ...]]] = {
    "conversations": list,
    "custody": dict,
    "exported_at": str,
    "exporter": str,
    "files": dict,
    "mode": str,
    "protocol": str,
    "state": dict,
    "withheld": list,
}

_WITHHELD: Final[dict[str, type | tuple[type, ...]]] = {
    "decision": (str, type(None)),
    "path": str,
    "reason": str,
}


@dataclass(frozen=True)
class Withheld:
    """Why something is not there on purpose.

    Attributes:
        reason: in a sentence.
        decision: authority, date and number of the decision to withhold it, or None where nobody
            decided: it has not come, or is not held.
    """

    reason: str
    decision: str | None = None

    def __str__(self) -> str:
        """Return one line for people."""
        return self.reason if self.decision is None else f"{self.reason} (by {self.decision})"

    def value(self) -> dict[str, Any]:
        """Return the JSON value, but for the path."""
        return {"decision": self.decision, "reason": self.reason}

    def facts(self) -> dict[str, str | int]:
        """Return what a claim tells of it; no decision is empty."""
        return {"decision": self.decision or "", "reason": self.reason}


@dataclass(frozen=True)
class Told:
    """A conversation as the exporter has it: members, and the head of each member's chain."""

    conversation: str
    members: tuple[str, ...]
    heads: Mapping[str, Seen]

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        heads = {
            party: {"content": head.content, "sequence": head.sequence}
            for party, head in self.heads.items()
        }
        return {"conversation": self.conversation, "heads": heads, "members": list(self.members)}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Everything the exporter claims about a bundle.

    Attributes:
        mode: live or exercise.
        exporter: party.
        exported_at: the exporter's clock.
        conversations: those of the case.
        state: conversation -> its state as JSON.
        custody: exhibit -> head of its chain.
        files: path -> digest text of the plain SHA-256, all but itself and the BagIt files.
        withheld: path of what is not there -> why.
    """

    mode: Mode
    exporter: str
    exported_at: datetime
    conversations: tuple[Told, ...]
    state: Mapping[str, Any]
    custody: Mapping[str, CustodyHead]
    files: Mapping[str, str]
    withheld: Mapping[str, Withheld]

    def payload(self) -> bytes:
        """Return the canonical bytes that are signed."""
        return encode(
            {
                "conversations": [told.value() for told in self.conversations],
                "custody": {exhibit: head.to_value() for exhibit, head in self.custody.items()},
                "exported_at": time_text(self.exported_at),
                "exporter": self.exporter,
                "files": dict(self.files),
                "mode": self.mode,
                "protocol": PROTOCOL,
                "state": dict(self.state),
                "withheld": [
                    {"path": path, **self.withheld[path].value()} for path in sorted(self.withheld)
                ],
            }
        )


def sign_statement(statement: Statement, key: PrivateKey) -> Jws:
    """Return the statement signed by the exporter's key of use ``export``."""
    return jws.sign(statement.payload(), [key], thing="bundle", mode=statement.mode)


def parse_statement(data: bytes) -> tuple[Statement, Jws]:
    """Return the statement of untrusted bytes, shape only.

    Raises:
        PeerError: no JWS, or no statement.
    """
    envelope = jws.parse(data, max_bytes=MAX_BYTES)
    fields = members(decode(envelope.payload, max_bytes=MAX_BYTES), _MEMBERS)
    if fields["protocol"] != PROTOCOL or len(envelope.signatures) != 1:
        raise BundleStatementError("another protocol, or not exactly one signature")
    try:
        statement = _statement(fields)
    except (BundleStatementError, CustodyError):
        raise
    except PeerError as fault:
        raise BundleStatementError(f"malformed within: {fault.code}") from fault
    if statement.payload() != envelope.payload:
        raise BundleStatementError("the same thing stands there twice, or out of order")
    return statement, envelope


def _statement(fields: dict[str, Any]) -> Statement:
    for value in fields["files"].values():
        parse_digest(value)
    conversations = tuple(_told(value) for value in fields["conversations"])
    known = {told.conversation for told in conversations}
    if len(known) != len(conversations) or known != fields["state"].keys():
        raise BundleStatementError("each conversation is told once, with one state")
    return Statement(
        mode=parse_mode(fields["mode"]),
        exporter=parse_party(fields["exporter"]),
        exported_at=parse_time(fields["exported_at"]),
        conversations=conversations,
        state=fields["state"],
        custody={
            parse_id(exhibit): parse_head(head) for exhibit, head in fields["custody"].items()
        },
        files=fields["files"],
        withheld=dict(_withheld(item) for item in fields["withheld"]),
    )


def _withheld(value: object) -> tuple[str, Withheld]:
    fields = members(value, _WITHHELD)
    reason, decision = fields["reason"], fields["decision"]
    if not 0 < len(reason) <= MAX_REASON_CHARS:
        raise BundleStatementError("what is withheld has a reason")
    if decision is not None and not 0 < len(decision) <= MAX_DECISION_CHARS:
        raise BundleStatementError("a decision names authority, date and number")
    return fields["path"], Withheld(reason, decision)


def _told(value: object) -> Told:
    fields = members(value, {"conversation": str, "heads": dict, "members": list})
    parse_digest(fields["conversation"])
    return Told(
        fields["conversation"],
        tuple(parse_party(item) for item in fields["members"]),
        {parse_party(party): _head(head) for party, head in fields["heads"].items()},
    )


def _head(value: object) -> Seen:
    fields = members(value, {"content": str, "sequence": int})
    parse_digest(fields["content"])
    if fields["sequence"] < 1:
        raise BundleStatementError("a head counts from 1")
    return Seen(fields["sequence"], fields["content"])
