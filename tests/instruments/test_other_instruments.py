"""The other instruments as data: Budapest, organized crime, corruption, reciprocity."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from tests.instruments.treaty import cited
from tests.walks import every

from comity.files.instruments import shipped
from comity.instruments import Finding, Library, judge, rule_digest

KEYS: Final = ("coe-2001", "reciprocity", "uncac-2003", "untoc-2000")
CONVENTIONS: Final = {"untoc-2000": ("T", "18", "16"), "uncac-2003": ("C", "46", "44")}
TABLES: Final = {
    key: {
        row["key"]: row
        for row in tomllib.loads(
            (Path(__file__).parent / "data" / f"{key}-rules.toml").read_text(encoding="utf-8")
        )["rule"]
    }
    for key in KEYS
}
AT: Final = "2026-06-01T00:00:00Z"
ARTICLES: Final = {"coe-2001": 63, "reciprocity": 9, "uncac-2003": 71, "untoc-2000": 41}
POLICY: Final = {
    "coe-2001": {"B-009a", "B-019", "B-033b", "B-038", "B-038b", "B-039"},
    "reciprocity": {"N-042", "N-043"},
    "uncac-2003": {"C-027", "C-029b", "C-034", "C-039", "C-048", "C-049"},
    "untoc-2000": {"T-027", "T-029b", "T-034", "T-039", "T-048", "T-049"},
}
NO_GROUNDS: Final = {
    "coe-2001": {"25-4-fiscal", "29-3"},
    "reciprocity": set[str](),
    "uncac-2003": {"46-8", "46-22", "44-16"},
    "untoc-2000": {"18-8", "18-22", "16-15"},
}
BLOCKING_WITHOUT_TREATY: Final = {
    "N-001", "N-002", "N-003", "N-006", "N-011", "N-042", "N-043", "N-044", "N-050", "N-052",
    "N-060",
}  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


def fragments(kind: str) -> list[Any]:
    return [
        pytest.param(key, rule, facts, id=f"{rule}-{number}")
        for key, table in TABLES.items()
        for rule, row in table.items()
        for number, facts in enumerate(row.get(kind, ()), 1)
    ]


def finding(library: Library, key: str, rule: str, facts: Mapping[str, Any]) -> Finding:
    instrument = library.instruments[key]
    row = TABLES[key][rule]
    judgement = judge(
        library,
        instrument,
        measure=row["measure"],
        step=row["step"],
        facts={"at": AT, **facts},
        verified={rule_digest(each) for each in instrument.rules.values()},
    )
    (found,) = [found for found in judgement.findings if found.rule.key == rule]
    return found


# ------------------------------------------------------------------ each rule


@every(("key", "rule", "facts"), fragments("breaches"))
def test_facts_that_breach_a_rule_have_its_effect(
    library: Library, key: str, rule: str, facts: Mapping[str, Any]
) -> None:
    found = finding(library, key, rule, facts)
    effect = library.instruments[key].rules[rule].effect
    assert (found.outcome, found.effective) == ("breach", effect)


@every(("key", "rule", "facts"), fragments("clears"))
def test_facts_that_obey_a_rule_leave_nothing_to_say(
    library: Library, key: str, rule: str, facts: Mapping[str, Any]
) -> None:
    found = finding(library, key, rule, facts)
    assert (found.outcome, found.missing) == ("clear", ())


@every(("key", "rule", "facts"), fragments("asks"))
def test_facts_that_settle_nothing_make_a_rule_ask(
    library: Library, key: str, rule: str, facts: Mapping[str, Any]
) -> None:
    found = finding(library, key, rule, facts)
    assert found.outcome == "ask"
    assert found.missing
    assert not set(found.missing) & set(facts)


@pytest.mark.parametrize("key", KEYS)
def test_the_table_breaches_and_clears_every_rule(library: Library, key: str) -> None:
    assert list(TABLES[key]) == list(library.instruments[key].rules)
    assert all(row["breaches"] and row["clears"] for row in TABLES[key].values())


# ------------------------------------------------------------------ completeness


@pytest.mark.parametrize("key", KEYS)
def test_every_citation_names_an_article_and_every_article_is_cited(
    library: Library, key: str
) -> None:
    instrument = library.instruments[key]
    assert len(instrument.articles) == ARTICLES[key]
    assert not [row for row in cited(instrument) if row[1] not in instrument.articles]
    assert not set(instrument.articles) - {cite for _, cite in cited(instrument)}


@pytest.mark.parametrize("key", KEYS)
def test_what_no_rule_checks_has_its_reason(library: Library, key: str) -> None:
    unchecked = library.instruments[key].unchecked
    assert unchecked
    assert all(len(row.reason.split()) >= 4 for row in unchecked.values())


@pytest.mark.parametrize("key", KEYS)
def test_each_thing_has_english_words(library: Library, key: str) -> None:
    instrument = library.instruments[key]
    tables: Mapping[str, Mapping[str, Any]] = {
        "articles": instrument.articles,
        "offences": instrument.offences,
        "measures": instrument.measures,
        "grounds": instrument.grounds,
        "safeguards": instrument.safeguards,
        "rules": instrument.rules,
    }
    wanted = {f"{name}.{each}" for name, table in tables.items() for each in table}
    entries = set(library.words(key, "en").entries)
    assert entries == wanted | {"instrument.title", "instrument.short"}


@pytest.mark.parametrize(("prefix", "last"), [("B", 39), ("P", 14)])
def test_every_number_of_the_notes_on_budapest_is_a_rule(
    library: Library, prefix: str, last: int
) -> None:
    rules = library.instruments["coe-2001"].rules
    found = {int(m[1]) for key in rules if (m := re.fullmatch(rf"{prefix}-(\d{{3}})[a-z]?", key))}
    assert set(range(1, last + 1)) <= found


# ------------------------------------------------------------------ what must not slip in


@pytest.mark.parametrize("key", KEYS)
def test_no_word_says_article_or_rule_to_an_officer(library: Library, key: str) -> None:
    told = [
        text
        for name, text in library.words(key, "en").entries.items()
        if name.startswith(("rules.", "grounds.", "measures."))
    ]
    assert not [text for text in told if re.search(r"\b(Art|Article|paragraph|[BPTCN]-\d)", text)]
    assert all(text.endswith(".") for text in told)


@pytest.mark.parametrize("key", KEYS)
def test_numbers_and_steps_of_local_policy_are_marked(library: Library, key: str) -> None:
    rules = library.instruments[key].rules
    assert {name for name, rule in rules.items() if rule.policy} == POLICY[key]


@pytest.mark.parametrize("key", KEYS)
def test_what_is_no_ground_is_listed_as_none(library: Library, key: str) -> None:
    grounds = library.instruments[key].grounds
    assert {name for name, g in grounds.items() if g.kind == "not-a-ground"} == NO_GROUNDS[key]


READ: Final = {
    "reciprocity": set[str](),
    "uncac-2003": {"55-4", "C-005", "C-060b", "C-062b", "C-065a", "C-065b"},
    "untoc-2000": {"13-4", "T-006b"},
}
"""What was written beside the text of the treaty; all else was written from descriptions."""


@pytest.mark.parametrize("key", READ)
def test_what_was_written_without_the_text_is_not_marked_as_read(
    library: Library, key: str
) -> None:
    instrument = library.instruments[key]
    tables: tuple[Mapping[str, Any], ...] = (
        instrument.offences, instrument.measures, instrument.grounds, instrument.safeguards,
        instrument.rules,
    )  # fmt: skip
    found = {name: row.confidence for table in tables for name, row in table.items()}
    assert {name for name, sure in found.items() if sure == "text"} == READ[key]
    assert set(found.values()) <= {"high", "medium", "text"}


# ------------------------------------------------------------------ Budapest and its protocol


@every("rule", [r for r in TABLES["coe-2001"] if r[0] == "P" and r != "P-001"])
def test_no_rule_of_the_protocol_speaks_while_it_is_not_in_force(
    library: Library, rule: str
) -> None:
    for facts in TABLES["coe-2001"][rule]["breaches"]:
        found = finding(library, "coe-2001", rule, {**facts, "basis.protocol_in_force": False})
        assert found.outcome == "clear"


def test_budapest_has_no_extension_and_no_list_of_contents_for_a_general_request(
    library: Library,
) -> None:
    budapest = library.instruments["coe-2001"]
    assert not budapest.provides("preservation-extension")
    assert not [
        rule.key for rule in budapest.rules.values()
        if rule.group == "contents" and {"mla-other", "*"} & set(rule.measures)
    ]  # fmt: skip


def test_only_budapest_knows_the_political_offence_and_access_without_asking(
    library: Library,
) -> None:
    political = {
        key
        for key, instrument in library.instruments.items()
        for ground in instrument.grounds
        if "political" in library.text(key, f"grounds.{ground}", "en").text
    }
    assert political == {"coe-2001"}
    reaching = {k for k, i in library.instruments.items() if i.provides("transborder-access")}
    assert reaching == {"coe-2001"}


def test_limits_are_those_of_the_notes(library: Library) -> None:
    measures = library.instruments["coe-2001"].measures
    assert {key: dict(m.limits) for key, m in measures.items() if m.limits} == {
        "preservation": {"preservation_min_days": 60, "order_max_days": 90},
        "extradition": {"min_of_max_penalty_years": 1},
        "provider-order": {"provider_wait_days": 30},
        "order-through-state": {
            "serve_days": 45, "return_subscriber_days": 20, "return_traffic_days": 45,
        },
    }  # fmt: skip


# ------------------------------------------------------------------ organized crime, corruption


@pytest.mark.parametrize("key", CONVENTIONS)
def test_paragraphs_are_numbered_as_in_each_convention(library: Library, key: str) -> None:
    prefix, mla, _ = CONVENTIONS[key]
    rules = library.instruments[key].rules
    expected = {
        "010": "13", "012": "14", "016a": "15)(a", "016f": "15)(f", "021": "21", "022": "8",
        "023": "22", "024": "23", "025": "26", "026": "25", "028": "24", "030": "19", "033": "20",
        "038": "27", "039": "28", "040": "29",
    }  # fmt: skip
    assert {n: rules[f"{prefix}-{n}"].cite[0] for n in expected} == {
        n: f"{mla}({paragraph})" for n, paragraph in expected.items()
    }


@pytest.mark.parametrize("key", CONVENTIONS)
def test_help_is_not_refused_for_a_motive_that_only_extradition_knows(
    library: Library, key: str
) -> None:
    _, mla, extradition = CONVENTIONS[key]
    grounds = library.instruments[key].grounds
    motive = [
        k for k in grounds if "who he or she is" in library.text(key, f"grounds.{k}", "en").text
    ]
    assert all(grounds[k].measures == ("extradition",) for k in motive)
    assert [k.partition("-")[0] for k in motive] == [extradition]
    assert f"{mla}-22" in {k for k, g in grounds.items() if g.kind == "not-a-ground"}


@pytest.mark.parametrize("key", CONVENTIONS)
def test_preservation_is_any_other_assistance_of_the_older_conventions(
    library: Library, key: str
) -> None:
    """UNTOC 18(3)(i), UNCAC 46(3)(i): what the law of the requested State does not forbid."""
    instrument = library.instruments[key]
    assert instrument.measures["preservation"].cite == (
        {"untoc-2000": "18(3)(i)", "uncac-2003": "46(3)(i)"}[key],
    )
    other = {rule.key for rule in instrument.rules.values() if rule.applies("mla-other", "draft")}
    assert other == {r.key for r in instrument.rules.values() if r.applies("preservation", "draft")}


# ------------------------------------------------------------------ reciprocity


def test_without_a_treaty_the_contents_of_a_request_only_warn(library: Library) -> None:
    rules = library.instruments["reciprocity"].rules.values()
    assert {rule.key for rule in rules if rule.effect == "block"} == BLOCKING_WITHOUT_TREATY
    assert {r.effect for r in rules if r.group in {"contents", "identifiers"}} == {"warn"}


def test_reciprocity_has_neither_depositary_nor_entry_into_force(library: Library) -> None:
    reciprocity = library.instruments["reciprocity"]
    assert (reciprocity.depositary, reciprocity.opened, reciprocity.entry) == ("", None, None)


# ------------------------------------------------------------------ Article 27(9) of Budapest


@pytest.mark.parametrize("measure", ["mla-other", "stored-data", "subscriber-data"])
@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("B-007", {"route.urgent": True, "route.copied_to_central": False}),
        ("B-008", {"route.urgent": True, "route.central_only_declared": True}),
    ],
)
def test_what_goes_straight_to_a_prosecutor_is_held_to_the_same_whatever_is_asked(
    library: Library, measure: str, rule: str, facts: Mapping[str, Any]
) -> None:
    judgement = judge(
        library,
        library.instruments["coe-2001"],
        measure=measure,
        step="draft",
        facts={
            "at": AT,
            "route.recipient": "prosecutor-or-judge",
            "basis.other_treaty": False,
            **facts,
        },
    )
    assert {f.outcome for f in judgement.findings if f.rule.key == rule} == {"breach"}
