"""The UN Convention against Cybercrime as data: every rule can be breached, and can be obeyed."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.instruments.treaty import cited
from tests.walks import every

from comity.files.instruments import shipped
from comity.instruments import Finding, Instrument, Library, judge, rule_digest
from comity.instruments.lint import lint
from comity.instruments.templates import topics

KEY = "un-2024"
TABLE = {
    row["key"]: row
    for row in tomllib.loads(
        (Path(__file__).parent / "data" / f"{KEY}-rules.toml").read_text(encoding="utf-8")
    )["rule"]
}
NUMBER = re.compile(r"R-(\d{3})[a-z]?")
AT = "2026-03-05T12:00:00Z"

LIMITS = {
    "preservation": {
        "preservation_min_days": 60,
        "order_max_days": 90,
        "serious_crime_min_years": 4,
    },
    "witness-transfer": {"safe_conduct_days": 15, "serious_crime_min_years": 4},
    "freezing": {},
}
COUNTING = {
    "preservation": {"40-21b", "40-21c", "40-22", "42-5"},
    "partial-disclosure": {"40-21b", "40-21c", "40-22"},
    "stored-data": {
        "36-1", "40-8", "40-8-minor", "40-21a", "40-21b", "40-21c", "40-21d", "40-22", "40-27",
    },
    "extradition": {"37-1", "37-8", "37-11", "37-15"},
}  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


@pytest.fixture(scope="module")
def instrument(library: Library) -> Instrument:
    return library.instruments[KEY]


def fragments(kind: str) -> list[Any]:
    return [
        pytest.param(key, facts, id=f"{key}-{number}")
        for key, row in TABLE.items()
        for number, facts in enumerate(row.get(kind, ()), 1)
    ]


def finding(
    library: Library, instrument: Instrument, key: str, facts: Mapping[str, Any]
) -> Finding:
    judgement = judge(
        library,
        instrument,
        measure=TABLE[key]["measure"],
        step=TABLE[key]["step"],
        facts={"at": AT, **facts},
        verified={rule_digest(rule) for rule in instrument.rules.values()},
    )
    (found,) = [found for found in judgement.findings if found.rule.key == key]
    return found


# ------------------------------------------------------------------ each rule


@every(("key", "facts"), fragments("breaches"))
def test_facts_that_breach_a_rule_have_its_effect(
    library: Library, instrument: Instrument, key: str, facts: Mapping[str, Any]
) -> None:
    found = finding(library, instrument, key, facts)
    assert (found.outcome, found.effective) == ("breach", instrument.rules[key].effect)


@every(("key", "facts"), fragments("clears"))
def test_facts_that_obey_a_rule_leave_nothing_to_say(
    library: Library, instrument: Instrument, key: str, facts: Mapping[str, Any]
) -> None:
    found = finding(library, instrument, key, facts)
    assert (found.outcome, found.missing) == ("clear", ())


@every(("key", "facts"), fragments("asks"))
def test_facts_that_settle_nothing_make_a_rule_ask(
    library: Library, instrument: Instrument, key: str, facts: Mapping[str, Any]
) -> None:
    found = finding(library, instrument, key, facts)
    assert found.outcome == "ask"
    assert found.missing
    assert not set(found.missing) & set(facts)


def test_the_table_breaches_and_clears_every_rule(instrument: Instrument) -> None:
    assert list(TABLE) == list(instrument.rules)
    assert all(row["breaches"] and row["clears"] for row in TABLE.values())


# ------------------------------------------------------------------ completeness


def test_every_number_of_the_notes_is_a_rule(instrument: Instrument) -> None:
    numbers = {int(found[1]) for key in instrument.rules if (found := NUMBER.fullmatch(key))}
    assert numbers == set(range(1, 104))


def test_there_are_sixty_eight_articles_in_nine_chapters(instrument: Instrument) -> None:
    assert list(instrument.articles) == [str(number) for number in range(1, 69)]
    chapters = [article.chapter for article in instrument.articles.values()]
    assert list(dict.fromkeys(chapters)) == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]


def test_every_citation_names_an_article(instrument: Instrument) -> None:
    assert not [(key, cite) for key, cite in cited(instrument) if cite not in instrument.articles]


def test_every_article_but_the_statement_of_purpose_is_used_or_listed_as_unchecked(
    instrument: Instrument,
) -> None:
    assert set(instrument.articles) - {cite for _, cite in cited(instrument)} == {"1"}


def test_what_no_rule_checks_has_its_reason(instrument: Instrument) -> None:
    assert all(len(row.reason.split()) >= 5 for row in instrument.unchecked.values())


def test_each_thing_has_english_words(library: Library, instrument: Instrument) -> None:
    tables: Mapping[str, Mapping[str, Any]] = {
        "articles": instrument.articles,
        "offences": instrument.offences,
        "measures": instrument.measures,
        "grounds": instrument.grounds,
        "safeguards": instrument.safeguards,
        "rules": instrument.rules,
        "topics": topics(library),
    }
    wanted = {f"{name}.{key}" for name, table in tables.items() for key in table}
    assert set(library.words(KEY, "en").entries) == wanted | {
        "instrument.title",
        "instrument.short",
    }


def test_each_output_has_a_name(library: Library, instrument: Instrument) -> None:
    outputs = {name for measure in instrument.measures.values() for name in measure.outputs}
    named = {key for key in library.words(None, "en").entries if key.startswith("outputs.")}
    assert {f"outputs.{name}" for name in outputs} <= named


def test_there_is_nothing_to_mend(library: Library) -> None:
    assert not [problem for problem in lint(library, languages=["en"]) if KEY in problem.file]


# ------------------------------------------------------------------ what must not slip in


def test_no_word_says_article_or_rule_to_an_officer(library: Library) -> None:
    told = [
        text
        for key, text in library.words(KEY, "en").entries.items()
        if key.startswith(("rules.", "grounds."))
    ]
    assert not [text for text in told if re.search(r"\b(Art|Article|R-\d)", text)]
    assert all(text.endswith(".") for text in told)


def test_limits_are_those_of_the_convention_and_no_answer_has_a_deadline(
    instrument: Instrument,
) -> None:
    assert {key: dict(instrument.measures[key].limits) for key in LIMITS} == LIMITS
    names = {name for measure in instrument.measures.values() for name in measure.limits}
    assert not [name for name in names if "answer" in name or "hours" in name]


def test_numbers_of_local_policy_are_marked(instrument: Instrument) -> None:
    marked = {key for key, rule in instrument.rules.items() if rule.policy}
    assert marked == {"L-001", "R-016", "R-041", "R-068", "R-084"}


@pytest.mark.parametrize("measure", COUNTING)
def test_only_the_grounds_of_a_measure_count_for_it(instrument: Instrument, measure: str) -> None:
    counting = {
        ground.key
        for ground in instrument.grounds.values()
        if ground.kind != "not-a-ground" and {measure, "*"} & set(ground.measures)
    }
    assert counting == COUNTING[measure]


def test_tax_bank_secrecy_and_form_are_listed_as_no_grounds(instrument: Instrument) -> None:
    listed = {key for key, ground in instrument.grounds.items() if ground.kind == "not-a-ground"}
    assert listed == {"37-16", "40-23", "40-24", "42-4", "42-6"}


def test_data_in_another_state_cannot_be_reached_under_this_convention(
    instrument: Instrument,
) -> None:
    assert not instrument.provides("transborder-access")
    assert not instrument.provides("provider-order")


@pytest.mark.parametrize("offence", ["7", "8", "9", "10", "11", "12", "13", "14", "15", "16"])
def test_each_article_on_an_offence_has_one_entry(instrument: Instrument, offence: str) -> None:
    assert [row.cite for row in instrument.offences.values() if row.cite == (offence,)] == [
        (offence,)
    ]


UNSHOWN = {
    "preservation-extension",  # shown when the preservation was asked for
    "spontaneous-information", "police-cooperation", "joint-investigation",
    "removal-of-material", "victim-assistance",
}  # fmt: skip
"""Where R-003a takes a serious crime, and its penalty is not asked for: no power is used."""


def test_who_claims_a_serious_crime_shows_its_penalty_wherever_that_opens_the_treaty(
    library: Library,
) -> None:
    rules = library.instruments["un-2024"].rules
    assert set(rules["R-003a"].measures) - set(rules["R-004"].measures) == UNSHOWN
