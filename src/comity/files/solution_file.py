"""Whose a solution is, by the trust file that a reader holds."""

from datetime import datetime

from comity.canonical import encode
from comity.directory import Directory, accept_all, parse_trust
from comity.evidence.solution import Solution, SolutionAuthorError, verify_author


def check_author(found: Solution, trust: bytes, *, now: datetime) -> None:
    """Raise unless a solution is its author's, by the records that came with it.

    Args:
        found: as read.
        trust: the trust file, which came by hand.
        now: this moment; the signing key must count now.

    Raises:
        SolutionAuthorError: a record does not stand, or the signature is another's.
        PeerError: by code, why the key does not count.
    """
    records = [encode(value) for value in (*found.states, *found.entries)]
    batch = accept_all(Directory(trust=parse_trust(trust)), records, now=now)
    if batch.refused:
        raise SolutionAuthorError(f"a record in it does not stand: {batch.refused[0].code}")
    verify_author(found.envelope, found.statement, batch.directory, at=now)
