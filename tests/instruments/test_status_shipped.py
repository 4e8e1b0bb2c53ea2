"""The registers and names that are shipped say what the notes confirm, and no more."""

from datetime import date

import pytest
from tests.instruments.registers import COE, UN, shipped

from comity.files.instruments import shipped as library
from comity.instruments.bases import between, register_of
from comity.instruments.calendars import entry_rule
from comity.instruments.standing import projection, standing
from comity.instruments.state_names import state_names

HANOI_DAY_UNKNOWN = {"gb", "se", "ug", "uy", "ve", "vn", "za", "zw"}
FIRST_FIVE = {"al", "ee", "hr", "hu", "lt"}
RULES = {
    key: rule
    for key in ("coe-2001", "untoc-2000", "uncac-2003")
    if (rule := entry_rule(library().instruments[key].entry))
}


def test_seventy_four_signed_and_canada() -> None:
    states = shipped("un-2024").states
    assert len(states) == 75
    signed = {key for key, row in states.items() if row.signed}
    month = {key for key, row in states.items() if row.signed_reported}
    assert month == {*HANOI_DAY_UNKNOWN, "fj", "ca"}
    assert signed | month == set(states)


def test_days_of_signature() -> None:
    states = shipped("un-2024").states
    later = {key: row.signed for key, row in states.items() if row.signed != date(2025, 10, 25)}
    assert {key: day for key, day in later.items() if day} == {
        "ml": date(2025, 10, 26),
        "rw": date(2025, 10, 26),
        "sa": date(2025, 10, 26),
        "mu": date(2025, 11, 19),
    }


@pytest.mark.parametrize("state", ["us", "jp", "in", "mx", "il", "nz", "ae"])
def test_one_that_did_not_sign_in_hanoi_is_not_listed(state: str) -> None:
    assert state not in shipped("un-2024").states


def test_three_ratifications_are_reported_and_none_is_confirmed() -> None:
    joined = {key: row.consent for key, row in shipped("un-2024").states.items() if row.consent}
    assert set(joined) == {"qa", "az", "vn"}
    assert [consent.certain for consent in joined.values()] == [None, None, None]


def test_the_european_union_is_the_one_organization() -> None:
    states = shipped("un-2024").states
    assert [key for key, row in states.items() if row.organization] == ["eu"]


def test_thirty_seven_are_missing() -> None:
    found = projection(shipped("un-2024"), UN, date(2026, 5, 21))
    assert (found.known, found.confirmed, found.missing) == (3, 0, 37)


@pytest.mark.parametrize("state", ["qa", "at", "eu", "us"])
def test_the_treaty_of_2024_is_not_in_force_as_far_as_a_source_speaks(state: str) -> None:
    known = shipped("un-2024")
    assert standing(known, UN, state, date(2026, 8, 18)).reason == "treaty-not-in-force"
    after = standing(known, UN, state, date(2026, 8, 19))
    assert (after.value, after.reason) == ("not-in-force", "too-few-consents")


@pytest.mark.parametrize("state", sorted(FIRST_FIVE))
def test_the_first_five_of_the_treaty_of_2001(state: str) -> None:
    known = shipped("coe-2001")
    assert standing(known, COE, state, date(2004, 7, 1)).reason == "published"
    assert standing(known, COE, state, date(2004, 6, 30)).value == "not-in-force"


@pytest.mark.parametrize("key", ["coe-2001", "un-2024"])
def test_a_published_day_is_the_one_that_the_rule_gives(key: str) -> None:
    rule = {"coe-2001": COE, "un-2024": UN}[key]
    for row in shipped(key).states.values():
        if row.in_force and row.consent and row.consent.deposited:
            assert rule.bound(row.consent.deposited, date(2004, 7, 1)) == row.in_force


