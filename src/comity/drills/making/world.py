"""What follows from a story: all events in their order, and what several exhibits say alike."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from comity.drills.making.dice import Dice
from comity.drills.making.kinds import AGENT, EVENTS, LOGIN, SAYS, SERVICES, SUBMISSION_PORT
from comity.drills.making.ordinary import ordinary
from comity.drills.making.spelling import quoted
from comity.drills.making.story import Account, Event, Machine, Story

_PORTS: Final = 16384
_FIRST_PORT: Final = 49152
_NO_BODY: Final = frozenset({302, 303})


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request to a web server and its answer.

    Attributes:
        user: who was signed in; empty for nobody.
        sent, body: what the client and the server sent below their headers.
    """

    client: Machine
    server: Machine
    port: int
    method: str
    path: str
    status: int
    user: str
    title: str
    sent: bytes
    body: bytes

    @property
    def url(self) -> str:
        """The whole address."""
        return f"http://{self.server.host}{self.path}"

    @property
    def agent(self) -> str:
        """What the client's browser calls itself."""
        return self.client.agent or AGENT


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A connection from machine to machine."""

    client: Machine
    server: Machine
    port: int
    to_port: int


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail.

    Attributes:
        queue: what the server that took it in calls it.
        via: that server.
        client: machine that handed it in.
    """

    id: str
    queue: str
    at: datetime
    sender: Account
    to: tuple[Account, ...]
    subject: str
    text: str
    file: str
    via: Machine
    client: Machine


class World:
    """A story with its ordinary life around it."""

    def __init__(self, story: Story) -> None:
        self.story = story
        more = ordinary(story, Dice(story.seed, "ordinary"))
        self.machines = dict(story.machines) | {one.key: one for one in more.machines}
        self.files = dict(story.files) | {one.key: one for one in more.files}
        both = enumerate((*story.events, *more.events))
        self.events = tuple(event for _, event in sorted(both, key=lambda one: (one[1].at, one[0])))
        self._visits: dict[str, Visit | None] = {}

    @cached_property
    def _serials(self) -> dict[str, int]:
        return {event.key: serial for serial, event in enumerate(self.events)}

    def dice(self, event: Event, name: str) -> Dice:
        """Return a stream of an event's own, the same wherever it is asked for."""
        return Dice(self.story.seed, f"{name}/{event.key}")

    def port(self, event: Event) -> int:
        """Return the port that the client used, no two alike in a story."""
        begin = Dice(self.story.seed, "ports").below(_PORTS)
        return _FIRST_PORT + (begin + 5 * self._serials[event.key]) % _PORTS

    def user(self, event: Event) -> str:
        """Return the name that was typed or is signed in; empty for nobody."""
        return self.story.accounts[event.by].user if event.by else event.user

    def visit(self, event: Event) -> Visit | None:
        """Return what a web server saw of an event, or None."""
        if event.key not in self._visits:
            self._visits[event.key] = self._visit(event)
        return self._visits[event.key]

    def title(self, visit: Visit) -> str:
        """Return the title that a browser keeps of an address: that of the last visit."""
        return self._titles[visit.client.key, visit.url]

    @cached_property
    def _titles(self) -> dict[tuple[str, str], str]:
        visits = [found for event in self.events if (found := self.visit(event))]
        return {(one.client.key, one.url): one.title for one in visits}

    def path(self, event: Event) -> str:
        """Return folder and name of the file that an event is about."""
        name = self.files[event.file].name
        return f"{event.folder}/{name}" if event.folder else name

    def is_deleted(self, event: Event, machine: str, path: str) -> bool:
        """Tell whether the file that an event put on a machine's disk was deleted afterwards."""
        serial = self._serials[event.key]
        return any(at > serial for at in self._deletions.get((machine, path.casefold()), ()))

    @cached_property
    def _deletions(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for at, event in enumerate(self.events):
            if event.kind == "file-deleted":
                found.setdefault((event.on, self.path(event).casefold()), []).append(at)
        return found

    def _visit(self, event: Event) -> Visit | None:
        happens = EVENTS[event.kind]
        if happens.serves != "web" and event.service != "web":
            return None
        method, path, status, sent, user = "GET", event.path, event.status, "", self.user(event)
        title = event.title
        if event.kind == "file-taken":
            path = path or f"/files/{quoted(self.files[event.file].name)}"
        elif event.kind == "payment":
            method, path, status = "POST", f"/payments?reference={event.reference}", 303
            sent = f"amount={event.amount}&currency={event.currency}&payee={quoted(event.payee)}"
        elif event.service:
            method, path, sent = "POST", LOGIN, f"user={quoted(user)}"
            status, user = (302, user) if event.kind == "sign-in" else (401, "")
        body = b"" if status in _NO_BODY else self._body(event, path)
        return Visit(
            client=self.machines[event.source],
            server=self.machines[event.on],
            port=self.port(event),
            method=method,
            path=path,
            status=status,
            user=user,
            title=title or path.partition("?")[0],
            sent=sent.encode(),
            body=body,
        )

    def _body(self, event: Event, path: str) -> bytes:
        if event.kind == "file-taken":
            return self.files[event.file].data
        dice = self.dice(event, "page")
        lines = [event.title or path, SAYS]
        lines += [dice.pick(self.story.talk) for _ in range(dice.below(30))]
        return ("\n".join(lines) + "\n").encode()

    def flow(self, event: Event) -> Flow | None:
        """Return the connection that an event needs, or None."""
        if not event.source:
            return None
        to_port = SERVICES[event.service] if event.service else SERVICES["web"]
        if event.kind == "mail-sent":
            to_port = SUBMISSION_PORT
        return Flow(
            client=self.machines[event.source],
            server=self.machines[event.on],
            port=self.port(event),
            to_port=to_port,
        )

    def letter(self, event: Event) -> Letter | None:
        """Return the mail that an event is, or brings about, or None."""
        if event.kind not in {"mail-sent", "payment"}:
            return None
        accounts, via = self.story.accounts, self.machines[event.on]
        digest = hashlib.sha256(f"{self.story.name}/{event.key}".encode()).hexdigest()
        sender, to = accounts[event.by], tuple(accounts[one] for one in event.to)
        subject, text, client = event.subject, event.text, self.machines[event.source]
        if event.kind == "payment":
            if not sender.mail:
                return None
            to, client = (sender,), via
            sender = Account(key="", user="payments", mail=f"payments@{via.host}")
            subject = f"Payment {event.reference}"
            paid = f"{event.amount} {event.currency}"
            text = f"Paid: {paid}\nTo: {event.payee}\nReference: {event.reference}\n"
        return Letter(
            id=f"{digest[:20]}@{via.host}",
            queue=digest[20:30].upper(),
            at=event.at,
            sender=sender,
            to=to,
            subject=subject,
            text=text,
            file=event.file,
            via=via,
            client=client,
        )
