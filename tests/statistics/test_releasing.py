"""Figures come from the register in few queries, and leave as files that say what they hide."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.conftest import needs
from tests.exchange.makers import BODIES, T0, VN, ZA
from tests.instruments.reviewed import reviewed_library
from tests.nodes.test_clocks import Office as Register
from tests.papers.makers import flat, text_of
from tests.walks import in_two_languages
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now
from comity.node.core.law_library import lawbook
from comity.node.core.node import Node, load_node
from comity.node.models import AuditRow
from comity.node.people import office_settings
from comity.node.statistics.counts import Figures
from comity.node.statistics.exports import as_csv, as_pdf, release
from comity.node.statistics.pages.charts import month_figures
from comity.node.statistics.periods import Period, parse_period
from comity.node.statistics.queries import read_figures
from comity.papers.statistics import READERS, Reader, hours_text
from comity.papers.words import LANGUAGES, words

pytestmark = pytest.mark.django_db
AT = datetime(2027, 1, 1, tzinfo=UTC)
YEAR = parse_period(f"{T0.year}")
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1, ASKED: 2}
    return build_world(tmp_path_factory.mktemp("told"), mode="exercise", ports=ports, now=now())


@pytest.fixture
def node(world: World) -> Node:
    return load_node(world.places[ASKED].config.folder)


def filled(requests: int, register: Register | None = None) -> None:
    register = register or Register(ZA)
    for _ in range(requests):
        conversation = register.ask(T0)
        register.say("request.acknowledged", conversation, T0 + HOUR)
        register.say("request.refused", conversation, T0 + 2 * HOUR)


def figures_of(party: str, period: Period = YEAR) -> Figures:
    return read_figures(party, period, at=AT)


def test_requests_and_their_steps_are_read(node: Node) -> None:
    filled(3)
    found = figures_of(ZA)
    assert (found.received, found.sent) == (3, 0)
    assert found.splits["states"].rows == {"vn": (3, 0)}
    timed = {one.step: one.received for one in found.timed}
    assert (timed["acknowledged"].count, timed["acknowledged"].median_s) == (3, 3600)
    assert (timed["decided"].count, timed["decided"].median_s) == (3, 7200)
    assert sum(both[0] for both in found.besides.refusals.values()) >= 3


def test_the_other_office_counts_them_as_sent(node: Node) -> None:
    filled(2)
    assert (figures_of(VN).received, figures_of(VN).sent) == (0, 2)


def test_a_request_of_another_year_is_left_out(node: Node) -> None:
    filled(1)
    assert figures_of(ZA, parse_period(f"{T0.year + 1}")).received == 0


def test_more_requests_take_no_more_queries(node: Node) -> None:
    numbers, register = [], Register(ZA)
    for more in (1, 9):
        filled(more, register)
        with CaptureQueriesContext(connection) as asked:
            figures_of(ZA)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 9


def test_csv_says_hidden_and_is_audited(node: Node) -> None:
    filled(3)
    data = as_csv(node, release(node, YEAR, at=AT), lang="en", by="approver", at=AT)
    text = data.decode("utf-8-sig")
    assert "states,vn,Viet Nam,received,hidden,requests\r\n" in text
    assert ",3,requests" not in text
    row = AuditRow.objects.get(action="statistics.released")
    assert (row.actor, row.subject, row.detail) == ("approver", YEAR.name, "csv threshold 5")


def test_times_by_month_are_read_by_urgency_and_stand_in_the_table(node: Node) -> None:
    register = Register(ZA)
    filled(5, register)
    thread = register.ask(T0, urgency="emergency")
    register.say("request.acknowledged", thread, T0 + HOUR)
    month = f"{T0:%Y-%m}"
    timed = {(one.step, one.urgency): one.months[month][0] for one in figures_of(ZA).by_month}
    counts = {key: one.count for key, one in timed.items() if one.count}
    usual = BODIES["request"]["urgency"]
    assert counts == {
        ("acknowledged", usual): 5, ("decided", usual): 5, ("acknowledged", "emergency"): 1,
    }  # fmt: skip
    data = as_csv(node, release(node, YEAR, at=AT), lang="en", by="approver", at=AT).decode()
    for code, median in ((f"{month} acknowledged {usual}", "3600"),
                         (f"{month} acknowledged emergency", "hidden"),
                         (f"{month} decided emergency", "hidden")):  # fmt: skip
        assert f"times-by-month.median,{code},{code},received,{median},seconds\r\n" in data
        assert f"times-by-month.p90,{code},{code},received,hidden,seconds\r\n" in data


def test_the_paper_has_the_times_by_month_that_the_page_has(node: Node, tmp_path: Path) -> None:
    needs("pdftotext")
    register = Register(ZA)
    filled(5, register)
    other = T0 + timedelta(days=31)
    for _ in range(5):
        thread = register.ask(other, urgency="emergency")
        register.say("request.acknowledged", thread, other + 3 * HOUR)
    for_page = month_figures(figures_of(ZA).by_month, at=AT, rtl=False)
    shown = [row for figure in for_page for row in figure.rows if row[1]]
    made = as_pdf(node, release(node, YEAR, at=AT), "minister", lang="en", by="a", at=AT)
    line = r"\d{4}-\d\d (?:Acknowledgement|Decision) (\w+) Received (\S+) (\S+)"
    rows = re.findall(line, flat(text_of(made, tmp_path)))
    found = sorted((urgency.capitalize(), median, p90) for urgency, median, p90 in rows)
    paper = [
        (urgency, hours_text(one.median_s), "–" if one.p90_s is None else hours_text(one.p90_s))
        for _, urgency, one, _ in shown
        if one is not None and one.median_s is not None
    ]
    assert len(paper) == 3
    assert found == sorted(paper)


def test_a_lower_threshold_shows_more(node: Node) -> None:
    filled(3)
    assert office_settings.change(office_settings.THRESHOLD, "3", by="approver", at=AT)
    data = as_csv(node, release(node, YEAR, at=AT), lang="en", by="approver", at=AT)
    assert ",received,3,requests" in data.decode("utf-8-sig")


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
@pytest.mark.parametrize("reader", READERS)
def test_the_paper_is_made_in_every_language(
    node: Node, lang: str, reader: Reader, tmp_path: Path
) -> None:
    needs("pdftotext")
    filled(6)
    office_settings.change(office_settings.OFFICE_NAME, "Central Authority", by="approver", at=AT)
    made = as_pdf(node, release(node, YEAR, at=AT), reader, lang=lang, by="a", at=AT)
    assert made.startswith(b"%PDF-")
    if lang == "en":
        text = text_of(made, tmp_path)
        assert words("en")(f"statistics.{reader}") in text
        assert "Central Authority" in text
        assert ("Grounds of refusal" in text) == (reader == "minister")


@pytest.mark.parametrize("reviewed", [False, True], ids=["unreviewed", "reviewed"])
def test_the_paper_marks_legal_wording_that_no_lawyer_confirmed(
    node: Node, reviewed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reviewed:
        made = replace(lawbook(node.config), library=reviewed_library())
        monkeypatch.setattr("comity.node.core.law_library._read", lambda _folder: made)
    filled(6)
    paper = as_pdf(node, release(node, YEAR, at=AT), "minister", lang="en", by="a", at=AT)
    told = flat(text_of(paper, tmp_path))
    assert (flat(words("en")("common.law_unread")) in told) is not reviewed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("no-such-setting", "1"),
        (office_settings.THRESHOLD, "1"),
        (office_settings.THRESHOLD, "101"),
        (office_settings.THRESHOLD, "five"),
        (office_settings.THRESHOLD, "٥"),
        (office_settings.OFFICE_NAME, "x" * 121),
        (office_settings.OFFICE_NAME, "two\nlines"),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_refused(name: str, text: str) -> None:
    with pytest.raises(office_settings.OfficeSettingError):
        office_settings.change(name, text, by="approver", at=AT)
    assert not AuditRow.objects.filter(action="setting.changed").exists()


def test_a_change_is_audited_with_old_and_new() -> None:
    assert office_settings.change(office_settings.THRESHOLD, " 10 ", by="approver", at=AT)
    assert not office_settings.change(office_settings.THRESHOLD, "10", by="approver", at=AT)
    (row,) = AuditRow.objects.filter(action="setting.changed")
    assert (row.subject, row.detail) == (office_settings.THRESHOLD, "5 -> 10")
    assert office_settings.values()[office_settings.THRESHOLD].changed_by == "approver"
