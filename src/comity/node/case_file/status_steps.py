"""How far a request has come: received, acknowledged, decided, executed, closed.

A step says only what is known. A request of ours is handed to the outbox, sent once a node of an
addressee took it, and received once a receipt or an answer says so; a step that was passed over
without a message is left out; and where a request ends in another way than its execution, its last
step bears the name of that end.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comity.exchange.conversation import APPLIED
from comity.node.cases.queries import Event, Thread
from comity.node.core.formats import date_text
from comity.node.web.labels import SENT, STATE, fault

REQUEST: Final = "request.submitted"
NAMES: Final = (
    gettext_lazy("Received"),
    gettext_lazy("Acknowledged"),
    gettext_lazy("Decided"),
    gettext_lazy("Executed"),
    gettext_lazy("Closed"),
)
_RECEIVED, _ACKNOWLEDGED, _DECIDED, _EXECUTED, _CLOSED = range(len(NAMES))
_REACHED: Final = {
    "request.acknowledged": _ACKNOWLEDGED,
    "request.accepted": _DECIDED,
    "request.accepted-in-part": _DECIDED,
    "request.refused": _DECIDED,
    "request.not-competent": _DECIDED,
    "request.forwarded": _DECIDED,
    "request.executed": _EXECUTED,
    "preservation.confirmed": _EXECUTED,
    "request.closed": _CLOSED,
}
"""Type of a message to the step that it reaches."""
_CURRENT: Final = {
    "submitted": _RECEIVED,
    "acknowledged": _DECIDED,
    "clarifying": _DECIDED,
    "postponed": _DECIDED,
    "accepted": _EXECUTED,
    "executed": _EXECUTED,
    "preserved": _EXECUTED,
    "released": _EXECUTED,
    "lapsed": _EXECUTED,
    "refused": _DECIDED,
    "not-competent": _DECIDED,
    "forwarded": _DECIDED,
}
"""State of a request to the step that it stands at, or that is reached next."""
_NAMED: Final = frozenset(
    {"preserved", "released", "lapsed", "refused", "not-competent", "forwarded", "withdrawn"}
)
"""States whose step bears their name."""
_WITHOUT_EXECUTION: Final = frozenset({"refused", "not-competent", "forwarded", "withdrawn"})
_ENDS: Final = {
    "request.refused": "refused",
    "request.not-competent": "not-competent",
    "request.forwarded": "forwarded",
    "preservation.confirmed": "preserved",
}
"""Type of a message to the state whose name its step bears."""
_WAITING: Final = frozenset({"clarifying", "postponed"})

type Step = tuple[str, Any, str]
"""``done``, ``now`` or ``next``, what the step is called, and a small line below it."""


def steps_of(thread: Thread) -> list[Step]:
    """Return the steps of a request; of a conversation that asks nothing, none."""
    if thread.row.type != REQUEST:
        return []
    state, reached = thread.row.main, _reached(thread)
    if state == "closed":
        return [_done(number, thread, reached) for number in sorted({*reached, _CLOSED})]
    current = _current(state, reached)
    ahead = [_CLOSED] if state in _WITHOUT_EXECUTION else range(current + 1, len(NAMES))
    return [
        *(_done(number, thread, reached) for number in sorted(reached) if number < current),
        ("now", _name(current, thread, reached), _small(current, thread, reached)),
        *(("next", NAMES[number], "") for number in ahead),
    ]


def _current(state: str, reached: Mapping[int, Event]) -> int:
    """Return the step that a request stands at; one withdrawn stands behind the last reached."""
    if state in _CURRENT:
        return _CURRENT[state]
    return min(max(reached, default=_RECEIVED) + 1, _EXECUTED)


def _reached(thread: Thread) -> dict[int, Event]:
    """Return the message by which each step was reached last; what came later implies no step."""
    found: dict[int, Event] = {}
    for event in thread.events:
        if event.row.standing != APPLIED:
            continue
        if event.row.content == thread.row.digest:
            found[_RECEIVED] = event
        elif event.row.type in _REACHED:
            found[_REACHED[event.row.type]] = event
    return found


def _name(number: int, thread: Thread, reached: Mapping[int, Event]) -> Any:
    """Return what a step is called, by what is known of it."""
    state, event = thread.row.main, reached.get(number)
    if number == _RECEIVED and event is not None and event.row.outgoing:
        if _arrived(thread, event):
            return NAMES[_RECEIVED]
        return _("Signed") if thread.row.paper else SENT[event.sent]
    if state in _NAMED and number == _current(state, reached):
        return STATE[state]
    if event is not None and event.row.type in _ENDS:
        return STATE[_ENDS[event.row.type]]
    return NAMES[number]


def _arrived(thread: Thread, event: Event) -> bool:
    """Tell whether the other side is known to have a request of ours: by receipt or by answer."""
    if any(not one.fault for one in event.receipts):
        return True
    return any(one.row.standing == APPLIED and not one.row.outgoing for one in thread.events)


def _done(number: int, thread: Thread, reached: Mapping[int, Event]) -> Step:
    return "done", _name(number, thread, reached), _moment(number, reached)


def _moment(number: int, reached: Mapping[int, Event]) -> str:
    """Return when a step was reached, as far as it is known."""
    event = reached.get(number)
    if event is None:
        return ""
    if number == _RECEIVED and event.row.outgoing:
        given = [one.received_at for one in event.receipts if one.received_at and not one.fault]
        return _when(min(given)) if given else _when(event.row.recorded_at)
    return _when(event.row.recorded_at)


def _small(number: int, thread: Thread, reached: Mapping[int, Event]) -> str:
    """Return what is said of the step that a request stands at."""
    state, event, when = thread.row.main, reached.get(number), _moment(number, reached)
    if number == _RECEIVED and event is not None:
        if event.undelivered:
            return f"{when} · {fault(event.undelivered[0].fault)}"
        if event.row.outgoing and not _arrived(thread, event):
            # nobody gives a receipt of a letter
            return when if thread.row.paper else _("%(when)s, no receipt yet") % {"when": when}
        return _("%(when)s, not acknowledged") % {"when": when}
    return str(STATE[state]) if state in _WAITING else when


def _when(at: datetime) -> str:
    return f"{date_text(at)} {at:%H:%M}"
