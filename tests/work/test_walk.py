"""Whatever an office does, in whatever order: rows are as the facts say, and emergencies stand out.

One register for all walks: what one left behind is there for the next.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.docket.conftest import DeskOffice, asks, text
from tests.exchange.makers import VN, ZA, World, sections_of
from tests.speed.test_budget import Talk
from tests.watch.test_calls import took
from tests.work.test_rows import differences

from comity.node.cases import deadline_notices
from comity.node.cases.severity import RANK, Severity
from comity.node.core.clock import now
from comity.node.core.signals import work_changed
from comity.node.duty import alarm_causes, escalation
from comity.node.messages import draft_changes
from comity.node.models import (
    Alarm,
    CaseOfficer,
    Conversation,
    DraftRow,
    MessageRow,
    WorkItem,
)
from comity.node.operations.page_header import head_of
from comity.node.people.access import case_access
from comity.node.watch.alert_list import look
from comity.node.work.requests import known

pytestmark = pytest.mark.django_db
URGENCIES = ("normal", "urgent", "emergency")
MEASURES = ("stored-data", "preservation", "emergency")
WALKS, STEPS = 10, 8


@dataclass(frozen=True)
class Step:
    """One act, and what it needs to know; drawn before, so that it depends on nothing stored."""

    act: str
    urgency: str
    measure: str
    hours: int
    who: str
    off: bool


def world_of(office: DeskOffice) -> World:
    """Return the one world of an office: its messages have numbers of their own."""
    known: dict[int, World] = vars(office).setdefault("_world", {})
    return known.setdefault(0, World(VN, ZA, mode=office.node.config.mode))


class Asked(Talk):
    """A partner that asks as it is told to."""

    def ask(self, urgency: str, measure: str) -> None:
        """Send a request of some urgency and measure."""
        told = sections_of("request.submitted")["request"].value
        value = {**told, "urgency": urgency, "measure": measure}
        draft = self._world.open(
            "request.submitted", author=VN, now=self._at,
            sections=sections_of("request.submitted", request=value),
        )  # fmt: skip
        message = self._world.sign(draft)
        self._known.append(message)
        self._take(message, sections_of("request.submitted", request=value))


class Walk:
    """What may be done, each from what stands in the register."""

    def __init__(self, office: DeskOffice) -> None:
        self.office = office
        self.talks: list[Asked] = []
        self.step = Step("note", "normal", "stored-data", 0, "case", off=False)

    def ask(self) -> None:
        """Let a partner ask."""
        talk = Asked(self.office, world_of(self.office))
        talk._at = now() - timedelta(hours=self.step.hours)
        talk.ask(self.step.urgency, self.step.measure)
        self.talks.append(talk)

    def answer(self) -> None:
        """Acknowledge to a partner what nobody acknowledged."""
        for talk in self.talks[-1:]:
            row = Conversation.objects.get(digest=talk._known[0].content)
            if row.main == "submitted":
                talk.say("<request.acknowledged")

    def on_paper(self) -> None:
        """Write a request down from paper."""
        self.office.written()

    def of_ours(self) -> None:
        """Ask an authority ourselves."""
        self.office.at = now()
        asks(self.office)

    def mail(self) -> None:
        """Keep a mail."""
        self.office.received(name=f"{MessageRow.objects.count()}.eml")

    def call(self) -> None:
        """Take a telephone call."""
        took(self.office)

    def draft(self) -> None:
        """Make a draft, or discard one."""
        waiting = DraftRow.objects.filter(stage=DraftRow.Stage.AWAITING).first()
        if waiting is not None:
            draft_changes.discard(waiting.id, by="case")
            return
        row = Conversation.objects.filter(main="submitted", ours=False, paper=False).first()
        if row is not None:
            made = DraftRow.objects.create(
                id=f"d{DraftRow.objects.count()}", conversation=row.digest, case=row.case,
                type="request.acknowledged", fields={}, sections={}, made_by="case", made_at=now(),
            )  # fmt: skip
            work_changed.send(None, drafts=[made.id])

    def assign(self) -> None:
        """Assign a case, or take somebody off one."""
        taken = CaseOfficer.objects.select_related("officer__user").first()
        if taken is not None and self.step.off:
            case_access.unassign(taken.case, taken.officer, at=now(), by="case")
            return
        row = Conversation.objects.order_by("digest").first()
        if row is not None:
            who = self.office.people[self.step.who]
            case_access.assign(row.case, who, at=now(), by="case")

    def clocks(self) -> None:
        """Look at the clocks."""
        deadline_notices.warn()

    def alarms(self) -> None:
        """Raise alarms, and acknowledge one."""
        at = now()
        escalation.settle(alarm_causes.causes(self.office.node, at), at=at)
        waits = Alarm.objects.filter(acknowledged_at=None, ended_at=None).first()
        if waits is not None:
            # what an approver cannot answer waits on for who can
            who = self.office.people["case" if waits.owner else "approver"]
            escalation.acknowledge(waits.pk, officer=who, at=at)

    def note(self) -> None:
        """Write a note."""
        row = Conversation.objects.order_by("-digest").first()
        if row is not None:
            self.office.do("note.written", {"text": text()}, case=row.case)


ACTS = [name for name in vars(Walk) if not name.startswith("_")]
STEP_OF = st.builds(
    Step,
    act=st.sampled_from(ACTS),
    urgency=st.sampled_from(URGENCIES),
    measure=st.sampled_from(MEASURES),
    hours=st.sampled_from((0, 2, 30)),
    who=st.sampled_from(("case", "approver")),
    off=st.booleans(),
)


def check_emergencies(office: DeskOffice) -> None:
    """Hold that an emergency that nobody acknowledged shows as critical everywhere."""
    at = now()
    waiting = Conversation.objects.filter(main="submitted", ours=False)
    pressing = {
        one.row.digest
        for one in known(list(waiting.values_list("digest", flat=True)))
        if "emergency" in (one.urgency, one.row.measure)
    }
    critical = RANK[Severity.CRITICAL]
    rows = WorkItem.objects.filter(rank=critical, emergency=True)
    assert pressing <= set(rows.values_list("conversation", flat=True))
    if not pressing:
        return
    officer = office.people["approver"]
    seen = look(office.node, officer, at, since=None)
    shown = {one.conversation for one in seen.alerts if one.severity is Severity.CRITICAL}
    assert pressing <= shown
    assert seen.severity is Severity.CRITICAL, "so the API says, and the command exits 1"
    open_ = Alarm.objects.filter(ended_at=None, incident__in=rows.values("incident"))
    if open_.filter(acknowledged_at=None).exists() or open_.count() < len(pressing):
        head = head_of(officer)
        assert (head.woken > 0, head.severity) == (True, "critical")


@settings(
    max_examples=WALKS, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(STEP_OF, min_size=STEPS, max_size=STEPS))
def test_rows_are_as_the_facts_say_and_an_emergency_is_critical_everywhere(
    office: DeskOffice, steps: list[Step]
) -> None:
    walk = Walk(office)
    for walk.step in steps:
        getattr(walk, walk.step.act)()
        check_emergencies(office)
    assert differences(now()) == []


def test_an_emergency_is_critical_from_its_message_to_its_acknowledgement(
    office: DeskOffice,
) -> None:
    for urgency, measure in (("emergency", "stored-data"), ("normal", "emergency")):
        talk = Asked(office, world_of(office))
        talk._at = now()
        talk.ask(urgency, measure)
        check_emergencies(office)
        row = WorkItem.objects.get(conversation=talk._known[0].content)
        assert (row.rank, row.emergency, row.action) == (0, True, "request.acknowledged")
        escalation.settle(alarm_causes.causes(office.node, now()), at=now())
        alarm = Alarm.objects.get(incident=row.incident, ended_at=None)
        escalation.acknowledge(alarm.pk, officer=office.people["case"], at=now())
        row.refresh_from_db()
        assert (row.rank, row.owner) == (0, office.people["case"].identifier)
        talk.say("<request.acknowledged")
        row.refresh_from_db()
        assert (row.rank > 0, row.emergency) == (True, True)
        assert differences(now()) == []
