"""A small directory held in memory: real keys, real rules, no files."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from comity.canonical import Mode, PeerError
from comity.exchange import Floor
from comity.keys import PublicKey
from comity.ledger import Verifier


class StrangerError(PeerError, code="key-unknown"):
    """The party has no such key."""


class OtherUseError(PeerError, code="key-use"):
    """The key is for something else."""


class RevokedError(PeerError, code="key-revoked"):
    """The key did not count any more at the proved time."""


@dataclass(frozen=True)
class Row:
    """One key of a party's entry."""

    key: PublicKey
    use: str
    invalid_from: datetime | None = None


@dataclass
class MemoryRegistry:
    """`comity.exchange.Registry` over dictionaries."""

    mode: Mode
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    policies: dict[tuple[str, str], Floor] = field(default_factory=dict)
    logs: dict[tuple[str, str], tuple[Verifier, ...]] = field(default_factory=dict)

    def add(
        self, party: str, key: PublicKey, use: str, *, invalid_from: datetime | None = None
    ) -> None:
        """List a key of a party."""
        self.rows[party, key.kid] = Row(key, use, invalid_from)

    def signing_key(self, party: str, kid: str, *, use: str, proved_at: datetime) -> PublicKey:
        row = self.rows.get((party, kid))
        if row is None:
            raise StrangerError
        if row.use != use:
            raise OtherUseError
        if row.invalid_from is not None and proved_at >= row.invalid_from:
            raise RevokedError
        return row.key

    def policy(self, party: str, message_type: str) -> Floor | None:
        return self.policies.get((party, message_type))

    def log_verifiers(self, party: str, origin: str) -> Iterable[Verifier]:
        return self.logs.get((party, origin), ())
