"""A recovery identity split into shares: enough of them give it back, fewer tell nothing.

Each byte of the secret is the constant of a random polynomial over GF(256); a share holds the
polynomials' values at its index. The text of a share is bech32, which finds every four mistyped
letters, and names its set by a digest of the recipient, so that a wrong result cannot pass.

Tables are looked up by secret bytes: shares belong on a machine that runs nothing else.

Source: Shamir, "How to share a secret", CACM 22 (1979); FIPS 197 section 4.2 (the field);
docs/reference/recovery-shares.md.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.canonical import digest, equal
from comity.canonical.errors import MisuseError, PeerError
from comity.evidence.age_keys import HybridIdentity, Identity, Random, X25519Identity
from comity.keys import bech32
from comity.keys.bech32 import AgeKeyError

MAX_SHARES = 16
SECRET_BYTES = 32
_SET_BYTES = 8
_KINDS: dict[str, type[X25519Identity] | type[HybridIdentity]] = {
    "share": X25519Identity,
    "sharepq": HybridIdentity,
}
_MAX_TEXT_CHARS = 4096


class ShareError(PeerError, code="recovery-share"):
    """A text is no share, or was mistyped; it is not repeated."""


class ShareCountError(MisuseError, code="recovery-too-few"):
    """Fewer shares than the set needs, or a number of shares that cannot be made."""


class ShareSetError(MisuseError, code="recovery-mixed"):
    """Shares of different sets."""


class ShareDoubledError(MisuseError, code="recovery-doubled"):
    """The same share twice."""


class ShareResultError(PeerError, code="recovery-wrong"):
    """What the shares give is not the identity of their set: one of them is false."""


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a split identity.

    Attributes:
        kind: ``share`` (X25519) or ``sharepq`` (hybrid).
        threshold: how many give the identity back.
        index: 1 to 16; where the polynomials were taken.
        set_id: 8 bytes of a digest of the recipient.
        value: 32 bytes, worth nothing alone.
    """

    kind: str
    threshold: int
    index: int
    set_id: bytes
    value: bytes = field(repr=False)

    def text(self) -> str:
        """Return the share in upper case, in groups of five letters: a secret, for its holder."""
        data = bytes([self.threshold, self.index]) + self.set_id + self.value
        return " ".join(textwrap.wrap(bech32.encode(self.kind, data).upper(), 5))


def parse_share(text: str) -> Share:
    """Parse a share; white space does not count, nor does the case of the whole.

    Raises:
        ShareError: mistyped, cut, or something else.
    """
    if len(text) > _MAX_TEXT_CHARS:
        raise ShareError("the text is too long for a share")
    try:
        kind, data = bech32.decode("".join(text.split()))
    except AgeKeyError as error:
        raise ShareError("the share was mistyped or cut: its checksum does not fit") from error
    if kind not in _KINDS or len(data) != 2 + _SET_BYTES + SECRET_BYTES:
        raise ShareError("the text is not a share of a recovery identity")
    share = Share(kind, data[0], data[1], data[2 : 2 + _SET_BYTES], data[2 + _SET_BYTES :])
    if not (2 <= share.threshold <= MAX_SHARES and 1 <= share.index <= MAX_SHARES):
        raise ShareError("the share names a threshold or index that no set has")
    return share


def split(
    identity: X25519Identity | HybridIdentity, *, shares: int, threshold: int, random: Random
) -> tuple[Share, ...]:
    """Split an identity.

    Args:
        identity: of either kind; both have a secret of 32 bytes.
        shares: how many to make, at most 16.
        threshold: how many give it back, at least 2.
        random: source of ``(threshold - 1) * 32`` secret bytes.

    Raises:
        ShareCountError: the numbers make no sense.
    """
    if not 2 <= threshold <= shares <= MAX_SHARES:
        raise ShareCountError(
            f"2 to {MAX_SHARES} shares, and a threshold from 2 to their number",
            shares=shares,
            threshold=threshold,
        )
    rows = [identity.secret, *(random(SECRET_BYTES) for _ in range(threshold - 1))]
    kind = next(kind for kind, made in _KINDS.items() if isinstance(identity, made))
    return tuple(
        Share(kind, threshold, index, _set_id(identity), bytes(_at(rows, index)))
        for index in range(1, shares + 1)
    )


def combine(shares: Sequence[Share]) -> Identity:
    """Return the identity that the shares are of.

    Raises:
        ShareDoubledError, ShareSetError, ShareCountError: what was brought does not do.
        ShareResultError: the result is not the identity of that set.
    """
    if not shares:
        raise ShareCountError("no share was given")
    first = shares[0]
    head = (first.kind, first.threshold, first.set_id)
    if any((share.kind, share.threshold, share.set_id) != head for share in shares):
        raise ShareSetError("the shares are of different sets: " + _sets(shares))
    if len({share.index for share in shares}) < len(shares):
        raise ShareDoubledError("a share was given twice")
    if len(shares) < first.threshold:
        raise ShareCountError(
            f"{len(shares)} of the {first.threshold} shares that are needed",
            given=len(shares),
            needed=first.threshold,
        )
    identity = _KINDS[first.kind].of(bytes(_constant(shares)))
    if not equal(_set_id(identity), first.set_id):
        raise ShareResultError("the shares do not give the identity of their set")
    return identity


def _set_id(identity: Identity) -> bytes:
    return digest("recovery", str(identity.recipient).encode("ascii"))[:_SET_BYTES]


def _sets(shares: Sequence[Share]) -> str:
    return ", ".join(f"share {share.index} of set {share.set_id.hex()}" for share in shares)


# -- the field GF(256) of FIPS 197, with 3 as generator ---------------------------------------


def _tables() -> tuple[list[int], list[int]]:
    powers, logs = [0] * 510, [0] * 256
    value = 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logs[value] = exponent
        value ^= value << 1 ^ (0x11B if value & 0x80 else 0)  # times 3
    return powers, logs


_POWERS, _LOGS = _tables()


def _times(one: int, other: int) -> int:
    return _POWERS[_LOGS[one] + _LOGS[other]] if one and other else 0


def _over(one: int, other: int) -> int:
    return _POWERS[_LOGS[one] + 255 - _LOGS[other]] if one else 0


def _at(rows: Sequence[bytes], point: int) -> list[int]:
    """Return the values at ``point`` of the polynomials whose coefficients are the rows."""
    found = [0] * SECRET_BYTES
    for row in reversed(rows):
        found = [_times(value, point) ^ part for value, part in zip(found, row, strict=True)]
    return found


def _constant(shares: Sequence[Share]) -> list[int]:
    """Return the polynomials' values at 0, by Lagrange's interpolation."""
    found = [0] * SECRET_BYTES
    for share in shares:
        weight = 1
        for other in shares:
            if other is not share:
                weight = _times(weight, _over(other.index, other.index ^ share.index))
        found = [
            value ^ _times(weight, part) for value, part in zip(found, share.value, strict=True)
        ]
    return found
