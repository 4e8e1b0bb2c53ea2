"""The watch, its colour, the API, the command's exit status and the alarms say one thing."""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

from django.test import Client
from tests.programs.commanding import Run
from tests.work.bringing import bring

from comity.demo.world import ASKED, ASKING
from comity.node.cases.severity import (
    ALARM,
    RANK,
    Facts,
    Kind,
    Severity,
    raises_alarm,
    severity_of,
    worst,
)
from comity.node.core.clock import now
from comity.node.duty import alarm_causes, escalation
from comity.node.models import (
    Alarm,
    CaseOfficer,
    Conversation,
    MessageRow,
    SectionRow,
    WorkItem,
)
from comity.node.service.handle import this_service
from comity.node.watch.labels import COLOUR

HOUR = timedelta(hours=1)
SAMPLED = 8
DIGEST = "sha256:" + "a" * 64


@dataclass(frozen=True)
class Case:
    """The facts of one request, as they are stored."""

    ours: bool
    main: str
    urgency: str
    measure: str
    waited_h: int
    due_h: int | None


EVERY = [
    Case(*one)
    for one in product(
        (False, True),
        ("submitted", "acknowledged"),
        ("normal", "urgent", "emergency"),
        ("stored-data", "preservation", "emergency"),
        (0, 2, 30),
        (None, -1, 2, 48),
    )
]
ALWAYS = (
    Case(False, "submitted", "emergency", "stored-data", 0, None),
    Case(False, "submitted", "normal", "emergency", 0, 48),
    Case(False, "submitted", "normal", "stored-data", 30, None),
    Case(False, "submitted", "urgent", "stored-data", 2, None),
    Case(True, "submitted", "emergency", "stored-data", 2, None),
    Case(False, "acknowledged", "normal", "stored-data", 30, -1),
)


def stored(case: Case) -> list[Facts]:
    """Store a request; return the facts that the watch has to weigh."""
    at = now()
    opened = at - case.waited_h * HOUR
    due = None if case.due_h is None else at + case.due_h * HOUR
    opener = ASKED if case.ours else ASKING
    Conversation.objects.create(
        digest=DIGEST, opener=opener, members=[ASKED, ASKING], type="request.submitted",
        measure=case.measure, case="2026-000001", main=case.main, ours=case.ours, opened_at=opened,
        moved_at=opened, due_at=due,
    )  # fmt: skip
    MessageRow.objects.create(
        record=DIGEST, content=DIGEST, conversation=DIGEST, author=opener, message_id="m",
        sequence=0, type="request.submitted", outgoing=case.ours, jws=b"", sent_at=opened,
        recorded_at=opened, standing="applied", outcome="applied", epoch=1, index=0, tree_size=1,
    )  # fmt: skip
    value = {"measure": case.measure, "urgency": case.urgency}
    SectionRow.objects.create(record=DIGEST, name="request", salt=b"s", value=value)
    told: dict[str, Any] = {"urgency": case.urgency, "measure": case.measure, "begun_at": opened}
    waits = case.main == "submitted"
    found = []
    if waits and not case.ours:
        found.append(Facts(kind=Kind.UNREAD, since=opened, due_at=due, **told))
    if waits and case.ours:
        found.append(Facts(kind=Kind.UNANSWERED, since=opened, **told))
    if due is not None and not (waits and not case.ours):
        found.append(Facts(kind=Kind.CLOCK, acknowledged=not waits, due_at=due, **told))
    return found


def erased() -> None:
    for model in (Conversation, MessageRow, SectionRow, Alarm, CaseOfficer, WorkItem):
        model.objects.all().delete()


def summary_of(page: str) -> tuple[str, str]:
    """Return colour and words of the one sentence over the list."""
    found = re.search(r'<p class="summary (\w+)">(.*?) <span', page)
    assert found is not None
    return found[1], found[2]


def test_every_face_says_what_the_one_function_says(
    run: Run, sign_in: Callable[[str], Client]
) -> None:
    run("duty", "watch", "--once")
    client, wrong = sign_in("duty"), []
    for case in [*ALWAYS, *random.Random(16).sample(EVERY, SAMPLED)]:
        facts = stored(case)
        at = now()
        bring(this_service().node, at)
        each = [(one.kind, severity_of(one, at=at)) for one in facts]
        each = sorted(each, key=lambda one: RANK[one[1]])[:1]  # one incident is one line
        wanted = each[0][1] if each else None
        escalation.settle(alarm_causes.causes(this_service().node, at), at=at)
        due = {(ALARM[kind], one.value) for kind, one in each if raises_alarm(kind, one)}
        colour, words = summary_of(client.get("/watch").text)
        done = run("duty", "watch", "--json")
        told: dict[str, Any] = json.loads(done.stdout)
        bell = client.get("/duty/waiting").json()
        faces = {
            "alarms": set(Alarm.objects.values_list("kind", "severity")) == due,
            "bell": (bell["waiting"], bell["severity"] or "")
            == (len(due), worst(*(Severity(one) for _, one in due)) if due else ""),
            "colour": colour == COLOUR[wanted],
            "words": ("critical" in words and "No item" not in words)
            == (wanted is Severity.CRITICAL),
            "api": told["severity"] == wanted,
            "lines": {(one["kind"], one["severity"]) for one in told["alerts"]} == set(each),
            "exit": done.exit_code == (1 if wanted in (Severity.CRITICAL, Severity.HIGH) else 0),
        }
        wrong += [(case, face, wanted) for face, same in faces.items() if not same]
        erased()
    assert wrong == []
