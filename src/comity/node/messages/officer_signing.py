"""Whether officers of an office can sign; asked of its directory and its register, without Django.

Nothing else says so: a node can be whole in every other part, and still no request leaves it.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from comity.canonical import ComityError, decode
from comity.directory import Directory
from comity.exchange.certificates import MAX_CERTIFICATE_BYTES, Certificate, read_certificate
from comity.keys import jws
from comity.node.core.config import NodeConfig
from comity.node.core.sqlite_files import open_read_only
from comity.node.log.key_rotation import OFFICER_CA

SOON: Final = timedelta(days=30)
"""So long before its end a certificate is to be renewed."""


@dataclass(frozen=True)
class Signing:
    """Whether officers of this office can sign what binds it.

    Attributes:
        listed: whether the directory has an entry of this office.
        authorities: names of the officer CAs that the entry lists and that count now.
        instruments: treaties that the entry names.
        authors: officers with a certificate that counts now, as author.
        approvers: likewise, as approver.
        until: when the first certificate without which they could not ends; None where they
            cannot now.
    """

    listed: bool
    authorities: tuple[str, ...]
    instruments: tuple[str, ...]
    authors: int
    approvers: int
    until: datetime | None

    @property
    def lacking(self) -> str:
        """Return a code of what is missing first; empty: officers can sign."""
        if not self.listed:
            return "own-entry-none"
        if not self.authorities:
            return "officer-ca-none"
        if not self.instruments:
            return "instruments-none"
        if not self.authors or not self.approvers:
            return "officers-few"
        return ""


def signing(
    directory: Directory, party: str, certificates: Iterable[bytes], *, at: datetime
) -> Signing:
    """Return whether officers can sign.

    Args:
        directory: this node's copy.
        party: this office.
        certificates: of the officers in office, each as it is stored.
        at: the moment.
    """
    if not directory.has(party):
        return Signing(
            listed=False, authorities=(), instruments=(), authors=0, approvers=0, until=None
        )
    entry = directory.entry(party)
    ends: dict[str, list[datetime]] = {"author": [], "approver": []}
    for one in _counting(directory, party, certificates, at=at):
        for role in one.roles:
            ends[role].append(one.not_after)
    complete = all(ends.values())
    return Signing(
        listed=True,
        authorities=authorities(directory, party, at=at),
        instruments=tuple(one.name for one in entry.instruments),
        authors=len(ends["author"]),
        approvers=len(ends["approver"]),
        until=min(max(found) for found in ends.values()) if complete else None,
    )


def ends_soon(found: Signing, *, at: datetime) -> bool:
    """Tell whether officers cannot sign any more within a month, unless one is certified anew."""
    return found.until is not None and found.until - at < SOON


def authorities(directory: Directory, party: str, *, at: datetime) -> tuple[str, ...]:
    """Return the names of the officer CAs that this office's entry lists and that count now."""
    if not directory.has(party):
        return ()
    return tuple(
        row.kid
        for row in directory.entry(party).keys
        if row.use == OFFICER_CA and row.status == "active" and row.covers(at)
    )


def certificates_in_file(config: NodeConfig) -> list[bytes] | None:
    """Return the certificates of officers in office, by the file of a node in SQLite.

    None if the register is elsewhere or cannot be read.
    """
    if config.database or not config.database_file.is_file():
        return None
    asked = (
        "SELECT o.certificate FROM node_officer o JOIN auth_user u ON u.id = o.user_id"
        " WHERE u.is_active AND o.certificate IS NOT NULL"
    )
    try:
        with closing(open_read_only(config.database_file)) as held:
            return [bytes(row[0]) for row in held.execute(asked)]
    except sqlite3.Error:
        return None


def _counting(
    directory: Directory, party: str, certificates: Iterable[bytes], *, at: datetime
) -> list[Certificate]:
    found = []
    for data in certificates:
        try:
            envelope = jws.parse_value(decode(data, max_bytes=MAX_CERTIFICATE_BYTES))
            made = read_certificate(envelope, directory, party=party, proved_at=at)
        except ComityError:
            continue  # of an officer CA that does not count any more
        if made.valid(at=at):
            found.append(made)
    return found