@pytest.mark.parametrize(
    ("state", "last_unknown"),
    [
        ("tr", date(2015, 1, 31)),
        ("bj", date(2024, 9, 30)),
        ("ec", date(2026, 3, 31)),
        ("rs", date(2011, 9, 30)),
        ("pe", date(2025, 3, 31)),
    ],
)
def test_a_party_whose_day_is_not_known_is_one_at_the_latest(
    state: str, last_unknown: date
) -> None:
    known = shipped("coe-2001")
    assert standing(known, COE, state, last_unknown).value == "unknown"
    assert standing(known, COE, state, date(2026, 6, 1)).value == "in-force"


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("coe-2001", "ru"),
        ("coe-2001", "cn"),
        ("coe-2001", "za"),
        ("untoc-2000", "me"),
        ("untoc-2000", "so"),
        ("uncac-2003", "me"),
        ("uncac-2003", "kp"),
    ],
)
def test_one_that_is_not_listed_is_unknown(key: str, state: str) -> None:
    known = shipped(key)
    assert not known.complete
    assert state not in known.states
    assert standing(known, RULES[key], state, date(2026, 6, 1)).value == "unknown"


@pytest.mark.parametrize(
    ("key", "filled_on"), [("untoc-2000", date(2003, 7, 1)), ("uncac-2003", date(2005, 9, 15))]
)
def test_the_deposits_give_the_day_on_which_the_treaty_is_in_force(
    key: str, filled_on: date
) -> None:
    rule = RULES[key]
    days = sorted(
        row.consent.deposited
        for row in shipped(key).states.values()
        if row.consent and row.consent.deposited and not row.organization
    )
    assert days[rule.threshold - 1] == filled_on
    assert rule.filled(days) == rule.in_force


def test_uruguay_was_the_hundredth_party_of_palermo() -> None:
    known = shipped("untoc-2000")
    deposits = {
        key: row.consent.deposited
        for key, row in known.states.items()
        if row.consent and row.consent.deposited
    }
    assert deposits["uy"] == date(2005, 3, 4)
    assert sum(day <= date(2005, 3, 4) for day in deposits.values()) == 100


@pytest.mark.parametrize("key", ["untoc-2000", "uncac-2003"])
def test_a_copy_of_the_depositarys_page_is_no_more_than_a_secondary_source(key: str) -> None:
    rows = shipped(key).states.values()
    assert {row.confidence for row in rows if "as copied in" in row.source} == {"secondary"}
    assert {row.key for row in rows if row.confidence != "secondary"} == {"ps"}
    assert [row.key for row in rows if row.organization] == ["eu"]


@pytest.mark.parametrize(
    ("key", "state"),
    [("untoc-2000", "cz"), ("untoc-2000", "ir"), ("uncac-2003", "sy"), ("coe-2001", "ie")],
)
def test_one_that_had_only_signed_is_unknown_after_the_day_of_its_source(
    key: str, state: str
) -> None:
    known, rule = shipped(key), RULES[key]
    spoken = known.states[state].as_of
    assert standing(known, rule, state, spoken).value == "not-in-force"
    assert standing(known, rule, state, date(2026, 6, 1)).value == "unknown"


@pytest.mark.parametrize(("asking", "asked"), [("fr", "de"), ("vn", "za")])
def test_both_treaties_of_the_united_nations_bind_two_states(asking: str, asked: str) -> None:
    found = between(library(), asking, asked, date(2026, 6, 1))
    values = {basis.instrument: basis.value for basis in found}
    assert (values["untoc-2000"], values["uncac-2003"]) == ("in-force", "in-force")


def test_a_notice_cites_an_article_that_its_treaty_has() -> None:
    for instrument in library().instruments.values():
        register = register_of(instrument)
        notices = [
            notice
            for row in (register.states.values() if register else ())
            for notice in row.notices
        ]
        cites = {cite.partition("(")[0] for notice in notices for cite in notice.cite}
        assert cites - {"CETS 224"} <= set(instrument.articles)


def test_the_rule_of_the_treaty_of_2024_is_the_one_that_its_folder_gives() -> None:
    assert entry_rule(library().instruments["un-2024"].entry) == UN


def test_between_two_states_every_shipped_instrument_has_a_value() -> None:
    found = between(library(), "at", "tr", date(2026, 6, 1))
    assert {basis.instrument for basis in found} == set(library().instruments)
    values = {basis.instrument: basis.value for basis in found}
    assert values["un-2024"] == "not-in-force"


def test_every_state_of_a_register_has_its_name_in_every_language() -> None:
    names = state_names(library())
    for key in ("un-2024", "coe-2001", "untoc-2000", "uncac-2003"):
        assert set(shipped(key).states) <= set(names.names)
    assert names("vn", "vi") == "Việt Nam"
    assert names("ps", "en") == "State of Palestine"
