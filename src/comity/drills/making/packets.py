"""Frames of a network and the file that keeps them: Ethernet, IPv4, UDP, TCP, DNS, libpcap.

Source: RFC 791, 768, 9293, 1035; libpcap's file format, version 2.4 (pcap-savefile(5)).
"""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import Final

UDP: Final = 17
TCP: Final = 6
FIN: Final = 0x01
SYN: Final = 0x02
PUSH: Final = 0x08
ACK: Final = 0x10
SEGMENT_BYTES: Final = 1400
_MAGIC: Final = 0xA1B2C3D4
_ETHERNET: Final = 1
_SNAP: Final = 65535
_OPTIONS: Final = struct.pack(">BBH", 2, 4, SEGMENT_BYTES)  # maximum segment size
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

type Frame = tuple[datetime, bytes]


def capture_file(frames: Sequence[Frame]) -> bytes:
    """Return a file of frames, which come in the order of their times."""
    parts = [struct.pack("<IHHiIII", _MAGIC, 2, 4, 0, 0, _SNAP, _ETHERNET)]
    for at, frame in frames:
        since = at - _EPOCH
        seconds = since // timedelta(seconds=1)
        parts.append(
            struct.pack("<IIII", seconds, since.microseconds, len(frame), len(frame)) + frame
        )
    return b"".join(parts)


def hardware(number: int) -> bytes:
    """Return an address of a network card, of the range for documentation (RFC 9542 2.1.4)."""
    return b"\x00\x00\x5e\x00\x53" + bytes([number % 256])


def frame(
    cards: tuple[bytes, bytes], ends: tuple[str, str], protocol: int, payload: bytes, *, number: int
) -> bytes:
    """Return an Ethernet frame with an IPv4 packet.

    Args:
        cards: hardware addresses, of the sender first.
        ends: addresses of the network, likewise.
        number: of the packet, which its sender counts.
        protocol: `UDP` or `TCP`; the checksum in the payload's header is filled in here.
        payload: with its header.
    """
    source, target = (IPv4Address(one).packed for one in ends)
    pseudo = source + target + struct.pack(">BBH", 0, protocol, len(payload))
    at = 6 if protocol == UDP else 16
    check = checksum(pseudo + payload) or (0xFFFF if protocol == UDP else 0)
    payload = payload[:at] + check.to_bytes(2) + payload[at + 2 :]
    head = struct.pack(
        ">BBHHHBBH4s4s",
        0x45,
        0,
        20 + len(payload),
        number & 0xFFFF,
        0x4000,  # not to be split
        64,
        protocol,
        0,
        source,
        target,
    )
    head = head[:10] + checksum(head).to_bytes(2) + head[12:]
    return cards[1] + cards[0] + b"\x08\x00" + head + payload


def checksum(data: bytes) -> int:
    """Return the checksum of the Internet protocols (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def datagram(source: int, target: int, payload: bytes) -> bytes:
    """Return UDP, its checksum left out."""
    return struct.pack(">HHHH", source, target, 8 + len(payload), 0) + payload


def segment(ports: tuple[int, int], seq: int, ack: int, flags: int, payload: bytes) -> bytes:
    """Return TCP, its checksum left out; the first of each side says how large segments are."""
    options = _OPTIONS if flags & SYN else b""
    words = 5 + len(options) // 4
    head = struct.pack(
        ">HHIIBBHHH", *ports, seq % 2**32, ack % 2**32, words << 4, flags, 64240, 0, 0
    )
    return head + options + payload


def question(number: int, host: str) -> bytes:
    """Return a DNS question for the address of a host."""
    return struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + _asked(host)


def answer(number: int, host: str, address: str) -> bytes:
    """Return the answer to it."""
    head = struct.pack(">HHHHHH", number, 0x8180, 1, 1, 0, 0)
    record = struct.pack(">HHHIH", 0xC00C, 1, 1, 300, 4) + IPv4Address(address).packed
    return head + _asked(host) + record


def _asked(host: str) -> bytes:
    labels = b"".join(bytes([len(one)]) + one.encode() for one in host.split("."))
    return labels + b"\0" + struct.pack(">HH", 1, 1)
