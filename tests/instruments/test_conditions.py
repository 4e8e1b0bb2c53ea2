"""Every predicate: what makes it true, what makes it false, and what leaves it open."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.instruments.treaty import DAY, NOW, condition

from comity.instruments.conditions import FALSE, TRUE, Verdict, both, either, evaluate, negated
from comity.instruments.errors import LawConditionError
from comity.instruments.predicates import PREDICATES

type Given = Mapping[str, Any]

LATER = NOW + 30 * DAY
SECOND = timedelta(seconds=1)
CLASSES = "request.classes"
GROUNDS = "decision.grounds"
IDS = "request.identifiers"
SPAN = ["preservation.start", "preservation.end"]


def span(end: Any) -> Given:
    return {"preservation.start": NOW, "preservation.end": end}


def grounds(*keys: str, measure: str = "stored-data") -> Given:
    return {GROUNDS: keys, "measure": measure}


def items(*values: Given) -> Given:
    return {IDS: values}


WIDE = {"is": ["case.scope", "wide"]}
CLOSED = {"is": ["case.closed", True]}
HAS_VALUE = {"present": "item.value"}
OLD = {"is": ["item.old", True]}

# (condition, facts, whether it holds, what is missing)
TABLE: list[tuple[dict[str, Any], Given, bool | None, set[str]]] = [
    ({"present": "case.text"}, {"case.text": "x"}, True, set()),
    ({"present": "case.text"}, {}, False, set()),
    ({"missing": "case.text"}, {"case.text": "x"}, False, set()),
    ({"missing": "case.text"}, {}, True, set()),
    ({"missing": "case.closed"}, {"case.closed": False}, False, set()),
    (WIDE, {"case.scope": "wide"}, True, set()),
    (WIDE, {"case.scope": "narrow"}, False, set()),
    (WIDE, {}, None, {"case.scope"}),
    ({"is": ["case.closed", False]}, {"case.closed": False}, True, set()),
    ({"is": ["case.years", 4]}, {"case.years": 4.0}, True, set()),
    ({"is": ["case.text", "a"]}, {"case.text": "A"}, False, set()),
    ({"not-is": ["case.scope", "wide"]}, {"case.scope": "narrow"}, True, set()),
    ({"not-is": ["case.scope", "wide"]}, {"case.scope": "wide"}, False, set()),
    ({"not-is": ["case.scope", "wide"]}, {}, None, {"case.scope"}),
    ({"one-of": ["decision.kind", ["refuse", "postpone"]]}, {"decision.kind": "postpone"}, True,
     set()),
    ({"one-of": ["decision.kind", ["refuse"]]}, {"decision.kind": "accept"}, False, set()),
    ({"one-of": ["decision.kind", ["refuse"]]}, {}, None, {"decision.kind"}),
    ({"one-of": [CLASSES, ["content"]]}, {CLASSES: ("traffic", "content")}, True, set()),
    ({"one-of": [CLASSES, ["content"]]}, {CLASSES: ("traffic",)}, False, set()),
    ({"none-of": ["decision.kind", ["refuse"]]}, {"decision.kind": "accept"}, True, set()),
    ({"none-of": ["decision.kind", ["refuse"]]}, {"decision.kind": "refuse"}, False, set()),
    ({"none-of": [CLASSES, ["content"]]}, {CLASSES: ("traffic", "content")}, False, set()),
    ({"none-of": [CLASSES, ["content"]]}, {CLASSES: ("traffic",)}, True, set()),
    ({"none-of": [CLASSES, ["content"]]}, {}, None, {CLASSES}),
    ({"within": [CLASSES, ["traffic", "content"]]}, {CLASSES: ("traffic", "content")}, True, set()),
    ({"within": [CLASSES, ["traffic"]]}, {CLASSES: ("traffic", "content")}, False, set()),
    ({"within": [CLASSES, ["traffic"]]}, {}, None, {CLASSES}),
    ({"within": ["case.scope", ["wide"]]}, {"case.scope": "wide"}, True, set()),
    ({"within": ["case.scope", ["wide"]]}, {"case.scope": "narrow"}, False, set()),
    ({"member": ["route.language", "route.accepted_languages"]},
     {"route.language": "fr", "route.accepted_languages": ("en", "fr")}, True, set()),
    ({"member": ["route.language", "route.accepted_languages"]},
     {"route.language": "fr", "route.accepted_languages": ("en",)}, False, set()),
    ({"member": ["route.language", "route.accepted_languages"]},
     {"route.language": "fr"}, None, {"route.accepted_languages"}),
    ({"member": ["route.language", "route.accepted_languages"]},
     {}, None, {"route.language", "route.accepted_languages"}),
    ({"less": ["case.years", 4]}, {"case.years": 3.9}, True, set()),
    ({"less": ["case.years", 4]}, {"case.years": 4}, False, set()),
    ({"less": ["case.years", 4]}, {}, None, {"case.years"}),
    ({"more": ["case.years", 4]}, {"case.years": 5}, True, set()),
    ({"more": ["case.years", 4]}, {"case.years": 4}, False, set()),
    ({"more": ["case.years", 4]}, {}, None, {"case.years"}),
    ({"less-than": ["case.years", "case.other_years"]},
     {"case.years": 1, "case.other_years": 2}, True, set()),
    ({"less-than": ["case.years", "case.other_years"]},
     {"case.years": 2, "case.other_years": 2}, False, set()),
    ({"less-than": ["case.years", "case.other_years"]},
     {"case.years": 3, "case.other_years": 2}, False, set()),
    ({"less-than": ["case.years", "case.other_years"]},
     {"case.other_years": 2}, None, {"case.years"}),
    ({"before": SPAN}, span(LATER), True, set()),
    ({"before": SPAN}, span(NOW), False, set()),
    ({"before": SPAN}, span(NOW - SECOND), False, set()),
    ({"before": SPAN}, {"preservation.end": NOW}, None, {"preservation.start"}),
    ({"before": ["at", "preservation.end"]}, {"at": NOW, "preservation.end": LATER}, True, set()),
    ({"shorter-days": [*SPAN, 30]}, span(LATER - SECOND), True, set()),
    ({"shorter-days": [*SPAN, 30]}, span(LATER), False, set()),
    ({"shorter-days": [*SPAN, 30]}, span(LATER + SECOND), False, set()),
    ({"shorter-days": [*SPAN, 30]}, span(NOW - DAY), True, set()),
    ({"shorter-days": [*SPAN, 30]}, {"preservation.start": NOW}, None, {"preservation.end"}),
    ({"longer-days": [*SPAN, 30]}, span(LATER + SECOND), True, set()),
    ({"longer-days": [*SPAN, 30]}, span(LATER), False, set()),
    ({"longer-days": [*SPAN, 30]}, span(LATER - SECOND), False, set()),
    ({"longer-days": [*SPAN, 30]}, {}, None, set(SPAN)),
    ({"listed": "case.offence"}, {"case.offence": "fraud"}, True, set()),
    ({"listed": "case.offence"}, {"case.offence": "treason"}, False, set()),
    ({"listed": "case.offence"}, {}, None, {"case.offence"}),
    ({"ground": [GROUNDS, "measure"]}, grounds("security"), True, set()),
    ({"ground": [GROUNDS, "measure"]}, grounds("security", "ongoing-case"), True, set()),
    ({"ground": [GROUNDS, "measure"]}, grounds("security", "weather"), False, set()),
    ({"ground": [GROUNDS, "measure"]}, grounds("security", measure="preservation"), False, set()),
    ({"ground": [GROUNDS, "measure"]}, grounds("security", measure="extradition"), False, set()),
    ({"ground": [GROUNDS, "measure"]}, {"measure": "stored-data"}, None, {GROUNDS}),
    ({"some": [IDS, HAS_VALUE]}, items({}, {"item.value": "x"}), True, set()),
    ({"some": [IDS, HAS_VALUE]}, items({}, {}), False, set()),
    ({"some": [IDS, HAS_VALUE]}, {}, None, {IDS}),
    ({"some": [IDS, OLD]}, items({"item.old": False}, {"item.old": True}), True, set()),
    ({"some": [IDS, OLD]}, items({"item.old": False}, {}), None, {IDS}),
    ({"some": [IDS, OLD]}, items({}, {"item.old": True}), True, set()),
    ({"some": [IDS, OLD]}, items({"item.old": False}), False, set()),
    ({"some": [IDS, {"all": [HAS_VALUE, OLD]}]},
     items({"item.value": "x", "item.old": False}, {"item.old": True}), False, set()),
    ({"some": [IDS, {"all": [HAS_VALUE, WIDE]}]}, items({"item.value": "x"}), None, {"case.scope"}),
    ({"some": [IDS, WIDE]}, {IDS: ({},), "case.scope": "wide"}, True, set()),
    ({"all": [WIDE, CLOSED]}, {"case.scope": "wide", "case.closed": True}, True, set()),
    ({"all": [WIDE, CLOSED]}, {"case.scope": "wide", "case.closed": False}, False, set()),
    ({"all": [WIDE, CLOSED]}, {"case.scope": "narrow"}, False, set()),
    ({"all": [WIDE, CLOSED]}, {"case.scope": "wide"}, None, {"case.closed"}),
    ({"all": [WIDE, CLOSED]}, {"case.closed": True}, None, {"case.scope"}),
    ({"all": [WIDE, CLOSED]}, {}, None, {"case.scope", "case.closed"}),
    ({"any": [WIDE, CLOSED]}, {"case.scope": "narrow", "case.closed": False}, False, set()),
    ({"any": [WIDE, CLOSED]}, {"case.closed": True}, True, set()),
    ({"any": [WIDE, CLOSED]}, {"case.scope": "narrow"}, None, {"case.closed"}),
    ({"any": [WIDE, CLOSED]}, {}, None, {"case.scope", "case.closed"}),
    ({"not": WIDE}, {"case.scope": "narrow"}, True, set()),
    ({"not": WIDE}, {"case.scope": "wide"}, False, set()),
    ({"not": WIDE}, {}, None, {"case.scope"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "facts", "truth", "missing"), TABLE, ids=[str(row[:2]) for row in TABLE]
)
def test_a_condition(
    written: dict[str, Any], facts: Given, truth: bool | None, missing: set[str]
) -> None:
    assert evaluate(condition(written), facts) == Verdict(truth, frozenset(missing))


def test_the_table_shows_every_predicate_true_and_false() -> None:
    shown = {(next(iter(written)), truth) for written, _, truth, _ in TABLE}
    assert shown >= {(op, truth) for op in PREDICATES for truth in (True, False)}


def test_the_table_leaves_open_every_predicate_that_compares() -> None:
    open_ = {next(iter(written)) for written, _, truth, _ in TABLE if truth is None}
    assert open_ == set(PREDICATES) - {"present", "missing"}


def test_judging_items_does_not_change_the_facts() -> None:
    facts = items({"item.value": "x"})
    evaluate(condition({"some": [IDS, HAS_VALUE]}), facts)
    assert facts == items({"item.value": "x"})


def test_a_condition_tells_its_facts_and_its_predicates() -> None:
    found = condition({"all": [{"not": WIDE}, {"some": [IDS, {"all": [OLD, {"before": SPAN}]}]}]})
    assert found.facts() == {"case.scope", IDS, "item.old", *SPAN}
    assert found.predicates() == {"all", "not", "is", "some", "before"}


# ------------------------------------------------------------------ Kleene's laws


def verdicts() -> st.SearchStrategy[Verdict]:
    names = st.frozensets(st.sampled_from("abc"), min_size=1)
    return st.sampled_from([TRUE, FALSE]) | names.map(lambda missing: Verdict(None, missing))


MANY = st.lists(verdicts(), max_size=5)


def value(verdict: Verdict) -> float:
    return {True: 1.0, None: 0.5, False: 0.0}[verdict.truth]


@given(MANY)
def test_a_conjunction_is_as_true_as_its_least_true_part(parts: list[Verdict]) -> None:
    assert value(both(parts)) == min(map(value, parts), default=1.0)


@given(MANY)
def test_a_disjunction_is_as_true_as_its_truest_part(parts: list[Verdict]) -> None:
    assert value(either(parts)) == max(map(value, parts), default=0.0)


@given(verdicts())
def test_a_negation_of_a_negation_is_the_thing(verdict: Verdict) -> None:
    assert value(negated(verdict)) == 1 - value(verdict)
    assert negated(negated(verdict)) == verdict


@given(MANY)
def test_negation_passes_through_by_de_morgan(parts: list[Verdict]) -> None:
    assert negated(either(parts)) == both([negated(part) for part in parts])


@given(MANY)
def test_what_is_asked_for_is_what_the_open_parts_lack(parts: list[Verdict]) -> None:
    lacking = frozenset[str]().union(*(part.missing for part in parts))
    for verdict in (both(parts), either(parts)):
        assert verdict.missing == (lacking if verdict.truth is None else frozenset())


@given(MANY, st.randoms())
def test_order_does_not_matter(parts: list[Verdict], random: Any) -> None:
    mixed = random.sample(parts, len(parts))
    assert both(mixed) == both(parts)
    assert either(mixed) == either(parts)


def truths() -> st.SearchStrategy[dict[str, Any]]:
    # "case.text" is never given below: only what compares stays settled when more becomes known
    leaves: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
        [WIDE, CLOSED, {"missing": "case.text"}, {"less": ["case.years", 4]}]
    )
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts})
            | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts})
            | inner.map(lambda part: {"not": part})
        ),
        max_leaves=6,
    )


SOME_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "case.scope": st.sampled_from(["narrow", "wide"]),
        "case.closed": st.booleans(),
        "case.years": st.integers(0, 8),
    },
)
REST = {"case.scope": "wide", "case.closed": False, "case.years": 4}


@given(truths(), SOME_FACTS, SOME_FACTS)
def test_what_is_settled_stays_so_whatever_else_becomes_known(
    written: dict[str, Any], facts: Given, more: Given
) -> None:
    try:
        found = condition(written)
    except LawConditionError:  # deeper than allowed
        return
    before = evaluate(found, facts)
    after = evaluate(found, {**more, **facts})
    assert before.truth is None or after == before


@given(truths(), SOME_FACTS)
def test_the_missing_facts_do_settle_it(written: dict[str, Any], facts: Given) -> None:
    try:
        found = condition(written)
    except LawConditionError:  # deeper than allowed
        return
    verdict = evaluate(found, facts)
    answered = {name: REST[name] for name in verdict.missing}
    assert evaluate(found, {**facts, **answered}).truth is not None
