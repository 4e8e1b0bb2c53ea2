"""The after-action report on paper: a page for a minister first, and all of it explained.

Judge: poppler.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from tests.conftest import needs
from tests.instruments.reviewed import reviewed_library
from tests.papers.makers import SYSTEM, flat, text_of
from tests.walks import in_two_languages

from comity.drills import (
    Event,
    Report,
    Scenario,
    admit,
    ended_at,
    naming,
    outline,
    read_scenario,
    rehearse,
    report,
    start,
)
from comity.drills.summary import SENTENCES
from comity.files.drills import read_shipped
from comity.files.instruments import library
from comity.papers.after_action import INSIDE, after_action_pdf
from comity.papers.after_action_parts import parts
from comity.papers.after_action_text import NOTHING, AfterAction, Lesson, Teller, first_page
from comity.papers.words import LANGUAGES, words

pytestmark = pytest.mark.long  # each report is typeset

AT = datetime(2027, 3, 1, 3, 4, 5, tzinfo=UTC)
BEGAN = datetime(2027, 3, 1, tzinfo=UTC)
HOSTILE = '#eval(1) \\ <b> $x$ @ref \u202eabc\u2066 "][' + "W" * 900


@cache
def hospital() -> Scenario:
    return read_scenario("hospital-ransomware", read_shipped("hospital-ransomware"))


@cache
def report_of(skill: str) -> Report:
    run = rehearse(hospital(), skill=skill, at=BEGAN)
    return report(hospital(), run, ended_at(hospital(), run))


def lesson(number: int = 1, *, text: str = "Call first.", done: bool = False) -> Lesson:
    return Lesson(text=text, owner="Head of watch", due=date(2027, 4, number), done=done)


def told_of(skill: str, **more: object) -> AfterAction:
    return AfterAction(**{"scenario": hospital(), "report": report_of(skill), **more})  # type: ignore[arg-type]


def paper(skill: str, lang: str, **more: object) -> bytes:
    found = told_of(skill, **more)
    return after_action_pdf(found, words(lang), library(), made_at=AT, fonts=SYSTEM)


def pages_of(pdf: bytes, folder: Path) -> list[str]:
    return [flat(page) for page in text_of(pdf, folder).split("\f") if page.strip()]


def judged(tool: str, pdf: bytes, folder: Path, *options: str) -> str:
    (folder / "paper.pdf").write_bytes(pdf)
    command = [needs(tool), *options, str(folder / "paper.pdf")]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


# ------------------------------------------------------------------ what it must not do


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_hostile_lessons_names_and_reasons_are_printed_and_steer_nothing(
    lang: str, tmp_path: Path
) -> None:
    run = rehearse(hospital(), skill="careless", at=BEGAN)
    names = {"score": "score server-kept", "points": "1", "reason": HOSTILE}
    run = admit(
        hospital(), run, Event(at=run.events[-1].at, kind="judge", by=HOSTILE[:64], names=names)
    )
    typed = {"type": HOSTILE, "to": "calder", "thread": "request"}
    thread = next(iter(hospital().plan.threads))
    typed["thread"] = thread
    deed = Event(at=run.events[-1].at, kind="sent", by="x", role="duty", names=typed)
    run = admit(hospital(), run, deed)
    found = report(hospital(), run, ended_at(hospital(), run))
    many = tuple(lesson(number, text=HOSTILE) for number in range(1, 9))
    pdf = paper("careless", lang, report=found, lessons=many)
    pages = pages_of(pdf, tmp_path)
    read = "".join(pages)
    assert read.count("⟨U+202E⟩") >= 4
    assert "#eval(1)" in read
    if lang == "en":
        assert "5 more under “Lessons”." in pages[0]
        assert pages[1].startswith("EXERCISE: no real case Actions compared")


def test_nobody_is_named_where_names_were_taken_out(tmp_path: Path) -> None:
    bare = naming(report_of("careless"), ())
    pdf = paper("careless", "en", report=bare, named=False)
    read = flat(text_of(pdf, tmp_path))
    assert "careless duty" not in read
    assert "Duty officer" in read
    assert "By person" not in read
    assert "Players are shown by role" in read
    assert "careless duty" not in inside(pdf, tmp_path)
    assert "careless duty" in flat(text_of(paper("careless", "en"), tmp_path))


def test_what_is_not_yet_due_is_neither_late_nor_missing() -> None:
    run = rehearse(hospital(), skill="silent", at=BEGAN)
    early = report(hospital(), run, BEGAN + timedelta(minutes=5))
    tell = Teller(told_of("silent", report=early), words("en"), library())
    first = first_page(tell)
    assert "No notification was due yet." in first.sentences
    assert [number for number, _ in first.figures][1:] == [NOTHING, NOTHING]
    timeline = next(part for part in parts(tell) if part.key == "timeline")
    open_ = words("en")("report.outcomes.open")
    assert {tuple(one.text for one in row[3:5]) for row in timeline.rows} == {(NOTHING, open_)}


@pytest.mark.parametrize("skill", ["late", "careless"])
def test_every_table_of_timeliness_has_the_same_columns_and_words(skill: str) -> None:
    tell = Teller(told_of(skill, viewer=f"{skill} duty"), words("en"), library())
    found = {part.key: part for part in parts(tell)}
    outcomes = {
        text for key, text in words("en").entries.items() if key.startswith("report.outcomes.")
    }
    for key in ("yours", "timeline", "late", "told", "points"):
        start = found[key].head.index("Due")
        assert found[key].head[start : start + 3] == ("Due", "Done", "Outcome"), key
        for row in found[key].rows:
            due, done, outcome = (one.text for one in row[start : start + 3])
            assert all(re.fullmatch(r"–|\d+:\d\d", moment) for moment in (due, done))
            assert re.split(r" \(\+|; ", outcome)[0] in outcomes


def test_the_table_of_roles_ends_with_the_sums_of_its_rows() -> None:
    night = read_scenario("first-night", read_shipped("first-night"))
    run = rehearse(night, skill="silent", at=BEGAN)
    found = AfterAction(scenario=night, report=report(night, run, ended_at(night, run)))
    tell = Teller(found, words("en"), library())
    *rows, total = next(part for part in parts(tell) if part.key == "roles").rows
    assert "Several roles" in [row[0].text for row in rows]
    pairs = [re.findall(r"-?\d+", row[1].text) or ["0", "0"] for row in rows]
    sums = [sum(map(int, column)) for column in zip(*pairs, strict=True)]
    assert [int(one) for one in re.findall(r"-?\d+", total[1].text)] == sums


# ------------------------------------------------------------------ what every paper is


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
def test_it_is_tagged_archivable_and_says_exercise_on_every_page(lang: str, tmp_path: Path) -> None:
    pdf = paper("careless", lang, lessons=(lesson(),), earlier=(outline(report_of("late")),))
    info = judged("pdfinfo", pdf, tmp_path)
    assert "Tagged:          yes" in info
    assert "JavaScript:      no" in info
    for mark in (b"<pdfaid:part>3<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"):
        assert mark in pdf
    pages = pages_of(pdf, tmp_path)
    assert len(pages) >= 5
    told = bare(words(lang)("common.exercise"))
    assert all(told in bare(page) for page in pages)


def test_a_screen_reader_finds_one_title_and_headed_tables(tmp_path: Path) -> None:
    tags = judged("pdfinfo", paper("late", "en"), tmp_path, "-struct").split()
    assert tags.count("H1") == 1
    assert tags.count("H2") >= 12
    assert tags.count("Table") >= 5
    assert "TH" in tags


def test_the_same_facts_give_the_same_bytes() -> None:
    assert paper("late", "ar") == paper("late", "ar")


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
@pytest.mark.parametrize("skill", ["good", "careless", "silent"])
def test_the_first_page_is_one_page_and_the_rest_begins_on_the_next(
    skill: str, lang: str, tmp_path: Path
) -> None:
    pages = pages_of(paper(skill, lang), tmp_path)
    told = words(lang)
    assert bare(told("report.decide")) in bare(pages[0])
    assert bare(told("report.timeline")) not in bare(pages[0])
    assert bare(told("report.timeline")) in bare(pages[1])


def test_arabic_and_english_words_are_extracted_in_the_order_they_are_read(tmp_path: Path) -> None:
    english = flat(text_of(paper("silent", "en"), tmp_path))
    for text in (
        "The team reached 0 of 242 points, 0 per cent.",
        "Permanent losses:",
        "Never notified: Contact point of Belmora",
        "Ask Belmora, as an emergency, for the folder with the keys.",
        "41(3)(e)",
    ):
        assert text in english
    arabic = flat(text_of(paper("silent", "ar"), tmp_path))
    for text in ("حصل الفريق على 0 من 242 نقطة", "ضاع نهائيا", "لم يبلغ قط"):
        assert bare(text) in bare(arabic), text
        assert bare(text)[::-1] not in bare(arabic)
    assert (
        "41(3)(e" in arabic
    )  # poppler moves the last bracket; on the page it stands where it ought


# ------------------------------------------------------------------ what it tells


@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_ways_to_play_give_two_reports_and_each_point_says_why(lang: str) -> None:
    told = {skill: told_in(skill, lang) for skill in ("good", "careless")}
    good, careless = told["good"], told["careless"]
    assert good["first"] != careless["first"]
    assert len(good["wrong"]) == 0
    assert len(careless["wrong"]) == 2
    assert len(careless["points"]) == len(hospital().plan.scores) + len(hospital().plan.tasks)
    for rows in (good["points"], careless["points"]):
        assert all(why.strip() and article.strip() for why, article, *_ in rows)
    costly = [row for row in careless["points"] if row not in good["points"]]
    assert len(costly) == 3


def told_in(skill: str, lang: str) -> Mapping[str, list[tuple[str, ...]]]:
    tell = Teller(told_of(skill, named=False), words(lang), library())
    first = first_page(tell)
    found = {
        part.key: [(*tuple(cell.text for cell in row[:3]), row[-1].text) for row in part.rows]
        for part in parts(tell)
    }
    return {**found, "first": [(one,) for one in first.sentences]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_takes_the_facts_it_is_given(lang: str) -> None:
    for key, facts in SENTENCES.items():
        text = words(lang)(f"report.sentences.{key}")
        named = set(re.findall(r"\{([a-z]+)\}", text))
        assert named <= set(facts), key
        assert ("names" in named) == ("names" in facts), key


def test_lessons_that_are_open_are_what_is_to_be_decided(tmp_path: Path) -> None:
    many = (lesson(1, done=True), lesson(2, text="Ring Calder."), lesson(3, text="Write it down."))
    first = first_page(Teller(told_of("late", lessons=many), words("en"), library()))
    assert [cell.text for cell in first.decisions] == [
        "Ring Calder. (Head of watch, by 2027-04-02)",
        "Write it down. (Head of watch, by 2027-04-03)",
    ]
    read = flat(text_of(paper("late", "en", lessons=many), tmp_path))
    assert "Call first. Head of watch 2027-04-01 done" in read


def test_earlier_runs_say_whether_they_were_of_the_same_edition(tmp_path: Path) -> None:
    from dataclasses import replace

    late = outline(report_of("late"))
    other = replace(late, team="Old", edition="sha256:" + "0" * 64)
    read = flat(text_of(paper("good", "en", earlier=(late, other)), tmp_path))
    assert "same edition" in read
    assert "other edition" in read
    alone = flat(text_of(paper("good", "en", earlier=()), tmp_path))
    assert "No earlier run of this scenario is known." in alone
    assert "Compared" not in flat(text_of(paper("good", "en", earlier=None), tmp_path))


def test_the_report_as_data_is_inside(tmp_path: Path) -> None:
    value = json.loads(inside(paper("careless", "en", lessons=(lesson(),)), tmp_path))
    assert value["board"]["got"] == 208
    assert value["lessons"][0]["due"] == "2027-04-01"
    assert value["summary"]["dearest"][0] == "score patients-given"


def inside(pdf: bytes, folder: Path) -> str:
    judged("pdfdetach", pdf, folder, "-saveall", "-o", str(folder))
    return (folder / INSIDE).read_text("utf-8")


def bare(text: str) -> str:
    """Return letters and digits alone, with lam-alef in one order, which poppler turns round."""
    return re.sub(r"[\W_]", "", re.sub("ل([اأإآى])", r"\1ل", text))


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("reviewed", [False, True], ids=["unreviewed", "reviewed"])
def test_legal_wording_that_no_lawyer_confirmed_is_marked_below_the_last_part(
    lang: str, reviewed: bool
) -> None:
    laws = reviewed_library() if reviewed else library()
    *others, last = parts(Teller(told_of("late"), words(lang), laws))
    mark = words(lang)("common.law_unread")
    assert (mark in last.notes) is not reviewed
    assert not [part.key for part in others if mark in part.notes]


# ------------------------------------------------------------------ what it says, on every medium


def told_by(skill: str, lang: str, **more: object) -> Teller:
    return Teller(told_of(skill, **more), words(lang), library())


def test_only_paper_gets_marks_at_which_a_long_word_may_break() -> None:
    tell = told_by("careless", "en", lessons=(lesson(text="W" * 200),))
    (decision,) = first_page(tell).decisions
    cells = [cell.text for part in parts(tell) for row in part.rows for cell in row]
    assert "W" * 200 in decision.text
    assert not [text for text in (decision.text, *cells) if "\u200b" in text]


def test_nothing_is_missing_in_a_message_that_was_not_sent() -> None:
    tell = told_by("silent", "en")
    (points,) = (part for part in parts(tell) if part.key == "points")
    assert {one.outcome for one in tell.report.board.points if one.missing} == {"not-done"}
    assert not [row for row in points.rows if "Missing in the message" in row[0].text]


def test_before_a_deadline_none_was_met() -> None:
    early = report(hospital(), start(hospital(), team="A", at=BEGAN), BEGAN)
    tell = told_by("good", "en", report=early)
    (late,) = (part for part in parts(tell) if part.key == "late")
    assert late.notes == ("No deadline was due yet.",)


def test_numbers_and_articles_stand_apart_in_a_line_that_runs_leftwards() -> None:
    tell = told_by("careless", "ar")
    assert "\u2066-8\u2069" in tell("out_of", value=-8, of=0)
    assert tell.articles(("6(2)", "40(28)")) == "\u20666(2), 40(28)\u2069"
    assert told_by("careless", "en").articles(("6(2)", "40(28)")) == "6(2), 40(28)"
