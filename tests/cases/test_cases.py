"""Requests as officers meet them: what is wrong with each was written down before judging it.

Each file tells a story, gives the facts and says which rules are breached or stay open, by the
numbers of the notes that the rules come from: R-049 stands for R-049a and R-049b alike. `why`
says where each expectation comes from. Persons, addresses and numbers are invented.
"""

import ipaddress
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.walks import every

from comity.files.instruments import shipped
from comity.instruments import Judgement, Library, judge

CASES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).parent.glob("*.toml"))
}
_LETTER = re.compile(r"(?<=-\d{3})[a-z]$")

_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{1,4}(?:::?[0-9a-f]{1,4}){2,}\b")
_DOMAIN = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b")
_PHONE = re.compile(r"\+\d[\d ]*")
_EXAMPLE = re.compile(r"(?:.*\.)?example\.(?:com|net|org)")  # RFC 2606
_NETWORKS = [
    ipaddress.ip_network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]  # RFC 5737, RFC 3849


def judged(library: Library, case: Mapping[str, Any], *, all_verified: bool) -> Judgement:
    instrument = library.instruments[case["instrument"]]
    return judge(
        library,
        instrument,
        measure=case["measure"],
        step=case["step"],
        facts=case["facts"],
        verified={rule.digest for rule in instrument.rules.values()} if all_verified else (),
    )


def by_number(judgement: Judgement, outcome: str) -> dict[str, set[str]]:
    """Return the findings of one outcome by the notes' number, each with the facts it lacks."""
    found: dict[str, set[str]] = {}
    for finding in judgement.findings:
        if finding.outcome == outcome:
            found.setdefault(_LETTER.sub("", finding.rule.key), set()).update(finding.missing)
    return found


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)


def real(text: str) -> list[str]:
    """Return the addresses, domains and telephone numbers that could be somebody's."""
    addresses = [
        found
        for found in _ADDRESS.findall(text)
        if not any(ipaddress.ip_address(found) in network for network in _NETWORKS)
    ]
    domains = [found for found in _DOMAIN.findall(text) if not _EXAMPLE.fullmatch(found)]
    phones = [found for found in _PHONE.findall(text) if not found.startswith("+999 ")]
    return addresses + domains + phones


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


@every("name", CASES)
def test_the_rules_find_what_a_reader_of_the_notes_finds(library: Library, name: str) -> None:
    expected = CASES[name]["expected"]
    judgement = judged(library, CASES[name], all_verified=False)
    assert sorted(by_number(judgement, "breach")) == sorted(expected["breach"])
    asked = {rule: set(facts) for rule, facts in expected["ask"].items()}
    assert by_number(judgement, "ask") == asked


@every("name", CASES)
def test_a_step_stops_only_by_rules_that_were_verified(library: Library, name: str) -> None:
    expected = CASES[name]["expected"]
    unread, read = (judged(library, CASES[name], all_verified=known) for known in (False, True))
    assert unread.outcome == expected["outcome"] != "not-sendable"
    assert read.outcome == expected["outcome_verified"]


@every("name", CASES)
def test_each_expectation_says_where_it_comes_from(name: str) -> None:
    expected = CASES[name]["expected"]
    lines = [line.partition(": ") for line in expected["why"]]
    told = {rule for rule, _, source in lines if re.search(r"\d", source)}
    assert {*expected["breach"], *expected["ask"]} <= told


@every("name", CASES)
def test_addresses_domains_and_numbers_are_nobodys(name: str) -> None:
    assert [found for text in strings(CASES[name]) for found in real(text)] == []


@pytest.mark.parametrize(
    "text",
    ["from 192.168.1.9 at night", "2a00:1450:4001:81c::200e", "a@mail.xexample.com", "+49 30"],
)
def test_what_could_be_somebodys_is_found(text: str) -> None:
    assert real(text)


def test_at_least_forty_cases_end_in_every_way() -> None:
    ends = {case["expected"]["outcome_verified"] for case in CASES.values()}
    assert len(CASES) >= 40
    assert ends == {"ready", "ready-with-warnings", "not-sendable"}
