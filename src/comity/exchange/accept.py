"""The decision about an arriving parcel: one function a step, in one fixed order.

The caller has opened the seal (spec 13.1) and does afterwards: look for the message among those
held (a duplicate gets its stored receipt), replay the conversation, record, commit, receipt.
Steps, numbered as below: 1 parse; 2 addressed to us; 3 time; 4 signature; 5 sections; 6 body;
7 approvals.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from comity.canonical import PeerError, shift_time
from comity.exchange.approvals import Approved, check_approvals
from comity.exchange.bodies import Request, check_body
from comity.exchange.editions import KNOWN, Editions
from comity.exchange.errors import (
    BodyMalformedError,
    EditionUnknownError,
    NotForUsError,
    SentAheadError,
    TypeUnknownError,
)
from comity.exchange.message import Draft, Message, parse_message
from comity.exchange.moves import PRIVATE, PRIVATE_PREFIX
from comity.exchange.sections import Parcel, Section, check_sections
from comity.exchange.types import Registry
from comity.exchange.values import Model
from comity.keys import jws

MAX_AHEAD: Final = timedelta(minutes=5)  # spec 6; behind is fine, couriers are slow


@dataclass(frozen=True)
class Verified:
    """A message that is its author's, intact, approved, and for us. Not yet: legal here.

    Attributes:
        message: the message.
        sections: every section it commits to.
        bodies: their checked values.
        approved: the approvals, and whether a second signature is still due.
    """

    message: Message
    sections: Mapping[str, Section]
    bodies: Mapping[str, Model]
    approved: Approved


def verify_message(message: Message, registry: Registry, *, proved_at: datetime) -> None:
    """Raise unless the author's message key signed it and counted at the proved time (step 4)."""
    jws.expect(message.envelope, thing="message", mode=registry.mode)
    author = message.draft.author
    keys = {
        s.kid: registry.signing_key(author, s.kid, use="message", proved_at=proved_at)
        for s in message.envelope.signatures
    }
    jws.verify(message.envelope, keys, thing="message", mode=registry.mode)


def check_bodies(draft: Draft, sections: Mapping[str, Section]) -> dict[str, Model]:
    """Return the checked section values of a type; the required ones must be there (step 6)."""
    listed = draft.move.sections
    missing = [name for name, required in listed.items() if required and name not in draft.body]
    foreign = foreign_sections(draft)
    if foreign:
        faults = [{"type": "extra_forbidden", "loc": (name,)} for name in sorted(foreign)]
        raise BodyMalformedError(f"a section that {draft.type} does not have", faults=faults)
    if missing:
        raise BodyMalformedError(
            f"{draft.type} needs section {missing[0]}",
            missing=missing,
            faults=[{"type": "missing", "loc": (name,)} for name in missing],
        )
    return {
        name: check_body(name, section.value)
        for name, section in sections.items()
        if not _is_private(draft, name)
    }


def foreign_sections(draft: Draft) -> set[str]:
    """Return the sections that a draft's type does not have."""
    return {
        name
        for name in draft.body.keys() - draft.move.sections.keys()
        if not _is_private(draft, name)
    }


def _is_private(draft: Draft, name: str) -> bool:
    """Tell whether a section is of private use: its shape is nobody else's matter."""
    return draft.move is PRIVATE and name.startswith(PRIVATE_PREFIX)


def late_allowed(bodies: Mapping[str, Model]) -> bool:
    """Tell whether the second signature may follow: preservation and emergencies only (spec 9)."""
    request = bodies.get("request")
    return isinstance(request, Request) and (
        request.measure in ("preservation", "emergency") or request.urgency == "emergency"
    )


@dataclass(frozen=True)
class Refused:
    """A message that is its author's, refused for what it says; the receipt names the code.

    Attributes:
        message: the message.
        code: stable error code.
    """

    message: Message
    code: str


def accept(
    parcel: Parcel,
    registry: Registry,
    *,
    us: str,
    received_at: datetime,
    editions: Editions = KNOWN,
) -> Verified | Refused:
    """Return the verified message of a parcel, or its refusal.

    Args:
        parcel: opened, untrusted.
        registry: keys and policies of the parties.
        us: the party we are.
        received_at: our clock, which is also the proved time here (spec 11.3).
        editions: those of the registry that we know.

    Returns:
        Refused only once the signature holds (after step 4): then the author can be answered.

    Raises:
        PeerError: by code, the first of steps 1 to 4 that fails; nobody can be named for it.

    Source: spec 6, 7 and 9.
    """
    message = parse_message(parcel.envelope, editions)  # 1
    draft = message.draft
    if draft.conversation is None and draft.edition not in editions:
        raise EditionUnknownError(
            "this system does not know the edition of the registry that the message pins: open "
            "the conversation by one that its directory entry lists",
            edition=draft.edition,
        )
    if us not in draft.members or draft.author == us:  # 2
        raise NotForUsError("this message is between other parties")
    if draft.sent_at > shift_time(received_at, MAX_AHEAD):  # 3
        raise SentAheadError("sent more than five minutes from now")
    verify_message(message, registry, proved_at=received_at)  # 4
    try:
        return verify_content(message, parcel.sections, registry, proved_at=received_at)  # 5 to 7
    except PeerError as fault:
        return Refused(message, fault.code)


def verify_content(
    message: Message,
    sections: Mapping[str, Section],
    registry: Registry,
    *,
    proved_at: datetime,
) -> Verified:
    """Return the verified message once its sections, body and approvals hold (steps 5 to 7).

    Raises:
        PeerError: by code, the first step that fails.
    """
    draft = message.draft
    check_sections(draft.body, sections)  # 5
    if not draft.known:
        raise TypeUnknownError("a type outside every edition that is known here")
    bodies = check_bodies(draft, sections)  # 6
    approved = check_approvals(  # 7
        message.approvals,
        draft,
        registry,
        proved_at=proved_at,
        late_allowed=late_allowed(bodies),
    )
    return Verified(message, sections, bodies, approved)
