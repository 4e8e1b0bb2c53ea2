"""Doing an act: right and object, preparation, transaction, audit row. The only way to do one.

An act without an audit row is undone: the transaction of an act does not commit before one of the
words of its row was written inside it.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction

from comity.canonical import MisuseError
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.core.http_errors import Forbidden
from comity.node.log import audit
from comity.node.log.group_commit import Committed, Committer
from comity.node.log.store import Batch
from comity.node.people.access import object_permissions
from comity.node.people.permissions import may

BEFORE_COMMIT: Final = "before-commit"
AFTER_COMMIT: Final = "after-commit"
type Failpoint = Callable[[str], None]
FAILPOINT: ContextVar[Failpoint | None] = ContextVar("failpoint", default=None)
"""For tests: called with the name of a moment at which the node may fall."""


class RightLackingError(Forbidden, MisuseError, code="right-lacking"):
    """The role of this account does not have the right that the act needs."""


@dataclass(frozen=True)
class Unchanged:
    """What `Action.apply` returns where things stand as they were: nothing is audited.

    Attributes:
        value: what `perform` returns.
    """

    value: Any = None


class ActUnauditedError(RuntimeError):
    """An act wrote none of its audit rows: a fault of ours; nothing of it was kept."""


def perform(action: Action, call: ActionCall) -> Any:
    """Do an act and return what its `Action.apply` returned.

    Raises:
        RightLackingError: the role has not the right; the try is audited.
        Http404: the address names what the officer may not see; the try is audited.
        ComityError: one of the row's `errors`, or of storage and log; nothing was written.
    """
    if not may(call.officer, action.right):
        who, right = call.officer, action.right
        object_permissions.note_refused(who, subject=right, detail="role", at=call.at)
        raise RightLackingError("your role may not do this")
    if not call.guarded:
        object_permissions.check(call.officer, action.right, place=call.place, at=call.at)
    if action.prepare is not None:
        call = replace(call, prepared=action.prepare(call))
    trail = _Trail(action)
    if action.writes is Writes.REGISTER:
        with transaction.atomic():
            made = trail.follow(lambda: action.apply(call))
    else:
        whole = action.writes is Writes.LOG
        committer = _Followed(call.service.committer, trail, whole=whole)
        call = replace(call, service=replace(call.service, committer=committer))
        made = trail.collect(lambda: action.apply(call))
        trail.check(made)
    _reach(AFTER_COMMIT)
    if isinstance(made, Unchanged):
        return made.value
    if action.after is not None:
        action.after(call, made)
    return made


class _Trail:
    """Whether the act that runs has left its audit row yet."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self._written: set[str] = set()

    def follow[T](self, work: Callable[[], T]) -> T:
        """Run what one transaction does; without its audit row nothing of it is kept."""
        made = self.collect(work)
        self.check(made)
        _reach(BEFORE_COMMIT)
        return made

    def collect[T](self, work: Callable[[], T]) -> T:
        """Run what writes, and keep in mind what of it is audited."""
        with audit.followed() as words:
            made = work()
        self._written.update(words)
        return made

    def check(self, made: object) -> None:
        """Fail where none of the words was written.

        Raises:
            ActUnauditedError: none was, although something changed.
        """
        if not isinstance(made, Unchanged) and self._written.isdisjoint(self._action.audit):
            raise ActUnauditedError(f"{self._action.name} wrote no audit row of its own")


class _Followed(Committer):
    """The committer as an act is handed it: in `Writes.LOG` each work leaves an audit row."""

    def __init__(self, inner: Committer, trail: _Trail, *, whole: bool) -> None:
        self._inner, self._trail, self._whole = inner, trail, whole

    @property
    def is_open(self) -> bool:
        """As the committer itself."""
        return self._inner.is_open

    def run[T](self, work: Callable[[Batch], T]) -> Committed[T]:
        """Run a work of the act; takes and raises as the committer."""
        failpoint = FAILPOINT.get()  # the work may run in the thread of another call

        def with_trail(batch: Batch) -> T:
            token = FAILPOINT.set(failpoint)
            try:
                if self._whole:
                    return self._trail.follow(lambda: work(batch))
                return self._trail.collect(lambda: work(batch))
            finally:
                FAILPOINT.reset(token)

        return self._inner.run(with_trail)


def _reach(moment: str) -> None:
    failpoint = FAILPOINT.get()
    if failpoint is not None:
        failpoint(moment)
