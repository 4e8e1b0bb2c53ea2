"""One function says how much a thing presses, and nothing else does."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from pathlib import Path

import comity.node
from comity.node.cases.severity import (
    ALARM,
    Facts,
    Kind,
    Severity,
    raises_alarm,
    severity_of,
    worst,
)
from comity.node.duty.escalation_ladder import KINDS
from comity.node.duty.pages import labels as duty_words
from comity.node.watch import labels

AT = datetime(2026, 11, 25, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
URGENCIES = ("", "normal", "urgent", "emergency")
MEASURES = ("", "stored-data", "preservation", "emergency")
NODE = Path(comity.node.__file__).parent


def combinations() -> Iterator[Facts]:
    """Yield every kind with every urgency, measure, standing, wait and deadline."""
    waits = (None, 0, 2, 30)
    dues = (None, -30, -1, 2, 20, 30, 100)
    flags = (False, True)
    for kind, urgency, measure, waited, due in product(Kind, URGENCIES, MEASURES, waits, dues):
        for flag, on_paper in product(flags, flags):
            yield Facts(
                kind=kind,
                urgency=urgency,
                measure=measure,
                acknowledged=flag,
                on_paper=on_paper,
                since=None if waited is None else AT - waited * HOUR,
                begun_at=None if waited is None else AT - waited * HOUR,
                due_at=None if due is None else AT + due * HOUR,
                ours=flag,
                late=flag,
            )


def test_whatever_needs_a_person_now_raises_an_alarm_and_whatever_does_is_no_mere_note() -> None:
    wrong = [
        facts
        for facts in combinations()
        for severity in [severity_of(facts, at=AT)]
        if (severity is Severity.NOW and facts.kind not in ALARM)
        or (raises_alarm(facts.kind, severity) and severity is Severity.NOTE)
        or (severity is Severity.NOW) > raises_alarm(facts.kind, severity)
    ]
    assert wrong == []
    assert set(ALARM.values()) == set(KINDS) == set(duty_words.KIND) - {"any"}


def test_an_emergency_that_nobody_acknowledged_is_critical_from_the_first_second() -> None:
    for facts in combinations():
        if facts.kind is Kind.UNREAD and facts.emergency and not facts.acknowledged:
            assert severity_of(facts, at=AT) is Severity.NOW, facts
    now = Facts(kind=Kind.UNREAD, urgency="emergency", measure="stored-data", since=AT)
    assert severity_of(now, at=AT) is Severity.NOW


def test_nothing_calms_down_while_its_facts_stay_as_they_are() -> None:
    wrong = []
    for facts in combinations():
        found = [severity_of(facts, at=AT + hours * HOUR) for hours in (0, 1, 5, 25, 200)]
        if any(worst(one, two) is not two for one, two in pairwise(found)):
            wrong.append((facts, found))
    assert wrong == []


def test_what_each_fact_counts() -> None:
    """The table that docs/how-to/run-a-watch.md describes."""
    unread = Facts(kind=Kind.UNREAD, urgency="normal", measure="stored-data", since=AT)
    clock = Facts(kind=Kind.CLOCK, measure="preservation", acknowledged=True)
    ours = replace(unread, kind=Kind.UNANSWERED)
    long_ago = AT - 2000 * HOUR
    table = (
        (unread, Severity.SOON),
        (replace(unread, since=AT - 500 * HOUR), Severity.SOON),
        (replace(unread, due_at=AT - HOUR), Severity.NOW),
        (replace(unread, measure="preservation"), Severity.NOW),
        (replace(unread, measure="preservation", on_paper=True), Severity.SOON),
        (replace(unread, measure="emergency", on_paper=True), Severity.NOW),
        (replace(unread, urgency="urgent"), Severity.SOON),
        (replace(unread, urgency="urgent", since=AT - HOUR), Severity.NOW),
        (replace(unread, urgency="emergency", acknowledged=True), Severity.NOTE),
        (ours, Severity.NOTE),
        (replace(ours, since=AT - 24 * HOUR), Severity.SOON),
        (replace(ours, urgency="emergency"), Severity.SOON),
        (replace(ours, urgency="emergency", since=AT - HOUR), Severity.NOW),
        (clock, Severity.NOTE),
        (replace(clock, urgency="emergency"), Severity.SOON),
        (replace(clock, begun_at=long_ago, due_at=AT + 73 * HOUR), Severity.NOTE),
        (replace(clock, begun_at=long_ago, due_at=AT + 72 * HOUR), Severity.SOON),
        (replace(clock, begun_at=long_ago, due_at=AT + 24 * HOUR), Severity.NOW),
        (replace(clock, begun_at=AT, due_at=AT + 24 * HOUR), Severity.SOON),
        (replace(clock, begun_at=AT - 18 * HOUR, due_at=AT + 6 * HOUR), Severity.NOW),
        (Facts(kind=Kind.SECOND, due_at=AT + 5 * HOUR), Severity.SOON),
        (Facts(kind=Kind.SECOND, due_at=AT + 4 * HOUR), Severity.NOW),
        (Facts(kind=Kind.CALL, urgency="emergency"), Severity.NOW),
        (Facts(kind=Kind.CALL, urgency="urgent"), Severity.SOON),
        (Facts(kind=Kind.DRAFT, urgency="emergency"), Severity.SOON),
        (Facts(kind=Kind.QUOTA), Severity.SOON),
        (Facts(kind=Kind.QUOTA, urgency="emergency"), Severity.NOW),
    )
    told = [severity_of(facts, at=AT) for facts, _ in table]
    assert told == [wanted for _, wanted in table]


def test_every_kind_has_words_and_every_severity_a_colour() -> None:
    assert {*labels.WHAT, *labels.COUNTED} == set(Kind)
    assert set(labels.SEVERITY) == set(Severity)
    assert set(labels.COLOUR) == {*Severity, None}


def test_no_other_module_decides_how_much_something_presses() -> None:
    """A severity is named where it is decided or gets its words; alerts are made in one place."""
    named = ("cases/severity.py", "watch/labels.py", "watch/pages/views.py")
    allowed = {NODE / one for one in (*named, "operations/page_header.py", "duty/alarm_kinds.py")}
    makes = {NODE / "watch" / "alert.py", NODE / "watch" / "alarm_matches.py"}
    wrong = []
    for path in sorted(NODE.rglob("*.py")):
        text = path.read_text("utf-8")
        if "Severity." not in text and "Alert(" not in text:
            continue
        for one in ast.walk(ast.parse(text)):
            match one:
                case ast.Attribute(value=ast.Name(id="Severity"), attr=member):
                    if member in Severity.__members__ and path not in allowed:
                        wrong.append(f"{path.name}:{one.lineno} names a severity")
                case ast.Call(func=ast.Name(id="Alert")) if path not in makes:
                    wrong.append(f"{path.name}:{one.lineno} makes an alert")
    assert wrong == []
