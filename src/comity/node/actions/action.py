"""What an act of the office is: one row says who may do it, on what, with what, and what it writes.

A domain lists its rows in its module ``actions``. The API operation and the command are made from
the row, a page takes its validation from it, and all three do the act through `perform`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final

from pydantic import BaseModel

from comity.canonical import ComityError
from comity.node.core.clock import now
from comity.node.models import Officer
from comity.node.people.permissions import Right
from comity.node.service.handle import Service, this_service

_CREATED: Final = 201
_EMPTY: Final = 204


class Writes(Enum):
    """In which transaction an act writes."""

    REGISTER = "register"
    """The runner's own: `apply` reads again, decides and writes inside it, and may run twice."""
    LOG = "log"
    """That of the committer which `apply` is handed: register and log together."""
    STEPS = "steps"
    """Several, because something outside happens between them; the row says what, in ``why``."""


@dataclass(frozen=True, kw_only=True)
class ActionCall:
    """One call of an act.

    Attributes:
        officer: who acts.
        at: this moment, aware UTC.
        place: what the address names, by name.
        input: what was said, an instance of the row's model; None where it takes nothing.
        service: of this node; its committer is the one that the act writes through.
        address: from which it came, as failures are counted by; empty where there is none.
        prepared: what `Action.prepare` returned.
        guarded: whether a guard has checked what `place` names, before it read what was said.
    """

    officer: Officer
    place: Mapping[str, Any] = field(default_factory=dict)
    input: Any = None
    at: datetime = field(default_factory=now)
    service: Service = field(default_factory=this_service)
    address: str = ""
    prepared: Any = None
    guarded: bool = False

    @property
    def by(self) -> str:
        """Return the user name of who acts, as audit rows name people."""
        return self.officer.user.get_username()


@dataclass(frozen=True, kw_only=True)
class Action:
    """One row of the table of actions.

    Attributes:
        name: noun and verb with a dot between, ``alarm.acknowledge``; unique and stable.
        right: that the role must have.
        path: of the API operation, ``/duty/alarms/{number}/acknowledge``.
        method: of the API operation.
        place: type of each name in the path, as the API checks it.
        input: model of what is said; None where nothing is. Its rules are the only ones.
        output: model of the answer; None where there is none.
        status: of the answer, or each status with what is told of it where `status_of` chooses.
        status_of: the status by what `apply` returned.
        errors: what may be refused, besides what any act may be (storage, log, session).
        audit: words of docs/reference/audit.md; each act that is done writes at least one of them.
        command: of the command line, ``duty acknowledge NUMBER``; empty where there is none.
        example: of the command, without the program's name: ``duty acknowledge 12``.
        asks: what the command asks first, of an act that cannot be undone:
            ``Close exercise {exercise} for good?``
        prepare: does slow work and I/O before the transaction; writes nothing but that a secret was
            wrong, which has to stand when the act is refused.
        apply: does the act and returns what came of it.
        answer: the value of `output` by the call and what `apply` returned.
        after: what follows the commit and may be lost: waking a loop.
        writes: in which transaction.
        why: what happens between the transactions of an act in `Writes.STEPS`.
        shown_once: whether the answer holds a secret and is kept nowhere.
        token_only: whether the operation lets no browser's session in; the page asks first who is
            there.
    """

    name: str
    right: Right
    path: str
    apply: Callable[[ActionCall], Any]
    audit: tuple[str, ...]
    method: str = "POST"
    place: Mapping[str, Any] = field(default_factory=dict)
    input: type[BaseModel] | None = None
    output: type[BaseModel] | None = None
    status: int | tuple[int, ...] = 200
    status_of: Callable[[Any], int] | None = None
    errors: tuple[type[ComityError], ...] = ()
    command: str = ""
    example: str = ""
    asks: str = ""
    prepare: Callable[[ActionCall], Any] | None = None
    answer: Callable[[ActionCall, Any], Any] | None = None
    after: Callable[[ActionCall, Any], None] | None = None
    writes: Writes = Writes.REGISTER
    why: str = ""
    shown_once: bool = False
    token_only: bool = False

    @property
    def statuses(self) -> tuple[int, ...]:
        """Return every status of an act that is done."""
        return self.status if isinstance(self.status, tuple) else (self.status,)

    @property
    def help(self) -> str:
        """Return what the act does, in whole sentences: the first lines of its function."""
        text = (self.apply.__doc__ or "").split("\n\nArgs:")[0].split("\n\nReturns:")[0]
        return text.split("\n\nRaises:")[0].strip()
