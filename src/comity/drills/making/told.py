"""What each exhibit has to show of a story, found from its events alone."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from comity.drills.making.spelling import stamp
from comity.drills.making.story import Event, Wanted
from comity.drills.making.world import Letter, Visit, World

type Trace = tuple[str, ...]
"""One thing that an exhibit shows, in one spelling; the first word says what."""


def told(world: World, wanted: Wanted) -> list[tuple[Event, Trace]]:
    """Return event and trace, in the order of the events."""
    return [
        (event, trace)
        for event in world.events
        for trace in _BY_KIND[wanted.kind](world, wanted, event)
    ]


def digest(data: bytes) -> str:
    """Return sixteen hexadecimal digits of SHA-256: enough to tell contents apart."""
    return hashlib.sha256(data).hexdigest()[:16]


def _web_log(world: World, wanted: Wanted, event: Event) -> Iterator[Trace]:
    visit = world.visit(event)
    if visit and visit.server.key == wanted.of:
        yield (
            "visit",
            stamp(event.at),
            visit.client.address,
            visit.user,
            visit.method,
            visit.path,
            str(visit.status),
            str(len(visit.body)),
            visit.agent,
        )


def _auth_log(world: World, wanted: Wanted, event: Event) -> Iterator[Trace]:
    if event.on != wanted.of:
        return
    user, at = world.user(event), stamp(event.at)
    if event.kind == "program-run":
        yield "program", at, user or "root", event.program
    elif event.kind == "mail-sent":
        letter = world.letter(event)
        if letter:
            yield "mail", at, letter.queue, user, letter.client.address
    elif event.service in {"shell", "mail"}:
        port = str(world.port(event)) if event.service == "shell" else ""
        yield event.kind, at, event.service, user, world.machines[event.source].address, port


def _mailbox(world: World, wanted: Wanted, event: Event) -> Iterator[Trace]:
    letter = world.letter(event)
    if letter is None or not is_in(letter, wanted):
        return
    yield (
        "mail",
        stamp(letter.at),
        letter.id,
        letter.sender.mail,
        ", ".join(one.mail for one in letter.to),
        letter.subject,
        digest(letter.text.rstrip("\n").encode()),
        *(f"{one}" for one in hops(letter, wanted)),
    )
    if letter.file:
        file = world.files[letter.file]
        yield "attachment", letter.id, file.name, digest(file.data)


def is_in(letter: Letter, wanted: Wanted) -> bool:
    """Tell whether a mail lies in a mailbox."""
    return wanted.of == letter.sender.key or wanted.of in {one.key for one in letter.to}


def hops(letter: Letter, wanted: Wanted) -> Iterator[str]:
    """Yield the addresses that a received mail came over, the last first; none of a sent one."""
    if wanted.of != letter.sender.key:
        yield letter.via.address
        yield letter.client.address


def _disk(world: World, wanted: Wanted, event: Event) -> Iterator[Trace]:
    found = placed(world, wanted, event)
    if found is None:
        return
    path, data = found
    kind = "deleted" if world.is_deleted(event, wanted.of, path) else "file"
    yield kind, path, stamp(event.at), digest(data)


def placed(world: World, wanted: Wanted, event: Event) -> tuple[str, bytes] | None:
    """Return path and bytes of the file that an event puts on a disk, or None."""
    where = {"file-saved": event.on, "file-taken": event.source}.get(event.kind)
    if where != wanted.of:
        return None
    file = world.files[event.file]
    return world.path(event), file.data


def _capture(world: World, wanted: Wanted, event: Event) -> Iterator[Trace]:
    flow = world.flow(event)
    if flow is None or wanted.of not in {flow.client.key, flow.server.key}:
        return
    at, ends = stamp(event.at), (flow.client.address, str(flow.port), flow.server.address)
    if wanted.of == flow.client.key:
        yield "question", at, flow.client.address, flow.server.host, flow.server.address
    yield "connection", at, *ends, str(flow.to_port)
    visit = world.visit(event)
    if visit:
        yield "request", at, *ends, visit.method, visit.server.host, visit.path, digest(visit.sent)
        yield "answer", at, *ends, str(visit.status), digest(visit.body)


def _history(world: World, wanted: Wanted, event: Event) -> Iterator[Trace]:
    visit = world.visit(event)
    if visit is None or visit.client.key != wanted.of:
        return
    yield "visit", stamp(event.at), visit.url, world.title(visit)
    if event.kind == "file-taken":
        yield (
            "download",
            stamp(event.at),
            visit.url,
            downloaded(world, visit, event),
            str(len(visit.body)),
        )


def downloaded(world: World, visit: Visit, event: Event) -> str:
    """Return where a browser says that it put a file."""
    user = visit.user or "user"
    return f"/home/{user}/{event.folder}/{world.files[event.file].name}"


_BY_KIND: Final[Mapping[str, Callable[[World, Wanted, Event], Iterator[Trace]]]] = {
    "web-log": _web_log,
    "auth-log": _auth_log,
    "mailbox": _mailbox,
    "disk": _disk,
    "capture": _capture,
    "history": _history,
}
