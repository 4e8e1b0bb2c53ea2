"""Days, clocks and numbers are written as each language writes them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from comity.node.templatetags import desk
from comity.node.templatetags.desk import number
from comity.node.templatetags.reports import day_text
from comity.node.web.date_format import moment
from comity.node.web.size_format import size
from comity.node.web.text_format import span

AT = datetime(2026, 3, 4, 15, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ar", "4 مارس 2026 15:06 UTC"),
        ("zh-hans", "2026年3月4日 15:06 UTC"),
        ("en", "4 Mar 2026 15:06 UTC"),
        ("fr", "4 mars 2026 15:06 UTC"),
        ("ru", "4 марта 2026 15:06 UTC"),
        ("es", "4 de marzo de 2026 15:06 UTC"),
        ("vi", "04/03/2026 15:06 UTC"),
        ("pt", "2026-03-04 15:06 UTC"),
    ],
)
def test_a_moment_stands_in_the_order_of_the_language(language: str, told: str) -> None:
    with override(language):
        assert moment(AT) == f'<time dir="auto" datetime="2026-03-04T15:06:07Z">{told}</time>'


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ar", "أكتوبر 2025"),
        ("en", "Oct 2025"),
        ("es", "octubre de 2025"),
        ("fr", "oct. 2025"),
        ("ru", "октябрь 2025"),
        ("vi", "10/2025"),
        ("zh-hans", "2025年10月"),
        ("pt", "2025-10"),
    ],
)
def test_a_month_is_written_as_the_language_writes_it(language: str, told: str) -> None:
    with override(language):
        assert day_text("2025-10") == told


@pytest.mark.parametrize(
    ("language", "thousands", "gibibytes"),
    [
        ("en", "1,234,567", "1.5 GiB"),
        ("fr", "1\u202f234\u202f567", "1,5 GiB"),
        ("es", "1\u202f234\u202f567", "1,5 GiB"),
        ("vi", "1.234.567", "1,5 GiB"),
        ("ru", "1\u202f234\u202f567", "1,5 GiB"),
        ("zh-hans", "1,234,567", "1.5 GiB"),
    ],
)
def test_a_number_has_the_marks_of_the_language(
    language: str, thousands: str, gibibytes: str
) -> None:
    with override(language):
        assert number(1_234_567).replace("\xa0", "\u202f") == thousands
        assert gibibytes in size(1536 * 1024 * 1024)


HOUR_S, DAY_S = 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "told", "counted"),
    [
        (59 * 60, "in 59 minutes", "in 59 minutes"),
        (DAY_S, "in 24 hours", "in 24 hours"),
        (2 * DAY_S - 60, "in 47 hours", "in 47 hours 59 minutes"),
        (3 * DAY_S - 60, "in 71 hours", "in 71 hours 59 minutes"),
        (3 * DAY_S + 5 * HOUR_S, "in 3 days", "in 3 days 5 hours"),
        (-(2 * DAY_S - 60), "47 hours late", "47 hours 59 minutes late"),
    ],
)
def test_a_time_under_three_days_is_told_in_hours(
    monkeypatch: pytest.MonkeyPatch, seconds: int, told: str, counted: str
) -> None:
    monkeypatch.setattr(desk, "now", lambda: AT)
    with override("en"):
        due = AT + timedelta(seconds=seconds)
        assert (desk.clock(due), desk.countdown(due)) == (told, counted)
        assert span(abs(seconds)) in told
