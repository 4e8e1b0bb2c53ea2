"""The list of public keys a node writes for its State, which makes an entry of it.

It is signed by nobody: the State's people compare it with the node's operator before they sign.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from comity.canonical import (
    PROTOCOL,
    Mode,
    decode_loose,
    encode,
    members,
    parse_mode,
    parse_party,
    strings,
)
from comity.directory.entry import parse_editions
from comity.directory.errors import EntryMalformedError
from comity.directory.keyrow import KeyRow, parse_key_row
from comity.directory.parsing import Kinds, line, number
from comity.exchange.editions import KNOWN

_MAX_BYTES: Final = 512 * 1024
_MAX_KEYS: Final = 512
_MAX_ORIGINS: Final = 256
_MEMBERS: Final[Kinds] = {
    "editions": list,
    "keys": list,
    "log": dict,
    "mode": str,
    "party": str,
    "protocol": str,
}


@dataclass(frozen=True, kw_only=True)
class NodeKeys:
    """What a node says of itself: its keys, the origins of its log, the editions it speaks."""

    mode: Mode
    party: str
    keys: tuple[KeyRow, ...]
    epoch: int = 1
    origins: tuple[str, ...] = ()
    editions: tuple[str, ...] = field(default_factory=lambda: KNOWN.digests)


def build_node_keys(
    *, mode: Mode, party: str, keys: Iterable[KeyRow], epoch: int = 1, origins: Iterable[str] = ()
) -> bytes:
    """Return the bytes of such a list, with the editions of the registry that are known here."""
    return encode(
        {
            "editions": list(KNOWN.digests),
            "keys": [row.value() for row in keys],
            "log": {"epoch": epoch, "origins": list(origins)},
            "mode": mode,
            "party": party,
            "protocol": PROTOCOL,
        }
    )


def parse_node_keys(data: bytes) -> NodeKeys:
    """Return the list of untrusted bytes in any layout; a list of no keys may name no editions.

    Raises:
        PeerError: a member missing or of the wrong kind, or a key that is not one.
    """
    value = decode_loose(data, max_bytes=_MAX_BYTES)
    if isinstance(value, dict) and value.get("keys") == []:
        # whoever has no node writes on paper: the editions are those of the State that lists it
        value = {"editions": list(KNOWN.digests), **value}
    fields = members(value, _MEMBERS)
    if fields["protocol"] != PROTOCOL:
        raise EntryMalformedError("a list of another protocol")
    log = members(fields["log"], {"epoch": int, "origins": list})
    if len(fields["keys"]) > _MAX_KEYS:
        raise EntryMalformedError(f"at most {_MAX_KEYS} keys")
    return NodeKeys(
        mode=parse_mode(fields["mode"]),
        party=parse_party(fields["party"]),
        keys=tuple(parse_key_row(item) for item in fields["keys"]),
        epoch=number(log["epoch"], least=1),
        origins=strings(log["origins"], line, most=_MAX_ORIGINS),
        editions=parse_editions(fields["editions"]),
    )
