"""What the exchange asks of whoever knows the parties: keys as of a moment, and policies."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from comity.canonical import Mode
from comity.exchange.types import Floor
from comity.keys import PublicKey
from comity.ledger import Verifier


class Registry(Protocol):
    """The directory as the exchange needs it; `comity.directory.Directory` is one."""

    @property
    def mode(self) -> Mode:
        """Return live or exercise: a registry knows one of them only."""

    def signing_key(self, party: str, kid: str, *, use: str, proved_at: datetime) -> PublicKey:
        """Return the key, or raise a PeerError whose code says why it does not count then.

        Args:
            party: whose key.
            kid: thumbprint the signature names.
            use: what the key must be for.
            proved_at: the signature's proved time (spec 11.3).
        """

    def policy(self, party: str, message_type: str) -> Floor | None:
        """Return the party's approval policy for a type, or None if it states none."""

    def log_verifiers(self, party: str, origin: str) -> Iterable[Verifier]:
        """Return the verifiers of an origin that the party's entry lists; empty if foreign."""
