"""What a machine's network carried: names asked for, connections, pages in clear.

Each connection is whole within the second of its event: name, handshake, talk, end.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from comity.drills.making import packets
from comity.drills.making.dice import Dice
from comity.drills.making.kinds import SAYS, SUBMISSION_PORT
from comity.drills.making.packets import ACK, FIN, PUSH, SEGMENT_BYTES, SYN, TCP, UDP
from comity.drills.making.spelling import DAYS, MONTHS
from comity.drills.making.story import Event, Machine, Wanted
from comity.drills.making.world import Flow, Visit, World

_REASONS: Final = {
    200: "OK", 302: "Found", 303: "See Other", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 500: "Internal Server Error",
}  # fmt: skip
_DISCARD: Final = 9
_DNS: Final = 53
_SHELL: Final = 22
_NAME_US: Final = 2_000
_HANDSHAKE_US: Final = 5_000
_WHOLE_US: Final = 900_000
_STEP_US: Final = (300, 1500)

type Said = tuple[bool, bytes]
"""Whether the client said it, and what."""


def write_capture(world: World, wanted: Wanted) -> bytes:
    """Return the traffic of one machine; its first packet says that it is an exercise."""
    own, made = world.machines[wanted.of], _Frames(world)
    story = world.story
    mark = packets.datagram(_DISCARD, _DISCARD, f"{SAYS}\n".encode())
    made.add(story.begins, own.address, story.resolver, UDP, mark)
    for event in world.events:
        flow = world.flow(event)
        if flow and wanted.of in {flow.client.key, flow.server.key}:
            if wanted.of == flow.client.key:
                _name(world, event, flow, made)
            _connection(world, event, flow, made)
    return packets.capture_file(sorted(made.frames, key=lambda one: one[0]))


class _Frames:
    """Frames so far; each sender counts its own."""

    def __init__(self, world: World) -> None:
        machines = [one.address for one in world.machines.values()]
        places = [world.story.resolver, *machines]
        self._cards = {one: packets.hardware(at) for at, one in enumerate(places)}
        self._counts = {
            one: Dice(world.story.seed, f"packets/{one}").below(60000) for one in places
        }
        self.frames: list[packets.Frame] = []

    def add(self, at: datetime, source: str, target: str, protocol: int, payload: bytes) -> None:
        """Add a packet."""
        self._counts[source] += 1
        cards = (self._cards[source], self._cards[target])
        frame = packets.frame(
            cards, (source, target), protocol, payload, number=self._counts[source]
        )
        self.frames.append((at, frame))


def _name(world: World, event: Event, flow: Flow, made: _Frames) -> None:
    """Ask for the name of the server."""
    number, resolver = world.dice(event, "name").below(65536), world.story.resolver
    client, host = flow.client.address, flow.server.host
    asked = packets.datagram(flow.port, _DNS, packets.question(number, host))
    made.add(event.at, client, resolver, UDP, asked)
    told = packets.datagram(_DNS, flow.port, packets.answer(number, host, flow.server.address))
    made.add(event.at + timedelta(microseconds=_NAME_US), resolver, client, UDP, told)


def _connection(world: World, event: Event, flow: Flow, made: _Frames) -> None:
    """Shake hands, say what there is to say, take leave."""
    dice = world.dice(event, "connection")
    seqs = {True: dice.below(2**32), False: dice.below(2**32)}
    said = [
        (by_client, data[at : at + SEGMENT_BYTES])
        for by_client, data in _talk(world, event, flow)
        for at in range(0, len(data), SEGMENT_BYTES)
    ]
    steps: list[tuple[bool, int, bytes]] = [(True, SYN, b""), (False, SYN | ACK, b"")]
    steps.append((True, ACK, b""))
    for by_client, data in said:
        steps += [(by_client, PUSH | ACK, data), (not by_client, ACK, b"")]
    steps += [(False, FIN | ACK, b""), (True, FIN | ACK, b""), (False, ACK, b"")]
    least, more = _STEP_US
    step_us = min(least + dice.below(more), (_WHOLE_US - _HANDSHAKE_US) // len(steps))
    ends = {True: flow.client.address, False: flow.server.address}
    ports = {True: flow.port, False: flow.to_port}
    for number, (side, flags, data) in enumerate(steps):
        at = event.at + timedelta(microseconds=_HANDSHAKE_US + number * step_us)
        ack = seqs[not side] if flags & ACK else 0
        payload = packets.segment((ports[side], ports[not side]), seqs[side], ack, flags, data)
        made.add(at, ends[side], ends[not side], TCP, payload)
        seqs[side] += len(data) + bool(flags & (SYN | FIN))


def _talk(world: World, event: Event, flow: Flow) -> Iterator[Said]:
    visit = world.visit(event)
    if visit:
        yield True, _request(visit)
        yield False, _answer(visit, event.at)
    elif flow.to_port == _SHELL:
        yield False, b"SSH-2.0-OpenSSH_9.9\r\n"
        yield True, b"SSH-2.0-OpenSSH_9.9\r\n"
    elif flow.to_port == SUBMISSION_PORT:
        yield from _greeting(flow.client, flow.server)


def _greeting(client: Machine, server: Machine) -> Iterator[Said]:
    """Yield what is said before the talk is sealed; what is said after it is not shown."""
    yield False, f"220 {server.host} ESMTP {SAYS}\r\n".encode()
    yield True, f"EHLO {client.host}\r\n".encode()
    yield False, f"250-{server.host}\r\n250 STARTTLS\r\n".encode()
    yield True, b"STARTTLS\r\n"
    yield False, b"220 2.0.0 Ready to start TLS\r\n"


def _request(visit: Visit) -> bytes:
    lines = [
        f"{visit.method} {visit.path} HTTP/1.1",
        f"Host: {visit.server.host}",
        f"User-Agent: {visit.agent}",
        "Accept: text/plain",
        "Connection: close",
    ]
    if visit.sent:
        lines += [
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(visit.sent)}",
        ]
    return "\r\n".join([*lines, "", ""]).encode() + visit.sent


def _answer(visit: Visit, at: datetime) -> bytes:
    day = f"{DAYS[at.weekday()]}, {at.day:02} {MONTHS[at.month - 1]} {at:%Y %H:%M:%S} GMT"
    lines = [
        f"HTTP/1.1 {visit.status} {_REASONS[visit.status]}",
        f"Date: {day}",
        f"X-Exercise: {SAYS}",
        *(["Location: /"] if visit.status in {302, 303} else []),
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(visit.body)}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + visit.body
