"""A rule of the UN Convention that is spoilt anywhere is noticed by its row of facts."""

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.walks import every

from comity.files.instruments import shipped
from comity.instruments import Condition, Library, Rule, check_facts
from comity.instruments.conditions import evaluate

KEY = "un-2024"
ROWS = tomllib.loads(
    (Path(__file__).parent / "data" / f"{KEY}-rules.toml").read_text(encoding="utf-8")
)["rule"]
WANTED = {"breaches": True, "clears": False, "asks": None}
SWAPPED = {"all": "any", "any": "all"}


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


def spoilt(condition: Condition) -> Iterator[Condition]:
    """Yield the condition with one thing changed: and for or, a part less, a negation, a day."""
    parts = condition.parts
    if condition.op in SWAPPED:
        yield dataclasses.replace(condition, op=SWAPPED[condition.op])
        if len(parts) > 1:
            for place in range(len(parts)):
                rest = parts[:place] + parts[place + 1 :]
                yield dataclasses.replace(condition, parts=rest)
    if not parts:
        yield Condition("not", parts=(condition,))
    for place, part in enumerate(parts):
        for other in spoilt(part):
            changed = (*parts[:place], other, *parts[place + 1 :])
            yield dataclasses.replace(condition, parts=changed)
    if condition.values and type(condition.values[-1]) is int:
        for number in (condition.values[-1] - 1, condition.values[-1] + 1):
            yield dataclasses.replace(condition, values=(*condition.values[:-1], number))


def agrees(library: Library, rule: Rule, row: Mapping[str, Any]) -> bool:
    """Tell whether every fragment of the row is judged as the row says."""
    for kind, wanted in WANTED.items():
        for fragment in row.get(kind, ()):
            facts = check_facts({"at": "2026-03-05T12:00:00Z", **fragment}, library.facts)
            if evaluate(rule.when, facts).truth is not wanted:
                return False
    return True


@every("row", ROWS, ids=lambda row: row["key"])
def test_no_change_of_a_condition_goes_unnoticed(library: Library, row: Mapping[str, Any]) -> None:
    rule = library.instruments[KEY].rules[row["key"]]
    changed = [dataclasses.replace(rule, when=when) for when in spoilt(rule.when)]
    assert agrees(library, rule, row)
    assert changed
    assert not [other.when for other in changed if agrees(library, other, row)]
