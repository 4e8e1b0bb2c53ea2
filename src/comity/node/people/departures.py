"""Who has left this office signs nothing more here, and what they signed unsent counts no longer.

Two acts say that somebody leaves: the account is closed, or certificate and passkey are removed.
Each ends, in its own transaction, the person's signatures on drafts that were not sent. What was
sent stays as it is: the person was in office when it went.

A certificate that was removed is valid until its date at every partner, and the person may still
have file and key. So the removal is kept by officer and by key, and this node takes no certificate
of either that is not issued after it.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Final

from django.db.models import Max, Q, QuerySet

from comity.canonical import MisuseError, PeerError, decode, time_text
from comity.exchange.certificates import MAX_CERTIFICATE_BYTES, Certificate, parse_certificate
from comity.keys import PublicKey, jws
from comity.node.core.http_errors import Forbidden
from comity.node.core.signals import work_changed
from comity.node.log import audit
from comity.node.models import (
    DepartedApproval,
    DraftApproval,
    DraftRow,
    Officer,
    RemovedCertificate,
)

REMOVED: Final = "certificate.removed"
"""Word of the audit; its subject is the officer's identifier, and once more each key's name."""
ENDED: Final = "draft.approval-departed"
"""Word of the audit: a signature on a draft that was not sent ended because its officer left."""


class CertificateRemovedError(Forbidden, MisuseError, code="certificate-removed"):
    """A certificate was removed at this office when its officer left, or its key was."""


class SignerLeftError(Forbidden, MisuseError, code="signer-left"):
    """The account of the officer who signed is closed."""


def check_certificate(certificate: Certificate) -> None:
    """Check that this office has not removed a certificate, nor another one of officer or key.

    Raises:
        CertificateRemovedError: it has, and this one was not issued after that.
    """
    names = (certificate.officer, certificate.key.kid)
    newest = RemovedCertificate.objects.filter(name__in=names).aggregate(at=Max("at"))["at"]
    if newest is not None and certificate.not_before <= newest:
        raise CertificateRemovedError(
            f"the certificate or its key was removed at this office at {time_text(newest)}: "
            "another officer signs, or the officer CA certifies the officer again"
        )


def check_signer(certificate: Certificate) -> None:
    """Check that the officer of a certificate may sign here; inside the caller's transaction.

    Raises:
        SignerLeftError: the officer's account is closed.
        CertificateRemovedError: the certificate was removed.
    """
    # waits for an act by which the officer leaves, so that it sees this signature or is seen here
    held = Officer.objects.select_for_update().filter(identifier=certificate.officer).first()
    if held is not None and not held.user.is_active:
        raise SignerLeftError(
            "the account of the officer who signed is closed: another officer signs"
        )
    check_certificate(certificate)


def remove_certificate(officer: Officer, *, at: datetime, by: str) -> None:
    """Take certificate and passkey of somebody away; inside the caller's transaction."""
    held = Officer.objects.select_for_update().get(pk=officer.pk)
    keys = _keys(held)
    Officer.objects.filter(pk=officer.pk).update(certificate=None, passkey=None)
    for name in (held.identifier, *keys):
        told = {"officer": held.identifier, "at": at}
        RemovedCertificate.objects.update_or_create(name=name, defaults=told)
        audit.note(at=at, actor=by, action=REMOVED, subject=name, detail=held.identifier)
    _end(unsent(held.identifier, keys), at=at, by=by)


def end_signatures(officer: Officer, *, at: datetime, by: str) -> None:
    """End what somebody signed on drafts that were not sent; inside the caller's transaction."""
    Officer.objects.select_for_update().get(pk=officer.pk)
    _end(unsent(officer.identifier), at=at, by=by)


def unsent(identifier: str, keys: Collection[str] = ()) -> QuerySet[DraftApproval]:
    """Return the signatures of an officer, or by keys, on drafts that were not sent."""
    rows = DraftApproval.objects.filter(Q(officer=identifier) | Q(kid__in=keys))
    return rows.exclude(draft__stage=DraftRow.Stage.QUEUED).order_by("pk")


def ended_on(draft: DraftRow) -> list[DepartedApproval]:
    """Return the signatures on the text of a draft that ended because their officers left.

    None are told of a draft that was sent: it went by the signatures that stand in it.
    """
    if draft.stage == DraftRow.Stage.QUEUED:
        return []
    return [one for one in draft.departed.all() if one.version == draft.version]


def _end(rows: QuerySet[DraftApproval], *, at: datetime, by: str) -> None:
    found = list(rows.select_related("draft"))
    for one in found:
        version = one.draft.version
        DepartedApproval.objects.create(
            draft=one.draft, officer=one.officer, version=version, at=at
        )
        one.delete()
        audit.note(at=at, actor=by, action=ENDED, subject=one.draft_id, detail=one.officer)
    if found:
        work_changed.send(None, drafts=sorted({one.draft_id for one in found}))


def _keys(officer: Officer) -> list[str]:
    """Return the names of the keys that somebody signs with: the certified one, and a passkey."""
    found = set()
    with suppress(PeerError):  # what cannot be read certifies nothing
        stored = decode(bytes(officer.certificate or b""), max_bytes=2 * MAX_CERTIFICATE_BYTES)
        found.add(parse_certificate(jws.parse_value(stored).payload).key.kid)
    with suppress(PeerError):  # a kind of passkey that nothing was ever certified for
        found.add(PublicKey.from_jwk((officer.passkey or {}).get("jwk")).kid)
    return sorted(found)
