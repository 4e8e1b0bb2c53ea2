"""Names of logs, as nodes have them that nobody reaches."""

from comity.canonical import Mode
from comity.ledger import LogOrigin, log_prefix


def origin_of(mode: Mode, party: str, epoch: int = 1) -> str:
    """Return the origin of a party's log."""
    return str(LogOrigin(log_prefix(None, party), mode, party, epoch))
