"""Giving certificates of training, and what one that somebody shows is worth.

Checking, in this order: 1 form; 2 mode; 3 whose key, and whether it counts; 4 signature; 5 dates;
6 whether it was withdrawn, by a list that is signed likewise. Nothing here says who the person is
that shows it: that is the caller's to compare.

Source: spec/05-keys-and-signatures.md; docs/reference/training.md, "Certificates".
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from comity.canonical import Mode
from comity.keys import PrivateKey, PublicKey
from comity.keys.compact import CompactJws, parse_compact, sign_compact
from comity.training.credential import TrainingCertificate, check_mode, parse_certificate
from comity.training.errors import (
    StatusListError,
    StatusListOldError,
    TrainingExpiredError,
    TrainingRevokedError,
)
from comity.training.status_list import StatusList, parse_status_list

USE: Final = "credential"
type Withdrawn = Literal["no", "unknown"]


class Registry(Protocol):
    """The directory as certificates need it; `comity.directory.Directory` is one."""

    def signing_key(self, party: str, kid: str, *, use: str, proved_at: datetime) -> PublicKey:
        """Return the key, or raise a PeerError whose code says why it does not count then."""


@dataclass(frozen=True)
class Checked:
    """A certificate that holds.

    Attributes:
        certificate: what its authority says.
        withdrawn: ``no`` by a current list; ``unknown`` where none was given.
        listed_at: when that list was made.
    """

    certificate: TrainingCertificate
    withdrawn: Withdrawn
    listed_at: datetime | None


def issue(certificate: TrainingCertificate, key: PrivateKey) -> CompactJws:
    """Return a certificate signed by a key of use ``credential``."""
    return sign_compact(certificate.payload(), key)


def issue_list(status: StatusList, key: PrivateKey) -> CompactJws:
    """Return a list of withdrawn certificates signed by a key of use ``credential``."""
    return sign_compact(status.payload(), key)


def check(
    text: str, registry: Registry, *, mode: Mode, now: datetime, status: str | None = None
) -> Checked:
    """Return what a certificate is worth.

    Args:
        text: compact JWS, untrusted.
        registry: who knows the authority's keys, of the mode that is wanted.
        mode: live or exercise: what is wanted.
        now: our clock, aware UTC. A key that does not count any more makes no certificate good:
            nothing dates the signature.
        status: a list of withdrawn certificates, compact JWS, untrusted; None: it is not known.

    Raises:
        PeerError: by the first step that fails.
    """
    signed = parse_compact(text)
    found = parse_certificate(signed.payload)
    check_mode(found.mode, mode)
    _verify(signed, found.party, registry, now)
    if not found.valid_from <= now <= found.valid_until:
        raise TrainingExpiredError(
            f"it is valid from {found.valid_from:%Y-%m-%d} to {found.valid_until:%Y-%m-%d}"
        )
    if status is None:
        return Checked(found, "unknown", None)
    listed = check_list(status, registry, mode=mode, now=now)
    if (listed.party, listed.number) != (found.party, found.list_number):
        raise StatusListError("the list is of another authority, or another one of its lists")
    if found.index in listed.withdrawn:
        raise TrainingRevokedError("its authority has withdrawn it", id=found.id)
    return Checked(found, "no", listed.valid_from)


def check_list(text: str, registry: Registry, *, mode: Mode, now: datetime) -> StatusList:
    """Return a list of withdrawn certificates that may be relied on now.

    Raises:
        PeerError: by the first step that fails.
    """
    signed = parse_compact(text)
    listed = parse_status_list(signed.payload)
    check_mode(listed.mode, mode)
    _verify(signed, listed.party, registry, now)
    if not listed.valid_from <= now <= listed.valid_until:
        raise StatusListOldError(
            f"it may be relied on from {listed.valid_from:%Y-%m-%d} to"
            f" {listed.valid_until:%Y-%m-%d}; ask its authority for a new one"
        )
    return listed


def _verify(signed: CompactJws, party: str, registry: Registry, now: datetime) -> None:
    signed.verify(registry.signing_key(party, signed.kid, use=USE, proved_at=now))
