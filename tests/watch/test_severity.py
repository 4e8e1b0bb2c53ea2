"""One function says how much a thing presses, and nothing else does."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from pathlib import Path

import comity.node
from comity.node.cases.severity import (
    ALARM,
    CONDITIONS,
    TABLE,
    Facts,
    Kind,
    Severity,
    changes_at,
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
NOW = (Severity.CRITICAL, Severity.HIGH)
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


@dataclass(frozen=True)
class Told:
    """Facts at a moment, in the words of the guide."""

    facts: Facts
    left: timedelta
    waited: timedelta
    at_hand: bool

    @property
    def of_deadline(self) -> Severity:
        if self.at_hand:
            return Severity.HIGH
        return Severity.NORMAL if self.left <= 72 * HOUR else Severity.LOW

    @property
    def by_node(self) -> bool:
        late = self.facts.urgency == "urgent" and self.waited >= HOUR
        return not self.facts.on_paper and (self.facts.measure == "preservation" or late)


def told(facts: Facts, at: datetime) -> Told:
    ahead = 24 * HOUR
    if facts.due_at and facts.begun_at and facts.begun_at < facts.due_at:
        ahead = min(ahead, (facts.due_at - facts.begun_at) / 4)
    left = (facts.due_at or at + 9999 * HOUR) - at
    waited = at - facts.since if facts.since else 0 * HOUR
    return Told(facts, left, waited, at_hand=left <= ahead)


def now_if(holds: bool, otherwise: Severity = Severity.NORMAL) -> Severity:
    return Severity.HIGH if holds else otherwise


def soon_if(holds: bool) -> Severity:
    return Severity.NORMAL if holds else Severity.LOW


def of_unread(one: Told) -> Severity:
    if one.facts.acknowledged:
        return one.of_deadline
    return Severity.CRITICAL if one.facts.emergency else now_if(one.by_node or one.at_hand)


def of_unanswered(one: Told) -> Severity:
    if one.facts.emergency:
        return now_if(one.waited >= HOUR)
    return soon_if(one.waited >= 24 * HOUR)


def of_undelivered(one: Told) -> Severity:
    late = one.facts.urgency == "urgent" and one.waited >= HOUR
    return Severity.CRITICAL if one.facts.emergency else now_if(late)


def of_call(one: Told) -> Severity:
    return Severity.CRITICAL if one.facts.emergency else now_if(one.at_hand)


def of_ending(one: Told) -> Severity:
    if not one.facts.ours or one.left > 720 * HOUR:
        return Severity.LOW
    return now_if(one.left <= 0 * HOUR)


def of_their_clock(one: Told) -> Severity:
    if one.left > 0 * HOUR:
        return Severity.LOW
    return now_if(one.facts.emergency)


def of_clock(one: Told) -> Severity:
    return worst(soon_if(one.facts.emergency), one.of_deadline)


IN_WORDS: dict[Kind, Callable[[Told], Severity]] = {
    **dict.fromkeys(
        (Kind.LOGS, Kind.AUDIT, Kind.DISK, Kind.STORE, Kind.WORK), lambda _: Severity.CRITICAL
    ),
    **dict.fromkeys(
        (Kind.DEAD, Kind.TWO_WORDS, Kind.DIRECTORY, Kind.NOTICES), lambda _: Severity.HIGH
    ),
    **dict.fromkeys((Kind.STRAY, Kind.NEW), lambda _: Severity.LOW),
    Kind.UNREAD: of_unread,
    Kind.UNANSWERED: of_unanswered,
    Kind.UNDELIVERED: of_undelivered,
    Kind.UNREAD_MESSAGE: lambda one: soon_if(one.facts.emergency or one.waited >= 24 * HOUR),
    Kind.SECOND: lambda one: now_if(one.facts.due_at is not None and one.left <= 4 * HOUR),
    Kind.CALL: of_call,
    Kind.QUOTA: lambda one: Severity.CRITICAL if one.facts.emergency else Severity.NORMAL,
    Kind.MAIL: lambda one: soon_if(one.waited >= HOUR),
    Kind.DRAFT: lambda one: soon_if(one.facts.emergency),
    **dict.fromkeys((Kind.PARTNER, Kind.REFUSED), lambda one: now_if(one.facts.late)),
    **dict.fromkeys((Kind.ENTRY, Kind.KEYS), of_ending),
    Kind.REVIEW: lambda one: soon_if(one.at_hand or one.left <= 72 * HOUR),
    Kind.EXTENSION: lambda one: now_if(one.at_hand),
    Kind.THEIR_CLOCK: of_their_clock,
    **dict.fromkeys((Kind.CLOCK, Kind.TASK, Kind.RETENTION), of_clock),
}
"""What docs/how-to/run-a-watch.md says, told once more in code; kinds left out are normal."""


def in_words(facts: Facts, at: datetime) -> Severity:
    found = IN_WORDS.get(facts.kind)
    return found(told(facts, at)) if found else Severity.NORMAL


def test_the_table_says_what_was_decided_for_every_combination_of_facts() -> None:
    wrong = [
        (facts, severity_of(facts, at=AT), in_words(facts, AT))
        for facts in combinations()
        if severity_of(facts, at=AT) is not in_words(facts, AT)
    ]
    assert wrong == []


def test_every_condition_of_the_table_is_known_used_and_told_in_words() -> None:
    used = {code for rule in TABLE.rules for code in rule.when}
    assert used == set(TABLE.conditions) == set(CONDITIONS)
    assert list(TABLE.severities) == [one.value for one in Severity]
    for kind in Kind:
        rules = [rule for rule in TABLE.rules if kind in rule.kinds]
        assert [rule.when for rule in rules].index(()) == len(rules) - 1, kind


def test_time_alone_changes_a_severity_at_no_other_moment_than_the_one_foretold() -> None:
    moments = [AT + minutes * timedelta(minutes=1) for minutes in range(0, 31 * 60, 30)]
    wrong = []
    for facts in combinations():
        if facts.urgency in ("", "urgent") or facts.measure in ("", "stored-data"):
            continue
        foretold = changes_at(facts, after=AT)
        stands = severity_of(facts, at=AT)
        until = [one for one in moments if foretold is None or one < foretold]
        same = all(severity_of(facts, at=one) is stands for one in until)
        if not same or (foretold and severity_of(facts, at=foretold) is stands):
            wrong.append((facts, foretold))
    assert wrong == []


def test_whatever_needs_a_person_now_raises_an_alarm_and_whatever_does_is_no_mere_note() -> None:
    wrong = [
        facts
        for facts in combinations()
        for severity in [severity_of(facts, at=AT)]
        if (severity in NOW and facts.kind not in ALARM)
        or (raises_alarm(facts.kind, severity) and severity is Severity.LOW)
        or (severity in NOW) > raises_alarm(facts.kind, severity)
    ]
    assert wrong == []
    assert set(ALARM.values()) == set(KINDS) == set(duty_words.KIND) - {"any"}
    assert set(KINDS) == set(duty_words.DO)
    manual = Path("docs/how-to/duty-roster.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"\n| `{kind}` |" not in manual] == []


def test_an_emergency_that_nobody_acknowledged_is_critical_from_the_first_second() -> None:
    for facts in combinations():
        if facts.kind is Kind.UNREAD and facts.emergency and not facts.acknowledged:
            assert severity_of(facts, at=AT) is Severity.CRITICAL, facts
    now = Facts(kind=Kind.UNREAD, urgency="emergency", measure="stored-data", since=AT)
    assert severity_of(now, at=AT) is Severity.CRITICAL


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
        (unread, Severity.NORMAL),
        (replace(unread, since=AT - 500 * HOUR), Severity.NORMAL),
        (replace(unread, due_at=AT - HOUR), Severity.HIGH),
        (replace(unread, measure="preservation"), Severity.HIGH),
        (replace(unread, measure="preservation", on_paper=True), Severity.NORMAL),
        (replace(unread, measure="emergency", on_paper=True), Severity.CRITICAL),
        (replace(unread, urgency="urgent"), Severity.NORMAL),
        (replace(unread, urgency="urgent", since=AT - HOUR), Severity.HIGH),
        (replace(unread, urgency="emergency", acknowledged=True), Severity.LOW),
        (ours, Severity.LOW),
        (replace(ours, since=AT - 24 * HOUR), Severity.NORMAL),
        (replace(ours, urgency="emergency"), Severity.NORMAL),
        (replace(ours, urgency="emergency", since=AT - HOUR), Severity.HIGH),
        (clock, Severity.LOW),
        (replace(clock, urgency="emergency"), Severity.NORMAL),
        (replace(clock, begun_at=long_ago, due_at=AT + 73 * HOUR), Severity.LOW),
        (replace(clock, begun_at=long_ago, due_at=AT + 72 * HOUR), Severity.NORMAL),
        (replace(clock, begun_at=long_ago, due_at=AT + 24 * HOUR), Severity.HIGH),
        (replace(clock, begun_at=AT, due_at=AT + 24 * HOUR), Severity.NORMAL),
        (replace(clock, begun_at=AT - 18 * HOUR, due_at=AT + 6 * HOUR), Severity.HIGH),
        (Facts(kind=Kind.SECOND, due_at=AT + 5 * HOUR), Severity.NORMAL),
        (Facts(kind=Kind.SECOND, due_at=AT + 4 * HOUR), Severity.HIGH),
        (Facts(kind=Kind.CALL, urgency="emergency"), Severity.CRITICAL),
        (Facts(kind=Kind.CALL, urgency="urgent"), Severity.NORMAL),
        (Facts(kind=Kind.DRAFT, urgency="emergency"), Severity.NORMAL),
        (Facts(kind=Kind.QUOTA), Severity.NORMAL),
        (Facts(kind=Kind.QUOTA, urgency="emergency"), Severity.CRITICAL),
    )
    found = [severity_of(facts, at=AT) for facts, _ in table]
    assert found == [wanted for _, wanted in table]


def test_every_kind_has_words_and_every_severity_a_colour() -> None:
    assert {*labels.WHAT, *labels.COUNTED} == set(Kind)
    assert set(labels.SEVERITY) == set(Severity)
    assert set(labels.COLOUR) == {*Severity, None}


def test_no_other_module_decides_how_much_something_presses() -> None:
    """A severity is named where it is decided or gets its words; alerts are made in one place."""
    named = ("cases/severity.py", "watch/labels.py", "watch/screen.py", "work/queries.py")
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
