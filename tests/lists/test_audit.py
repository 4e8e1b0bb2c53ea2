"""The auditor's page says in words what was done, and is narrowed by act, person and day."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from tests.docket.conftest import DeskOffice

from comity.node.cases.queries import PAGE
from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.models import AuditRow, Officer
from comity.node.people.access import audit_queries
from comity.node.web import audit_labels

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Officer], Client]
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
DAY = date(2026, 3, 2)
TICK = timedelta(microseconds=1)
QUIET = re.compile(r'<code dir="ltr">[^<]*</code>')


def note(at: datetime, action: str = "case.read", detail: str = "", actor: str = "minh") -> int:
    """Write a row, and return its number."""
    audit.note(at=at, actor=actor, action=action, subject="2026-000001", detail=detail)
    return AuditRow.objects.latest("pk").pk


def numbers(**wanted: Any) -> list[int]:
    return [row.pk for row in audit_queries.rows(audit_queries.Wanted(**wanted))]


def table(client: Client, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


@pytest.fixture
def auditor(office: DeskOffice, desk: SignedIn) -> Client:
    """Return the browser of an auditor whose office has no audit yet."""
    client = desk(office.people["auditor"])
    AuditRow.objects.all().delete()
    return client


# ------------------------------------------------------------------ words


def test_an_act_is_told_in_words_and_its_code_stands_quietly_beneath(auditor: Client) -> None:
    note(MIDNIGHT, detail="desk")
    note(MIDNIGHT, "access.refused", "outside")
    page = auditor.get("/audit").text
    assert 'Read a case <code dir="ltr">case.read</code>' in page
    assert "<bdi>on a page</bdi>" in page
    assert "<bdi>not for this person to see</bdi>" in page
    assert "<bdi>outside</bdi>" not in page


def test_no_code_stands_outside_the_quiet_place_in_arabic(auditor: Client) -> None:
    for word in audit_labels.ACT:
        note(MIDNIGHT, word, next(iter(audit_labels.DETAIL.get(word, {"": ""}))))
    auditor.cookies["django_language"] = "ar"
    before, places, page = 0, 0, ""
    for _ in range(1 + len(audit_labels.ACT) // PAGE):
        page = auditor.get("/audit", {"before": before}).text
        assert 'dir="rtl"' in page
        rows = page[page.index("<tbody>") : page.index("</tbody>")]
        shown = re.sub(r"<[^>]*>", " ", QUIET.sub("", rows)).split()
        assert not set(shown) & set(audit_labels.ACT)
        places += len(QUIET.findall(rows))
        before = int(found[1]) if (found := re.search(r'href="\?before=(\d+)', page)) else 0
    assert places == len(audit_labels.ACT)
    labels = re.findall(r"<option value=\"[a-z.-]+\"[^>]*>([^<]*)<", page)
    assert not set(labels) & set(audit_labels.ACT)


def test_a_word_that_has_no_phrase_yet_shows_its_code_once(auditor: Client) -> None:
    note(MIDNIGHT, "new.word", "<b>as written</b>")
    page = auditor.get("/audit?action=new.word").text
    assert page.count('<code dir="ltr">new.word</code>') == 1
    assert "&lt;b&gt;as written&lt;/b&gt;" in page
    assert '<option value="new.word" dir="ltr" selected>new.word</option>' in page
    assert page.count(" selected>") == 2  # the language of the page is the other one


def test_a_detail_that_only_looks_like_a_fixed_word_of_another_act_stays_as_it_is(
    auditor: Client,
) -> None:
    note(MIDNIGHT, "account.role", "desk")
    assert "<bdi>desk</bdi>" in auditor.get("/audit").text


def test_the_table_for_programs_keeps_the_codes(
    auditor: Client, office: DeskOffice, api: SignedIn
) -> None:
    note(MIDNIGHT, detail="desk")
    program = api(office.people["auditor"])
    for rows in (
        table(auditor, "/audit?format=csv&action=case.read"),
        table(program, "/api/v1/audit?action=case.read"),
    ):
        assert [(row["act"], row["detail"]) for row in rows] == [("case.read", "desk")]


def test_every_act_can_be_chosen_once_under_a_title_in_words() -> None:
    offered = [word for _, acts in audit_labels.CHOICES for word, _ in acts]
    assert sorted(offered) == sorted(audit_labels.ACT)
    parts = {word.partition(".")[0] for word in audit_labels.ACT}
    with override("en"):
        assert not {str(title) for title, _ in audit_labels.CHOICES} & parts
    assert all(acts for _, acts in audit_labels.CHOICES)
    assert set(audit_labels.DETAIL) <= set(audit_labels.ACT)


# ------------------------------------------------------------------ days


def test_a_day_is_from_its_first_moment_to_its_last_in_utc(office: DeskOffice) -> None:
    AuditRow.objects.all().delete()
    before = note(MIDNIGHT - TICK)
    first, twin = note(MIDNIGHT), note(MIDNIGHT)
    last = note(MIDNIGHT + timedelta(days=1) - TICK)
    after = note(MIDNIGHT + timedelta(days=1))
    assert numbers(since=DAY, until=DAY) == [last, twin, first]
    assert numbers(since=DAY) == [after, last, twin, first]
    assert numbers(until=DAY) == [last, twin, first, before]
    assert numbers(since=DAY + timedelta(days=9)) == []
    assert numbers(until=DAY - timedelta(days=9)) == []
    assert numbers(since=DAY + timedelta(days=1), until=DAY) == []
    assert len(numbers(since=date.min, until=date.max)) == 5


def test_one_row_of_a_wrong_clock_hides_nothing_of_another_day(office: DeskOffice) -> None:
    AuditRow.objects.all().delete()
    note(MIDNIGHT)
    note(datetime(1970, 1, 1, tzinfo=UTC))
    note(datetime(2099, 1, 1, tzinfo=UTC))
    wanted = note(MIDNIGHT + timedelta(days=2))
    beyond = note(MIDNIGHT + timedelta(days=3))
    day = DAY + timedelta(days=2)
    assert numbers(since=day, until=day) == [wanted]
    assert numbers(since=day) == [beyond, wanted]


def test_days_are_found_by_indexes_however_many_rows_there_are(office: DeskOffice) -> None:
    wanted = audit_queries.Wanted(since=DAY, until=DAY, action="case.read")
    note(MIDNIGHT)
    with CaptureQueriesContext(connection) as asked:
        found = audit_queries.rows(wanted, before=9_999)
    assert len(asked) == 2
    borders = [connection.cursor().execute(f"EXPLAIN QUERY PLAN {one['sql']}") for one in asked]
    plans = [str(list(one)) for one in borders] + [found.explain()]
    assert not any(slow in plan for plan in plans for slow in ("SCAN", "TEMP B-TREE")), plans


# ------------------------------------------------------------------ the page


def test_the_page_and_its_table_are_narrowed_alike(auditor: Client) -> None:
    note(MIDNIGHT)
    note(MIDNIGHT + timedelta(days=1), actor="lan")
    note(MIDNIGHT + timedelta(days=1), "mail.read", actor="lan")
    query = "action=case.read&actor=lan&since=2026-03-03&until=2026-03-03"
    page = auditor.get(f"/audit?{query}").text
    assert page.count('<code dir="ltr">') == 1
    assert '<option value="case.read" selected>Read a case</option>' in page
    assert 'name="since" dir="ltr" value="2026-03-03"' in page
    (link,) = re.findall(r'href="(\?format=csv[^"]*)"', page)
    rows = table(auditor, "/audit" + link.replace("&amp;", "&"))
    assert [(row["who"], row["act"]) for row in rows] == [("lan", "case.read")]
    exported = AuditRow.objects.get(action="audit.exported")
    assert exported.detail == "action actor since until"


def test_a_narrowed_list_goes_on_where_it_ended_and_stays_narrowed(auditor: Client) -> None:
    kept = [note(MIDNIGHT + timedelta(minutes=n)) for n in range(PAGE + 3)]
    note(MIDNIGHT + timedelta(days=1))
    page = auditor.get("/audit?action=case.read&until=2026-03-02").text
    assert page.count('<code dir="ltr">') == PAGE
    (link,) = re.findall(r'href="(\?before=[^"]*)"', page)
    assert f"before={kept[3]}&amp;" in link
    assert "until=2026-03-02" in link
    older = auditor.get("/audit" + link.replace("&amp;", "&")).text
    assert older.count('<code dir="ltr">') == 3
    assert 'href="?before=' not in older


@pytest.mark.parametrize(
    "day", ["yesterday", "2026-02-30", "0000-01-01", "2026-03-02T00:00", "٢٠٢٦-٠٣-٠٢"]
)
def test_a_spoilt_day_is_said_and_takes_nothing_out(auditor: Client, day: str) -> None:
    note(MIDNIGHT)
    for form in ("", "csv"):
        answer = auditor.get("/audit", {"since": day, "format": form})
        assert answer.status_code == 422
        assert "That is no day. Every day is shown." in answer.text
        assert 'name="since" dir="ltr" value=""' in answer.text
    assert not AuditRow.objects.filter(action="audit.exported").exists()


def test_a_program_with_a_spoilt_day_is_refused_and_gets_nothing(
    office: DeskOffice, api: SignedIn
) -> None:
    program = api(office.people["auditor"])
    for name in ("since", "until"):
        assert program.get("/api/v1/audit", {name: "2026-02-30"}).status_code == 422
    assert not AuditRow.objects.filter(action="audit.exported").exists()
    today = f"{now():%Y-%m-%d}"
    assert table(program, f"/api/v1/audit?since={today}&until={today}&action=audit.exported")
