"""What an officer's key signs: read from the node, but checked and computed on this machine.

The node cannot show one text and have another signed: the sections are compared with the
commitments, and the statement is built here from the very members that will be sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from comity.canonical import MisuseError, Mode, PeerError
from comity.client.api import Api
from comity.exchange import Draft, Section, approve, statement
from comity.exchange.bodies import check_body
from comity.exchange.certificates import Certificate, parse_certificate
from comity.exchange.sections import check_sections
from comity.keys import Jws, PrivateKey

LIFE: Final = timedelta(hours=24)


class DraftDiffersError(PeerError, code="draft-differs"):
    """What the node shows is not what would be signed."""


@dataclass(frozen=True)
class ShownDraft:
    """A draft as an officer sees it, checked.

    Attributes:
        draft: what is signed.
        sections: the texts behind its commitments.
    """

    draft: Draft
    sections: dict[str, Section]


def fetch_draft(api: Api, draft_id: str, *, now: datetime) -> ShownDraft:
    """Return a draft from the node once its texts fit what would be signed.

    Raises:
        DraftDiffersError: they do not.
    """
    value = api.get(f"/drafts/{draft_id}")
    try:
        draft, sections = _read(value, now)
    except (PeerError, LookupError, TypeError, AttributeError) as fault:
        raise DraftDiffersError("the node shows no draft") from fault
    if draft.id != draft_id:
        raise DraftDiffersError("the node shows another draft")
    try:
        check_sections(draft.body, sections)
        for name, section in sections.items():
            check_body(name, section.value)
    except PeerError as fault:
        raise DraftDiffersError("the texts shown are not those that would be signed") from fault
    return ShownDraft(draft, sections)


def _read(value: Any, now: datetime) -> tuple[Draft, dict[str, Section]]:
    draft = Draft.from_fields(value["fields"], sent_at=now)
    return draft, {name: Section.from_value(item) for name, item in value["sections"].items()}


def sign_draft(
    shown: ShownDraft,
    *,
    key: PrivateKey,
    certificate: Jws,
    mode: Mode,
    role: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the officer's approval of a draft.

    Args:
        shown: what the officer read.
        key: the officer's.
        certificate: by the party's officer-ca.
        mode: live or exercise.
        role: author or approver.
        now: the officer's clock; the approval holds for a day.

    Raises:
        MisuseError: the certificate is not for this key, party, mode or role.
    """
    read = _fitting(certificate, key=key, party=shown.draft.author, mode=mode)
    if not read.holds(role=role, at=now):
        raise MisuseError(f"the certificate does not allow the role {role} now")
    data = statement(
        shown.draft, mode=mode, certificate=certificate, role=role, expires_at=now + LIFE
    )
    return approve(data, key, certificate, mode=mode)


def _fitting(certificate: Jws, *, key: PrivateKey, party: str, mode: Mode) -> Certificate:
    read = parse_certificate(certificate.payload)
    if read.key.kid != key.kid:
        raise MisuseError("the certificate is for another key")
    if (read.party, read.mode) != (party, mode):
        raise MisuseError("the certificate is of another party or mode")
    return read
