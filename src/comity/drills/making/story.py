"""A story as the makers see it: frozen, read strictly; who, where, what happened when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with a name."""

    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine on the network.

    Attributes:
        host: its name, under ``.example`` or ``.test``.
        address: IPv4, of a range for documentation.
        serves: some of `kinds.SERVICES`; empty for a machine that only asks.
        pages: paths that ordinary visitors open, of one that serves ``web``.
        agent: what its browser calls itself.
    """

    key: str
    host: str
    address: str
    serves: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    agent: str = ""


@dataclass(frozen=True, kw_only=True)
class Account:
    """A name to sign in with, an address to write to, or both.

    Attributes:
        user: as logs have it.
        mail: address; empty for none.
        person: key of whose it is; empty for nobody's.
        uses: machines at which its owner works on ordinary days; noise comes from there alone.
    """

    key: str
    user: str
    mail: str = ""
    person: str = ""
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of plain text."""

    key: str
    name: str
    text: str

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return self.text.encode()


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened.

    Attributes:
        key: of one that the story tells; of ordinary life, ``~7``.
        kind: one of `kinds.EVENTS`; which of the other members it has stands there.
        at: whole seconds, aware UTC.
        by: account that did it; empty for nobody known.
        user: what was typed as a name, where no account has it.
        source: machine from which it was done.
        on: machine on which it was done.
        to: accounts that a mail is for.
        amount: of a payment, ``48200.00``.
        ordinary: noise, which the story does not tell.
    """

    key: str
    kind: str
    at: datetime
    by: str = ""
    user: str = ""
    source: str = ""
    on: str = ""
    to: tuple[str, ...] = ()
    service: str = ""
    path: str = ""
    status: int = 200
    title: str = ""
    file: str = ""
    folder: str = ""
    subject: str = ""
    text: str = ""
    program: str = ""
    amount: str = ""
    currency: str = ""
    reference: str = ""
    payee: str = ""
    ordinary: bool = False


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An exhibit to make.

    Attributes:
        kind: one of `kinds.FORMS`.
        of: whose it is: an account for a mailbox, a machine for all others.
    """

    key: str
    kind: str
    of: str


@dataclass(frozen=True, kw_only=True)
class Story:
    """Facts from which exhibits are made.

    Attributes:
        seed: changes the noise and nothing that is told.
        ordinary: how many events of ordinary life go around the story.
        resolver: address of the name server that machines ask.
        talk: words of ordinary mails and notes.
        file: the name of what it was read from, for errors.
    """

    name: str
    seed: int
    begins: datetime
    ends: datetime
    ordinary: int
    resolver: str
    talk: tuple[str, ...]
    people: Mapping[str, Person]
    machines: Mapping[str, Machine]
    accounts: Mapping[str, Account]
    files: Mapping[str, File]
    events: tuple[Event, ...]
    wanted: Mapping[str, Wanted]
    file: str
