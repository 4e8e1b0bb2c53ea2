"""Approvals: whose officers decided, each bound to that very message (spec 9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.stranger.directory import Directory
from tests.stranger.editions import Editions, type_of
from tests.stranger.message import Message
from tests.stranger.passkeys import check_assertion
from tests.stranger.suites import (
    Envelope,
    Public,
    Signer,
    parse_jws,
    public_of,
    sign_jws,
    verify_jws,
)
from tests.stranger.tables import fits, schema
from tests.stranger.values import (
    decode,
    demand,
    digest_text,
    encode,
    members,
    refuse,
    time_of,
    time_text,
    unb64,
)

CERTIFICATE = "id key mode not_after not_before officer party protocol roles webauthn"
SIGNED = "approval certificate kind"
PASSKEY = "authenticator_data certificate client_data kind signature statement"
STATEMENT = (
    "about body certificate conversation decided_on edition expires_at from id instrument members "
    "mode protocol purpose role type"
)


@dataclass(frozen=True)
class Officer:
    """A person of this party, with a key and its certificate."""

    key: Signer
    certificate: Envelope


def certify(
    party: str,
    mode: str,
    *,
    officer: str,
    role: str,
    key: Signer,
    by: Signer,
    window: list[str],
    id: str,
) -> Officer:
    """Certify an officer's key."""
    value = {
        "id": id,
        "key": key.public.jwk,
        "mode": mode,
        "not_after": window[1],
        "not_before": window[0],
        "officer": officer,
        "party": party,
        "protocol": "comity/1",
        "roles": [role],
        "webauthn": None,
    }
    return Officer(key, sign_jws(encode(value), thing="certificate", mode=mode, keys=[by]))


def expected(payload: dict[str, Any], mode: str) -> dict[str, Any]:
    """Return the members of a statement that the message decides."""
    same = (
        "about", "conversation", "edition", "from", "id", "instrument", "members", "protocol",
        "type",
    )  # fmt: skip
    return {
        **{name: payload[name] for name in same},
        "body": digest_text("body", encode(payload["body"])),
        "decided_on": digest_text("seen", encode(payload["seen"])),
        "mode": mode,
        "purpose": "approve-message",
    }


def approve(payload: dict[str, Any], mode: str, officer: Officer, role: str, now: datetime) -> Any:
    """Return an officer's approval of a message that is not signed yet."""
    statement = {
        **expected(payload, mode),
        "certificate": officer.certificate.record,
        "expires_at": time_text(now + timedelta(hours=8)),
        "role": role,
    }
    signed = sign_jws(encode(statement), thing="approval", mode=mode, keys=[officer.key])
    return {"approval": signed.value, "certificate": officer.certificate.value, "kind": "jws"}


@dataclass(frozen=True)
class Given:
    """A good approval."""

    role: str
    officer: str
    kid: str


def read_approval(
    item: Any, payload: dict[str, Any], directory: Directory, *, sent_at: datetime, at: datetime
) -> Given:
    """Check one approval, of an officer's key or of a passkey."""
    passkey = isinstance(item, dict) and item.get("kind") == "webauthn"
    members(item, PASSKEY if passkey else SIGNED)
    demand(item["kind"] in {"jws", "webauthn"}, "member-malformed")
    certificate = parse_jws(item["certificate"])
    said = members(decode(certificate.payload), CERTIFICATE)
    demand(fits(said, rule := schema("certificate"), rule), "member-malformed", "certificate")
    key = public_of(said["key"])
    fit = said["party"] == payload["from"] and said["mode"] == directory.mode
    demand(fit, "certificate-unfit", "of another party or mode")
    signer = directory.signer(said["party"], use="officer-ca", at=at)
    verify_jws(certificate, thing="certificate", mode=directory.mode, find=signer)
    demand((said["webauthn"] is not None) == passkey, "certificate-unfit", "another kind of key")
    demand(not directory.is_node_key(key.kid), "certificate-unfit", "a key of a node")
    approval = None if passkey else parse_jws(item["approval"])
    told = unb64(item["statement"]) if approval is None else approval.payload
    statement = members(decode(told), STATEMENT, "approval-detached")
    wanted = expected(payload, directory.mode) | {"certificate": certificate.record}
    own = {name: statement[name] for name in wanted}
    demand(own == wanted and isinstance(statement["role"], str), "approval-detached")
    until = time_of(statement["expires_at"])
    demand(statement["role"] in said["roles"], "certificate-unfit", "not in this role")
    holds = time_of(said["not_before"]) <= sent_at <= time_of(said["not_after"])
    demand(holds and sent_at <= until, "approval-expired")

    def certified(kid: str) -> Public | None:
        return key if kid == key.kid else None

    if approval is None:
        check_assertion(item, key, said["webauthn"])
    else:
        verify_jws(approval, thing="approval", mode=directory.mode, find=certified)
    return Given(statement["role"], said["officer"], key.kid)


def check_approvals(
    payload: dict[str, Any],
    directory: Directory,
    *,
    at: datetime,
    late_allowed: bool,
    known: Editions | None = None,
) -> int | None:
    """Check all approvals of a message; return the hours within which a second is due."""
    sent_at = time_of(payload["sent_at"])
    given = [
        read_approval(item, payload, directory, sent_at=sent_at, at=at)
        for item in payload["approvals"]
    ]
    alone = len({g.officer for g in given}) == len({g.kid for g in given}) == len(given)
    demand(alone, "approval-same-officer")
    row = type_of(payload, known)
    demand(row is not None, "type-unknown")
    assert row is not None
    policy = directory.policies.get(payload["from"], {}).get(payload["type"])
    policy = policy or {"author": 0, "approver": 0, "late_hours": row.late_hours}
    author, approver = max(row.author, policy["author"]), max(row.approver, policy["approver"])
    authors = sum(g.role == "author" for g in given)
    approvers = sum(g.role == "approver" for g in given)
    demand(authors >= author, "approvals-missing")
    if approvers >= approver:
        return None
    late = row.late_hours and policy["late_hours"]
    if not (late and late_allowed):
        refuse("approvals-missing")
    return min(int(row.late_hours or 0), int(policy["late_hours"]))


def read_countersignature(
    section: Any, earlier: Message, later: dict[str, Any], directory: Directory, *, at: datetime
) -> Given:
    """Check the second signature that a later message's payload brings for an earlier message."""
    fit = (
        later["type"] == "request.countersigned",
        later["about"] == earlier.envelope.content,
        later["from"] == earlier.author,
        later["conversation"] == earlier.conversation,
        (row := type_of(earlier.value)) is not None and row.late_hours is not None,
    )
    demand(all(fit), "countersignature-unfit", str(fit))
    item = members(section, "approval")["approval"]
    sent_at = time_of(later["sent_at"])
    given = read_approval(item, earlier.value, directory, sent_at=sent_at, at=at)
    demand(given.role == "approver", "countersignature-unfit")
    for before in earlier.value["approvals"]:
        said = decode(parse_jws(before["certificate"]).payload)
        same = said["officer"] == given.officer or public_of(said["key"]).kid == given.kid
        demand(not same, "approval-same-officer")
    return given
