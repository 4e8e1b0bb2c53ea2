"""Each step of a request says only what is known."""

from datetime import UTC, datetime
from typing import Any

from tests.walks import every

from comity.exchange.conversation import APPLIED
from comity.exchange.request_types import REQUEST_STATES
from comity.node.case_file.status_steps import steps_of
from comity.node.cases.queries import Event, Given, Thread
from comity.node.models import Conversation, MessageRow, OutboxRow

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
THEIRS = "vn/contact-point"


def event(number: int, message_type: str, *, outgoing: bool, **more: Any) -> Event:
    row = MessageRow(
        content=f"c{number}", type=message_type, outgoing=outgoing, standing=APPLIED, recorded_at=AT
    )
    told: dict[str, Any] = {
        "message": None,
        "sections": {},
        "erased": {},
        "receipts": (),
        "proved_at": None,
    }
    return Event(row=row, approvals=1, **(told | more))


def steps(state: str, *types: str, ours: bool = False, **more: Any) -> list[tuple[str, str]]:
    """Return how each step of a request stands and what it is called."""
    row = Conversation(type="request.submitted", main=state, digest="c0", ours=ours, members=[])
    row.paper = bool(more.pop("paper", False))
    events = [
        event(0, "request.submitted", outgoing=ours, **more),
        *(
            event(n, one.removeprefix("<"), outgoing=ours is one.startswith("<"))
            for n, one in enumerate(types, 1)
        ),
    ]
    thread = Thread(row=row, partners=(THEIRS,), events=tuple(events), tracks={}, next=())
    return [(how, str(name)) for how, name, _small in steps_of(thread)]


ACK = "request.acknowledged"
RECEIVED, ACKNOWLEDGED = ("done", "Received"), ("done", "Acknowledged")
EXECUTED, CLOSED = ("next", "Executed"), ("next", "Closed")


@every(
    "state, types, expected",
    [
        (
            "submitted",
            (),
            [("now", "Received"), ("next", "Acknowledged"), ("next", "Decided"), EXECUTED, CLOSED],
        ),
        ("acknowledged", (ACK,), [RECEIVED, ACKNOWLEDGED, ("now", "Decided"), EXECUTED, CLOSED]),
        ("clarifying", (ACK,), [RECEIVED, ACKNOWLEDGED, ("now", "Decided"), EXECUTED, CLOSED]),
        ("postponed", (ACK,), [RECEIVED, ACKNOWLEDGED, ("now", "Decided"), EXECUTED, CLOSED]),
        (
            "accepted",
            (ACK, "request.accepted"),
            [RECEIVED, ACKNOWLEDGED, ("done", "Decided"), ("now", "Executed"), CLOSED],
        ),
        (
            "executed",
            ("request.accepted", "request.executed"),
            [RECEIVED, ("done", "Decided"), ("now", "Executed"), CLOSED],
        ),
        (
            "preserved",
            (ACK, "preservation.confirmed"),
            [RECEIVED, ACKNOWLEDGED, ("now", "Preserved"), CLOSED],
        ),
        ("released", ("preservation.confirmed",), [RECEIVED, ("now", "Released"), CLOSED]),
        (
            "lapsed",
            ("preservation.confirmed",),
            [RECEIVED, ("now", "Preservation expired"), CLOSED],
        ),
        ("refused", (ACK, "request.refused"), [RECEIVED, ACKNOWLEDGED, ("now", "Refused"), CLOSED]),
        ("not-competent", ("request.not-competent",), [RECEIVED, ("now", "Not competent"), CLOSED]),
        (
            "forwarded",
            ("request.forwarded",),
            [RECEIVED, ("now", "Referred to competent authority"), CLOSED],
        ),
        ("withdrawn", (ACK,), [RECEIVED, ACKNOWLEDGED, ("now", "Withdrawn"), CLOSED]),
        (
            "withdrawn",
            ("request.accepted",),
            [RECEIVED, ("done", "Decided"), ("now", "Withdrawn"), CLOSED],
        ),
        (
            "closed",
            (ACK, "request.refused", "request.closed"),
            [RECEIVED, ACKNOWLEDGED, ("done", "Refused"), ("done", "Closed")],
        ),
        (
            "closed",
            ("preservation.confirmed", "request.closed"),
            [RECEIVED, ("done", "Preserved"), ("done", "Closed")],
        ),
    ],
)
def test_a_request_received_stands_where_its_messages_brought_it(
    state: str, types: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    assert steps(state, *types) == expected


def test_every_state_of_a_request_has_steps_of_which_one_is_the_last_known() -> None:
    asked = {name for name in REQUEST_STATES if name not in ("new", "open", "pinged", "answered")}
    for state in asked:
        found = [how for how, _name in steps(state)]
        assert found.count("now") == (state != "closed"), state


def test_a_request_of_ours_is_received_once_a_receipt_or_an_answer_says_so() -> None:
    given = Given(THEIRS, AT, "accepted", linked=True, fault="")
    assert steps("submitted", ours=True)[0] == ("now", "Sent")
    assert steps("submitted", ours=True, receipts=(given,))[0] == ("now", "Received")
    waits = (OutboxRow(addressee=THEIRS, queued_at=AT),)
    waiting = steps("submitted", ours=True, deliveries=waits)[0]
    assert waiting == ("now", "Handed to the outbox"), "no node of theirs has it"
    assert steps("acknowledged", ACK, ours=True)[0] == ("done", "Received")
    assert steps("withdrawn", "<request.withdrawn", ours=True)[0] == ("done", "Sent")
    assert steps("submitted", ours=True, paper=True)[0] == ("now", "Signed")
