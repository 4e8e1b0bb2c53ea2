"""A moment is typed on the clock of the office or in UTC, and means the same after every page."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import override_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import comity.node
from comity.node.compose.section_rows import tell
from comity.node.core.node import Node
from comity.node.models import WeeklyShift
from comity.node.web import form_fields as f
from comity.node.web.moment_field import one_office_zone

pytestmark = pytest.mark.django_db
SOURCE = Path(comity.node.__file__).parent
ZONES = (
    "Asia/Ho_Chi_Minh", "Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Africa/Casablanca", "Pacific/Kiritimati", "Etc/UTC", "UTC",
)  # fmt: skip
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))
TWICE = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
"""In Rome it is 2:30 for the second time."""


class Sheet(forms.Form):
    """A moment that has to be there, and one that need not."""

    at = f.moment("At")
    later = f.moment("Later", required=False)


@pytest.fixture(autouse=True)
def _at_a_node(node: Node) -> Iterator[None]:
    with override_settings(CONFIG=node.config):
        yield


def office_in(zone: str) -> None:
    """Hang the clock of a zone in the office."""
    WeeklyShift.objects.all().delete()
    WeeklyShift.objects.create(
        weekday=0, begins=time(8), ends=time(8), zone=zone, officer="officer-1"
    )


def sent(page: str) -> QueryDict:
    """Return what a browser sends of a form as it is shown."""
    data = QueryDict(mutable=True)
    for name, value in re.findall(
        r'<input type="datetime-local" name="(\w+)"(?: value="(.*?)")?', page
    ):
        data[name] = value
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        data[name] = re.findall(r'<option value="([^"]+)" selected', options)[0]
    return data


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(zone=st.sampled_from(ZONES), at=MOMENTS)
@example(zone="Europe/Rome", at=TWICE)
@example(zone="Europe/Rome", at=TWICE - timedelta(hours=1))
@example(zone="Europe/Rome", at=datetime(1, 1, 1, tzinfo=UTC))
@example(zone="America/New_York", at=datetime(1, 1, 1, tzinfo=UTC))
@example(zone="Pacific/Kiritimati", at=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
def test_a_moment_that_is_shown_and_sent_again_is_the_same_moment(zone: str, at: datetime) -> None:
    office_in(zone)
    shown = sent(Sheet(initial={"at": at}).as_div())
    form = Sheet(shown)
    assert form.is_valid(), (form.errors, shown)
    assert form.cleaned_data["at"] == at
    assert not Sheet(shown, initial={"at": at}).has_changed()
    again = Sheet(sent(form.as_div()))
    assert again.is_valid()
    assert again.cleaned_data == form.cleaned_data


def test_the_office_clock_is_proposed_and_utc_can_be_chosen() -> None:
    office_in("Asia/Ho_Chi_Minh")
    page = Sheet(initial={"at": datetime(2026, 12, 1, 20, 0, tzinfo=UTC)}).as_div()
    assert 'value="2026-12-02T03:00"' in page
    assert '<option value="Asia/Ho_Chi_Minh" selected>Ho Chi Minh</option>' in page
    assert '<label class="vh" for="id_at_zone">Time zone</label>' in page
    assert sent(page)["later_zone"] == "Asia/Ho_Chi_Minh"
    for chosen, meant in (
        ("Asia/Ho_Chi_Minh", datetime(2026, 12, 1, 20, 0, tzinfo=UTC)),
        ("UTC", datetime(2026, 12, 2, 3, 0, tzinfo=UTC)),
    ):
        form = Sheet({"at": "2026-12-02T03:00", "at_zone": chosen})
        assert form.is_valid()
        assert form.cleaned_data["at"] == meant


def test_an_office_without_a_clock_of_its_own_is_asked_in_utc() -> None:
    office_in("Etc/UTC")
    page = Sheet().as_div()
    assert "<select" not in page
    assert page.count("<span>UTC</span>") == 2


def test_the_clock_of_the_state_hangs_in_an_office_without_shifts(node: Node) -> None:
    WeeklyShift.objects.all().delete()
    assert "<select" in Sheet().as_div(), f"a calendar names the zone of {node.party}"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2026-10-25T02:30", "put back on this day, so this time occurs twice. Choose UTC"),
        ("2026-03-29T02:30", "put forward over this time, so it does not occur. Correct the time"),
        ("0001-01-01T00:00", "Enter a valid date/time."),
        ("2026-02-30T00:00", "Enter a valid date/time."),
    ],
)
def test_a_reading_that_is_no_single_moment_is_refused_with_what_to_do(
    typed: str, told: str
) -> None:
    office_in("Europe/Rome")
    form = Sheet({"at": typed, "at_zone": "Europe/Rome"})
    assert told in form.errors["at"][0]
    shown = sent(form.as_div())
    assert (shown["at"], shown["at_zone"]) == (typed, "Europe/Rome")
    if "2-30T" not in typed:
        assert Sheet({"at": typed, "at_zone": "UTC"}).is_valid(), "in UTC it is a moment"


def test_the_clock_that_was_chosen_comes_back_after_an_error() -> None:
    office_in("Europe/Rome")
    form = Sheet({"at": "", "at_zone": "UTC", "later": "2026-12-01T08:00:05", "later_zone": "UTC"})
    assert list(form.errors) == ["at"]
    shown = sent(form.as_div())
    assert (shown["at_zone"], shown["later_zone"]) == ("UTC", "UTC")
    assert shown["later"] == "2026-12-01T08:00:05", "seconds are kept"


def test_a_form_that_was_saved_on_another_clock_keeps_it() -> None:
    office_in("Europe/Rome")
    form = Sheet({"at": "2026-12-01T08:00", "at_zone": "Asia/Tokyo"})
    assert form.is_valid()
    assert form.cleaned_data["at"] == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    assert sent(form.as_div())["at_zone"] == "Asia/Tokyo"
    wrong = Sheet({"at": "2026-12-01T08:00", "at_zone": "../../etc/passwd"})
    assert "Choose a time zone from the list." in wrong.errors["at"][0]
    assert "passwd" not in wrong.as_div()


def test_a_moment_without_a_clock_is_in_utc() -> None:
    office_in("Asia/Ho_Chi_Minh")
    form = Sheet({"at": "2026-12-01T08:00"})
    assert form.is_valid()
    assert form.cleaned_data["at"] == datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    assert 'value="2026-12-01T15:00"' in Sheet(initial={"at": "2026-12-01T08:00"}).as_div()


def test_a_page_reads_the_clock_of_the_office_once(django_assert_num_queries: Any) -> None:
    office_in("Asia/Ho_Chi_Minh")
    with django_assert_num_queries(1), one_office_zone():
        assert Sheet().as_div().count("Asia/Ho_Chi_Minh") == 2


def test_no_form_asks_for_a_moment_in_another_way() -> None:
    others = re.compile(r"datetime-local|DateTimeInput|SplitDateTime|forms\.DateTimeField\(")
    found = {
        str(path.relative_to(SOURCE))
        for kind in ("*.py", "*.html", "*.js")
        for path in SOURCE.rglob(kind)
        if others.search(path.read_text("utf-8"))
    }
    assert found == {"web/moment_field.py"}


@pytest.mark.parametrize(
    ("zone", "local"),
    [("Africa/Johannesburg", "1 Mar 2027 00:00 · Johannesburg"), ("UTC", "")],
)
def test_what_is_signed_shows_a_moment_on_the_clock_of_the_office_too(
    zone: str, local: str
) -> None:
    office_in(zone)
    period = {"start": "2027-02-28T22:00:00Z", "end": "2027-03-31T00:00:00Z"}
    rows = tell({"subject": {"period": period}}, "request.submitted", {})
    told = {row.text: row.local for row in rows}
    assert told["2027-02-28 22:00 UTC"] == local
