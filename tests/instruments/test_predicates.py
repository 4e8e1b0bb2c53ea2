"""Conditions that are refused before they are ever judged."""

import pytest
from tests.instruments.treaty import condition
from tests.walks import every

from comity.instruments.errors import LawConditionError, LawReferenceError
from comity.instruments.predicates import MAX_DEPTH, MAX_PREDICATES

GIVEN = {"present": "case.text"}
IDS = "request.identifiers"


def nested(depth: int) -> object:
    found: object = GIVEN
    for _ in range(depth - 1):
        found = {"not": found}
    return found


MALFORMED = {
    "no table": "present",
    "no predicate": {},
    "two predicates": {"present": "case.text", "missing": "case.text"},
    "an unknown predicate": {"equals": ["case.text", "x"]},
    "a long unknown predicate": {"x" * 1000: 1},
    "a path that is no text": {"present": 1},
    "a list for a path": {"present": ["case.text"]},
    "too few operands": {"is": ["case.text"]},
    "too many operands": {"is": ["case.text", "a", "b"]},
    "operands that are no list": {"is": "case.text"},
    "days without days": {"shorter-days": ["preservation.start", "preservation.end"]},
    "an empty list of conditions": {"all": []},
    "conditions that are no list": {"any": GIVEN},
    "too many conditions": {"any": [GIVEN] * (MAX_PREDICATES + 1)},
    "too many predicates in all": {"any": [{"all": [GIVEN] * 12}] * 10},
    "no values": {"one-of": ["case.scope", []]},
    "values that are no list": {"one-of": ["case.scope", "wide"]},
    "too deep": nested(MAX_DEPTH + 1),
    "far too deep": nested(5000),
    "a number compared with a text": {"is": ["case.years", "4"]},
    "a number compared with a fraction": {"is": ["case.years", 4.5]},
    "a number compared with a flag": {"is": ["case.years", True]},
    "a flag compared with a number": {"is": ["case.closed", 1]},
    "a text compared with a flag": {"is": ["case.text", True]},
    "a time compared with a text": {"is": ["preservation.end", "2026-01-01T00:00:00Z"]},
    "a list compared with one code": {"is": ["request.classes", "content"]},
    "one of, over a text": {"one-of": ["case.text", ["a"]]},
    "within, over a number": {"within": ["case.years", [4]]},
    "less, over a text": {"less": ["case.text", 4]},
    "less than a fraction": {"less": ["case.years", 3.5]},
    "less than a flag": {"less": ["case.years", True]},
    "less than a negative number": {"less": ["case.years", -1]},
    "less than a huge number": {"less": ["case.years", 10**12]},
    "less than, over a code": {"less-than": ["case.years", "case.scope"]},
    "before, over a number": {"before": ["preservation.end", "case.years"]},
    "more days than can be counted": {
        "longer-days": ["preservation.start", "preservation.end", 1_000_000_000]
    },
    "days of a text": {"longer-days": ["preservation.start", "preservation.end", "30"]},
    "days between a time and a text": {"longer-days": ["preservation.start", "case.text", 30]},
    "a list as a member": {"member": ["request.classes", "route.accepted_languages"]},
    "a member of one code": {"member": ["route.language", "case.offence"]},
    "listed, over a text": {"listed": "case.text"},
    "a ground for a text": {"ground": ["decision.grounds", "case.text"]},
    "a ground without its measure": {"ground": ["decision.grounds"]},
    "some, over no items": {"some": ["request.classes", GIVEN]},
    "some inside some": {"some": [IDS, {"some": [IDS, GIVEN]}]},
}
FOREIGN = {
    "a fact that does not exist": {"present": "case.invented"},
    "a fact of no group": {"present": "case"},
    "a member outside some": {"present": "item.value"},
    "a member that items do not have": {"some": [IDS, {"present": "item.colour"}]},
    "a code that is not among the values": {"is": ["case.scope", "tiny"]},
    "a code among values that is none": {"one-of": ["request.classes", ["traffic", "smoke"]]},
    "a second fact that does not exist": {"before": ["at", "case.invented"]},
}


@every("name", MALFORMED)
def test_what_is_no_condition_is_refused(name: str) -> None:
    with pytest.raises(LawConditionError) as caught:
        condition(MALFORMED[name])
    assert (caught.value.facts["file"], caught.value.facts["key"]) == ("file", "rule R")


@pytest.mark.parametrize("name", FOREIGN)
def test_what_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(LawReferenceError):
        condition(FOREIGN[name])


@pytest.mark.parametrize(
    "written",
    [
        nested(MAX_DEPTH),
        {"any": [GIVEN] * (MAX_PREDICATES - 1)},
        {"is": ["case.offence", "any-code-where-the-list-is-elsewhere"]},
        {"less": ["case.years", 0]},
        {"listed": "decision.grounds"},
    ],
)
def test_what_is_just_allowed_is_read(written: object) -> None:
    assert condition(written).predicates()
