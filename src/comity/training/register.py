"""Which places of a list an authority has given, and which certificates it withdrew: no names."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from comity.canonical import (
    PROTOCOL,
    MisuseError,
    Mode,
    decode,
    encode,
    members,
    parse_id,
    parse_mode,
    parse_party,
    parse_time,
    time_text,
)
from comity.training.credential import LIST_BITS, TrainingCertificate
from comity.training.errors import TrainingCertificateError

MAX_REGISTER_BYTES: Final = 64 * 1024 * 1024
MAX_REASON: Final = 500
_MOST: Final = LIST_BITS // 2
"""So that a free place is found in a few tries; then another list begins."""


class RegisterFullError(MisuseError, code="training-register-full"):
    """A list of withdrawn certificates has no place left; begin the next one."""


class CertificateUnknownError(MisuseError, code="training-certificate-unknown"):
    """The authority's own register has no certificate of that id, or it was withdrawn already."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A certificate that was given.

    Attributes:
        withdrawn_at, reason: once it was withdrawn, else None.
    """

    id: str
    index: int
    course: str
    version: int
    function: str
    valid_until: datetime
    withdrawn_at: datetime | None = None
    reason: str | None = None

    def value(self) -> dict[str, Any]:
        """Return the row as JSON."""
        at = self.withdrawn_at
        return {
            "course": self.course,
            "function": self.function,
            "id": self.id,
            "index": self.index,
            "reason": self.reason,
            "valid_until": time_text(self.valid_until),
            "version": self.version,
            "withdrawn_at": None if at is None else time_text(at),
        }


@dataclass(frozen=True, kw_only=True)
class Register:
    """An authority's register of one list."""

    mode: Mode
    party: str
    number: int = 1
    rows: tuple[Row, ...] = ()

    def encode(self) -> bytes:
        """Return the register as a file."""
        return encode(
            {
                "certificates": [row.value() for row in self.rows],
                "list": self.number,
                "mode": self.mode,
                "party": self.party,
                "protocol": PROTOCOL,
            }
        )

    @property
    def withdrawn(self) -> frozenset[int]:
        """Places whose certificates do not count any more."""
        return frozenset(row.index for row in self.rows if row.withdrawn_at is not None)

    def free(self, draw: Callable[[int], int]) -> int:
        """Return a place that nobody has, drawn so that it does not tell who came first.

        Args:
            draw: returns a random number below its argument.

        Raises:
            RegisterFullError: half of the places are given.
        """
        given = {row.index for row in self.rows}
        if len(given) >= _MOST:
            raise RegisterFullError(f"list {self.number} has given {len(given)} places")
        while (index := draw(LIST_BITS)) in given:
            pass
        return index

    def with_given(self, certificate: TrainingCertificate) -> "Register":
        """Return the register with a certificate of its authority and list in it.

        Raises:
            MisuseError: of another authority, mode or list, or a place or id that is taken.
        """
        owner = (certificate.mode, certificate.party, certificate.list_number)
        if owner != (self.mode, self.party, self.number):
            raise MisuseError("the register is of another authority, mode or list")
        if any(certificate.index == row.index or certificate.id == row.id for row in self.rows):
            raise MisuseError("the register has that place or id already")
        row = Row(
            id=certificate.id,
            index=certificate.index,
            course=certificate.course,
            version=certificate.version,
            function=certificate.function,
            valid_until=certificate.valid_until,
        )
        return replace(self, rows=(*self.rows, row))

    def with_withdrawn(self, identifier: str, *, reason: str, at: datetime) -> "Register":
        """Return the register with a certificate withdrawn.

        Raises:
            CertificateUnknownError: none of that id stands.
            MisuseError: no reason, or one that is too long.
        """
        if not reason.strip() or len(reason) > MAX_REASON:
            raise MisuseError(f"a reason has 1 to {MAX_REASON} characters")
        rows = list(self.rows)
        for at_row, row in enumerate(rows):
            if row.id == identifier and row.withdrawn_at is None:
                rows[at_row] = replace(row, withdrawn_at=at, reason=reason.strip())
                return replace(self, rows=tuple(rows))
        raise CertificateUnknownError("no certificate of that id stands in the register")


def parse_register(data: bytes) -> Register:
    """Return the register of a file.

    Raises:
        PeerError: it is none.
    """
    fields = members(
        decode(data, max_bytes=MAX_REGISTER_BYTES),
        {"certificates": list, "list": int, "mode": str, "party": str, "protocol": str},
    )
    if fields["protocol"] != PROTOCOL or not 1 <= fields["list"] < 100_000:
        raise TrainingCertificateError("no register of certificates")
    rows = tuple(map(_row, fields["certificates"]))
    if len({row.index for row in rows}) != len(rows) or len({row.id for row in rows}) != len(rows):
        raise TrainingCertificateError("a place or an id stands twice")
    return Register(
        mode=parse_mode(fields["mode"]),
        party=parse_party(fields["party"]),
        number=fields["list"],
        rows=rows,
    )


def _row(value: object) -> Row:
    fields = members(
        value,
        {
            "course": str,
            "function": str,
            "id": str,
            "index": int,
            "reason": (str, type(None)),
            "valid_until": str,
            "version": int,
            "withdrawn_at": (str, type(None)),
        },
    )
    at = fields["withdrawn_at"]
    if not 0 <= fields["index"] < LIST_BITS or (at is None) != (fields["reason"] is None):
        raise TrainingCertificateError("a row's place is outside the list, or its reason lacks")
    return Row(
        id=parse_id(fields["id"]),
        index=fields["index"],
        course=fields["course"],
        version=fields["version"],
        function=fields["function"],
        valid_until=parse_time(fields["valid_until"]),
        withdrawn_at=None if at is None else parse_time(at),
        reason=fields["reason"],
    )
