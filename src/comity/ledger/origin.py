"""The name of one party's log in one mode and epoch."""

import re
from dataclasses import dataclass
from typing import Self

from comity.canonical.errors import PeerError
from comity.canonical.names import Mode, parse_mode, parse_party
from comity.ledger.errors import OriginError

_ORIGIN = re.compile(r"comity\.([a-z]+)/([^/\n]+/[^/\n]+)/([1-9][0-9]{0,8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class LogOrigin:
    """Origin ``comity.live/vn/contact-point/1``.

    Attributes:
        mode: live or exercise.
        party: as ``vn/contact-point``.
        epoch: 1 or more; grows when the log cannot honestly go on.

    Raises:
        OriginError: a field that cannot stand in an origin.
    """

    mode: Mode
    party: str
    epoch: int = 1

    def __post_init__(self) -> None:
        """Hold the one rule that text cannot show: the fields are in range."""
        _check(str(self))

    def __str__(self) -> str:
        """Return the origin line, which is the checkpoint's key name too."""
        return f"comity.{self.mode}/{self.party}/{self.epoch}"

    @classmethod
    def parse(cls, text: object) -> Self:
        """Return the origin of a text in its only spelling.

        Raises:
            OriginError: any other text.

        Source: spec/10-log.md.
        """
        mode, party, epoch = _check(text)
        return cls(mode, party, epoch)


def _check(text: object) -> tuple[Mode, str, int]:
    match = _ORIGIN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise OriginError("expected comity.<mode>/<party>/<epoch>")
    try:
        return parse_mode(match[1]), parse_party(match[2]), int(match[3])
    except PeerError as fault:
        raise OriginError("no such mode or party") from fault
