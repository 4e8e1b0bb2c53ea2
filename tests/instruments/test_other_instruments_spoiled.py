"""A rule of the other instruments that is spoilt anywhere is noticed by its row of facts."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.instruments.test_other_instruments import AT, TABLES
from tests.instruments.test_un_2024_spoiled import WANTED, spoilt
from tests.walks import every

from comity.files.instruments import shipped
from comity.instruments import Condition, Library, check_facts
from comity.instruments.conditions import evaluate


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


def agrees(library: Library, condition: Condition, row: Mapping[str, Any]) -> bool:
    """Tell whether every fragment of the row is judged as the row says."""
    return all(
        evaluate(condition, check_facts({"at": AT, **fragment}, library.facts)).truth is wanted
        for kind, wanted in WANTED.items()
        for fragment in row.get(kind, ())
    )


@every(("key", "rule"), [(key, rule) for key, table in TABLES.items() for rule in table])
def test_no_change_of_a_condition_goes_unnoticed(library: Library, key: str, rule: str) -> None:
    when, row = library.instruments[key].rules[rule].when, TABLES[key][rule]
    changed = list(spoilt(when))
    assert agrees(library, when, row)
    assert changed
    assert not [other for other in changed if agrees(library, other, row)]
