"""In force, not in force or unknown: what a register proves of a State on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.instruments.registers import COE, SMALL, UN, deposit, register, row, total

from comity.instruments.calendars import Delay, EntryRule, entry_rule
from comity.instruments.model import Entry
from comity.instruments.standing import projection, standing, treaty_entry

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
TWO = (row("at", deposit("2026-01-10")), row("br", deposit("2026-02-01")))


@pytest.mark.parametrize(
    ("deposited", "in_force"),
    [
        ((2004, 3, 18), (2004, 7, 1)),  # the fifth deposit under coe-2001
        ((2012, 6, 13), (2012, 10, 1)),  # Austria
        ((2012, 9, 30), (2013, 1, 1)),
        ((2012, 10, 1), (2013, 2, 1)),
        ((2011, 11, 30), (2012, 3, 1)),  # no 30 February
        ((2012, 12, 31), (2013, 4, 1)),
    ],
)
def test_months_count_to_the_first_of_the_month_after_them(
    deposited: tuple[int, int, int], in_force: tuple[int, int, int]
) -> None:
    assert Delay(months=3).after(date(*deposited)) == date(*in_force)


def test_days_count_from_the_day_after_the_deposit() -> None:
    assert Delay(days=90).after(date(2026, 1, 1)) == date(2026, 4, 1)
    assert Delay(days=30).after(date(2028, 2, 1)) == date(2028, 3, 2)


@pytest.mark.parametrize(
    ("delay", "day"),
    [
        (Delay(days=90), date(9999, 12, 31)),
        (Delay(months=3), date(9999, 12, 1)),
        (Delay(days=99_999), date(9900, 1, 1)),
        (Delay(months=99_999), date(2026, 1, 1)),
    ],
)
def test_what_lies_beyond_the_calendar_is_its_last_day(delay: Delay, day: date) -> None:
    assert delay.after(day) == date.max


@given(DAYS)
def test_a_month_rule_never_waits_less_than_its_months(day: date) -> None:
    after = Delay(months=3).after(day)
    assert after.day == 1
    assert timedelta(days=89) < after - day < timedelta(days=124)


@given(st.lists(DAYS, min_size=2, max_size=6))
def test_the_consent_that_fills_the_threshold_counts_in_any_order(days: list[date]) -> None:
    expected = sorted(days)[1] + timedelta(days=90)
    assert SMALL.filled(days) == SMALL.filled(reversed(days)) == expected


def test_one_consent_too_few_is_no_entry_into_force() -> None:
    assert UN.filled([date(2026, 1, 1)] * 39) is None
    assert UN.filled([date(2026, 1, 1)] * 40) == date(2026, 4, 1)


def test_one_that_joins_later_is_bound_by_the_later_of_two_days() -> None:
    treaty = date(2027, 1, 1)
    assert UN.bound(date(2026, 12, 20), treaty) == date(2027, 1, 19)
    assert UN.bound(date(2026, 11, 1), treaty) == treaty


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        (None, None),
        (Entry(), None),
        (Entry(threshold=40, delay_days=90, later_delay_days=30), UN),
        (Entry(threshold=5, delay_months=3, in_force=date(2004, 7, 1)), COE),
    ],
)
def test_the_rule_of_an_instrument(entry: Entry | None, rule: EntryRule | None) -> None:
    assert entry_rule(entry) == rule


@pytest.mark.parametrize(
    ("on", "value", "reason"),
    [
        ("2026-05-01", "not-in-force", "treaty-not-in-force"),
        ("2026-05-02", "in-force", "computed"),
        ("2030-01-01", "in-force", "computed"),
    ],
)
def test_a_complete_register_gives_the_day(on: str, value: str, reason: str) -> None:
    found = standing(register(*TWO, complete=True), SMALL, "at", date.fromisoformat(on))
    assert (found.value, found.reason) == (value, reason)


def test_an_incomplete_register_gives_only_the_latest_day() -> None:
    known = register(*TWO)
    before = standing(known, SMALL, "at", date(2026, 5, 1))
    assert (before.value, before.reason) == ("unknown", "start-unknown")
    after = standing(known, SMALL, "at", date(2026, 5, 2))
    assert (after.value, after.reason, after.since) == (
        "in-force",
        "computed-latest",
        date(2026, 5, 2),
    )


def test_an_organization_does_not_fill_the_threshold() -> None:
    rows = (TWO[0], row("eu", f"organization = true\n{deposit('2026-02-01')}"))
    assert treaty_entry(register(*rows, complete=True), SMALL).latest is None
    counting = EntryRule(2, Delay(days=90), Delay(days=30), organizations_count=True)
    assert treaty_entry(register(*rows, complete=True), counting).latest == date(2026, 5, 2)


def test_an_organization_that_joined_is_bound_with_the_others() -> None:
    rows = (*TWO, row("eu", f"organization = true\n{deposit('2026-05-20')}"))
    found = standing(register(*rows, complete=True), SMALL, "eu", date(2026, 6, 19))
    assert (found.reason, found.since) == ("computed", date(2026, 6, 19))
    before = standing(register(*rows, complete=True), SMALL, "eu", date(2026, 6, 18))
    assert (before.reason, before.earliest) == ("not-yet-bound", date(2026, 6, 19))


def test_a_reported_consent_proves_nothing() -> None:
    rows = (TWO[0], row("br", 'consent = { kind = "ratification", reported = "2026-02" }'))
    known = register(*rows, complete=True)
    assert treaty_entry(known, SMALL).latest is None
    for state in ("at", "br", "zz"):
        found = standing(known, SMALL, state, date(2030, 1, 1))
        assert (found.value, found.reason) == ("not-in-force", "too-few-consents")


def test_a_reported_consent_under_a_treaty_that_cannot_be_in_force_binds_nobody() -> None:
    rows = (total(3, as_of="2026-05-21"), row("br", 'consent = { kind = "ratification" }'))
    known = register(*rows)
    day = date(2026, 5, 21) + timedelta(days=90)
    assert standing(known, UN, "br", day - timedelta(days=1)).reason == "treaty-not-in-force"
    assert standing(known, UN, "br", day).reason == "too-few-consents"


def test_a_deposit_known_only_by_a_later_day_gives_the_latest_day() -> None:
    known = register(row("tr", 'consent = { kind = "ratification", deposited_by = 2014-10-06 }'))
    assert standing(known, COE, "tr", date(2015, 1, 31)).value == "unknown"
    found = standing(known, COE, "tr", date(2015, 2, 1))
    assert (found.value, found.reason) == ("in-force", "computed-latest")


def test_a_signature_does_not_bind_and_grows_old() -> None:
    known = register(*TWO, row("ca", "signed = 2025-10-25"), complete=True)
    before = standing(known, SMALL, "ca", date(2026, 6, 30))
    assert (before.value, before.reason) == ("not-in-force", "not-joined")
    assert before.earliest == date(2026, 7, 1)
    assert standing(known, SMALL, "ca", date(2026, 7, 1)).reason == "row-too-old"


def test_a_state_that_is_not_listed_is_unknown_in_an_incomplete_register() -> None:
    found = standing(register(*TWO), SMALL, "us", date(2026, 6, 1))
    assert (found.value, found.reason, found.sources) == ("unknown", "not-listed", ())


def test_a_state_that_is_not_listed_has_not_joined_by_the_day_of_a_complete_register() -> None:
    known = register(*TWO, complete=True)
    assert standing(known, SMALL, "us", date(2026, 6, 30)).reason == "not-joined"
    assert standing(known, SMALL, "us", date(2026, 7, 1)).value == "unknown"


def test_a_total_proves_that_a_treaty_is_not_in_force_only_for_its_own_time() -> None:
    known = register(total(39, as_of="2026-05-21"))
    day = date(2026, 8, 19)  # were the fortieth deposited on the day of the total
    assert treaty_entry(known, UN).earliest == day
    before = standing(known, UN, "us", day - timedelta(days=1))
    assert (before.reason, before.confidence) == ("treaty-not-in-force", "low")
    assert before.sources == ("a report",)
    assert standing(known, UN, "us", day).reason == "too-few-consents"


def test_a_total_that_fills_the_threshold_proves_no_day() -> None:
    entry = treaty_entry(register(total(40, as_of="2026-05-21")), UN)
    assert (entry.earliest, entry.latest) == (None, None)


def test_organizations_are_taken_from_a_total() -> None:
    known = register(total(40, as_of="2026-05-21", organizations=1))
    assert treaty_entry(known, UN).earliest == date(2026, 8, 19)


def test_a_total_below_the_confirmed_deposits_is_not_used() -> None:
    known = register(total(1, as_of="2026-05-21"), *TWO)
    assert treaty_entry(known, SMALL).earliest is None
    assert standing(known, SMALL, "at", date(2026, 5, 2)).value == "in-force"


def test_a_day_published_by_the_depositary_needs_no_computing() -> None:
    known = register(row("hu", "in_force = 2004-07-01"))
    assert standing(known, COE, "hu", date(2004, 7, 1)).reason == "published"
    before = standing(known, COE, "hu", date(2004, 6, 30))
    assert (before.value, before.earliest) == ("not-in-force", date(2004, 7, 1))


def test_a_denunciation_ends_it() -> None:
    known = register(row("hu", "in_force = 2004-07-01\nended = 2027-01-01"))
    assert standing(known, COE, "hu", date(2026, 12, 31)).value == "in-force"
    assert standing(known, COE, "hu", date(2027, 1, 1)).reason == "ended"


def test_the_weakest_source_is_shown() -> None:
    rows = (TWO[0], row("br", deposit("2026-02-01"), confidence="medium"))
    found = standing(register(*rows, complete=True), SMALL, "at", date(2026, 6, 1))
    assert found.confidence == "medium"


def test_of_two_totals_the_one_that_reaches_further_counts() -> None:
    known = register(
        total(5, as_of="2026-05-21"), total(3, as_of="2026-02-01"), total(4, as_of="2026-03-01")
    )
    assert treaty_entry(known, UN).earliest == date(2026, 8, 19)


def test_a_total_that_equals_the_confirmed_deposits_of_its_day_is_used() -> None:
    known = register(total(1, as_of="2026-01-10"), *TWO)
    entry = treaty_entry(known, SMALL)
    assert (entry.earliest, entry.latest) == (date(2026, 4, 10), date(2026, 5, 2))
    assert treaty_entry(register(total(0, as_of="2026-01-10"), *TWO), SMALL).earliest is None


@pytest.mark.parametrize("consent", ["deposited_by = 2026-02-01", 'reported = "2026-02"'])
def test_a_complete_register_with_a_day_that_is_not_exact_gives_no_exact_day(
    consent: str,
) -> None:
    second = row("br", f'consent = {{ kind = "accession", {consent} }}')
    known = register(TWO[0], second, complete=True)
    assert treaty_entry(known, SMALL).earliest is None
    found = standing(known, SMALL, "at", date(2026, 4, 20))
    confirmed = "deposited_by" in consent  # of a reported one nothing counts
    assert found.value == ("unknown" if confirmed else "not-in-force")


def test_a_projection_counts_what_is_missing() -> None:
    rows = (total(3, as_of="2026-05-21"), row("qa", deposit("2026-02-01")))
    found = projection(register(*rows), UN, date(2026, 8, 1))
    assert (found.threshold, found.confirmed, found.known, found.missing) == (40, 1, 3, 37)
    assert found.if_filled == date(2026, 10, 30)
    assert found.as_of == date(2026, 6, 1)


def test_a_projection_leaves_organizations_out() -> None:
    known = register(total(3, as_of="2026-05-21", organizations=1))
    assert projection(known, UN, date(2026, 8, 1)).missing == 38
    counting = EntryRule(40, Delay(days=90), Delay(days=30), organizations_count=True)
    assert projection(known, counting, date(2026, 8, 1)).missing == 37


def test_a_projection_of_a_treaty_with_enough_consents_projects_nothing() -> None:
    found = projection(register(*TWO, complete=True), SMALL, date(2026, 8, 1))
    assert (found.missing, found.if_filled) == (0, None)


@given(st.lists(DAYS, min_size=1, max_size=5), DAYS, st.integers(0, 400))
def test_what_is_in_force_stays_in_force(days: list[date], on: date, later: int) -> None:
    rows = [
        row(f"a{letter}", deposit(day.isoformat()), as_of="2150-01-01")
        for letter, day in zip("abcde", days, strict=False)
    ]
    known = register(*rows, as_of="2150-01-01", complete=True)
    if standing(known, SMALL, "aa", on).value == "in-force":
        assert standing(known, SMALL, "aa", on + timedelta(days=later)).value == "in-force"
