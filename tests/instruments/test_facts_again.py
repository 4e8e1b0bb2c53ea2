"""Facts that were checked may be checked again: a caller reads a file, then the judge checks."""

from datetime import UTC, datetime

from comity.files.instruments import shipped
from comity.instruments import check_facts

LIBRARY = shipped()
GIVEN = {
    "case.reference": "7/26",
    "request.data_classes": ["traffic"],
    "request.identifiers": [
        {"type": "e-mail", "value": "a@example.org", "period_start": "2026-03-01T00:00:00Z"}
    ],
    "at": "2026-03-05T12:00:00Z",
}


def test_checking_twice_changes_nothing() -> None:
    once = check_facts(GIVEN, LIBRARY.facts)
    assert once["request.identifiers"][0]["item.period_start"] == datetime(2026, 3, 1, tzinfo=UTC)
    assert check_facts(once, LIBRARY.facts) == once
