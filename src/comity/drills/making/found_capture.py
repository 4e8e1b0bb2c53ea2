"""Traces read back out of a capture: every checksum is checked, every connection put together."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import Final

from comity.drills.making.packets import ACK, FIN, SYN, TCP, UDP, checksum
from comity.drills.making.spelling import stamp
from comity.drills.making.told import Trace, digest

_HEAD: Final = 24
_RECORD: Final = 16
_WEB: Final = 80
_DNS: Final = 53
_DISCARD: Final = 9
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class _Side:
    """What one side of a connection said."""

    next: int = -1
    said: bytes = b""
    over: bool = False


@dataclass
class _Connection:
    """A connection, by the one who opened it."""

    at: str
    ends: tuple[str, str, str, str]
    client: _Side = field(default_factory=_Side)
    server: _Side = field(default_factory=_Side)


def found_in_capture(data: bytes) -> Iterator[Trace]:
    """Yield what a capture shows.

    Raises:
        ValueError: no capture, a damaged packet, a connection that does not begin or end.
    """
    open_: dict[tuple[str, str, str, str], _Connection] = {}
    for at, frame in _frames(data):
        source, target, protocol, payload = _packet(frame)
        if protocol == UDP:
            yield from _datagram(at, target, payload)
            continue
        ports = tuple(str(one) for one in struct.unpack_from(">HH", payload))
        ends = (source, ports[0], target, ports[1])
        if payload[13] & SYN and not payload[13] & ACK:
            open_[ends] = _Connection(at=at, ends=ends)
        _segment(open_, ends, payload)
    for one in open_.values():
        yield from _told(one)


def _frames(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data[:4] != b"\xd4\xc3\xb2\xa1" or struct.unpack_from("<HH", data, 4) != (2, 4):
        raise ValueError("no capture of libpcap")
    begin, last = _HEAD, (0, 0)
    while begin < len(data):
        seconds, micros, kept, length = struct.unpack_from("<IIII", data, begin)
        frame = data[begin + _RECORD : begin + _RECORD + kept]
        if kept != length or len(frame) != length or (seconds, micros) < last:
            raise ValueError("a frame that is cut, or before the one before it")
        last = seconds, micros
        yield stamp(_EPOCH + timedelta(seconds=seconds)), frame
        begin += _RECORD + kept


def _packet(frame: bytes) -> tuple[str, str, int, bytes]:
    head, payload = frame[14:34], frame[34:]
    if frame[12:14] != b"\x08\x00" or head[0] != 0x45 or checksum(head):
        raise ValueError("no frame with a sound packet of IPv4")
    if int.from_bytes(head[2:4]) != len(frame) - 14 or head[9] not in {UDP, TCP}:
        raise ValueError("a packet of another length or protocol")
    if checksum(head[12:20] + struct.pack(">BBH", 0, head[9], len(payload)) + payload):
        raise ValueError("a payload that does not fit its checksum")
    source, target = (str(IPv4Address(head[at : at + 4])) for at in (12, 16))
    return source, target, head[9], payload


def _datagram(at: str, target: str, payload: bytes) -> Iterator[Trace]:
    from_port, to_port = struct.unpack_from(">HH", payload)
    if _DISCARD in {from_port, to_port} or to_port == _DNS:
        return  # the mark, or a question whose answer names it again
    if from_port != _DNS:
        raise ValueError("a datagram of nothing known")
    body = payload[8:]
    labels, begin = [], 12
    while body[begin]:
        labels.append(body[begin + 1 : begin + 1 + body[begin]].decode("ascii"))
        begin += 1 + body[begin]
    address = str(IPv4Address(body[-4:]))
    yield "question", at, target, ".".join(labels), address


def _segment(
    open_: dict[tuple[str, str, str, str], _Connection],
    ends: tuple[str, str, str, str],
    payload: bytes,
) -> None:
    by_client = ends in open_
    other = (ends[2], ends[3], ends[0], ends[1])
    connection = open_.get(ends) or open_.get(other)
    if connection is None:
        raise ValueError("a segment of no connection")
    side = connection.client if by_client else connection.server
    seq, flags, text = int.from_bytes(payload[4:8]), payload[13], payload[(payload[12] >> 4) * 4 :]
    if not flags & SYN and seq != side.next:
        raise ValueError("a segment is missing")
    side.said += text
    side.over = bool(flags & FIN) or side.over
    side.next = (seq + len(text) + bool(flags & (SYN | FIN))) % 2**32


def _told(one: _Connection) -> Iterator[Trace]:
    client, port, server, to_port = one.ends
    if not one.client.over or not one.server.over:
        raise ValueError("a connection without its end")
    yield "connection", one.at, client, port, server, to_port
    if to_port != str(_WEB):
        return
    line, headers, body = _message(one.client.said)
    method, path, _ = line.split(" ", 2)
    yield "request", one.at, client, port, server, method, headers["host"], path, digest(body)
    line, headers, body = _message(one.server.said)
    yield "answer", one.at, client, port, server, line.split(" ")[1], digest(body)


def _message(raw: bytes) -> tuple[str, dict[str, str], bytes]:
    head, between, body = raw.partition(b"\r\n\r\n")
    line, *fields = head.decode().split("\r\n")
    named = (one.partition(": ") for one in fields)
    headers = {name.lower(): value for name, _, value in named}
    if not between or int(headers.get("content-length", "0")) != len(body):
        raise ValueError("a message of another length than it says")
    return line, headers, body
