"""Each event of custody is told: what was done, when and by whom, and whose word that is."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.bundle.attacks_exporter import later_story, with_event
from tests.bundle.makers import (
    VN,
    ZA,
    bundle_of,
    case_of,
    evidence_of,
    judged,
    trust_file,
    whole_bundle,
)
from tests.bundle.parties import officer
from tests.papers.makers import AT, SYSTEM, flat, text_of
from tests.verifier.checking import check

from comity.bundle.verdict import Report
from comity.canonical import digest
from comity.cli.court.verdict import lines
from comity.papers.verdict import Checked, verdict_pdf
from comity.papers.words import words
from comity.verifier.preface import JudgedBy, custody_lines
from comity.verifier.speech import Speech

JUDGED = JudgedBy("ab" * 32, ("vn", "za"))
HEADING = "Custody of the exhibits, event by event."
ACQUIRED = (
    "1. acquired, at 2026-03-01T03:42:00Z, as za/central-authority (South Africa) says."
    " Officer: za-examiner (role not shown in this bundle)."
)


def told(report: Report, lang: str = "en") -> list[str]:
    text = [line.strip() for line in lines(report, Speech(lang), judged=JUDGED)]
    return [line.replace("\u2068", "").replace("\u2069", "") for line in text]


def with_author(by: str) -> Report:
    """Judge a bundle whose chain VN went on with, by the certificate of its author."""
    story = later_story()
    held = digest("record", officer(VN, "author").certificate.record)
    story.custody("reverified", VN, by=by, certificate=held)
    return judged(bundle_of(case_of(story), evidence_of(story)))


def test_each_event_has_its_kind_its_time_and_its_officer() -> None:
    text = told(judged(whole_bundle()))
    first = next(i for i, line in enumerate(text) if line.startswith(HEADING))
    assert text[first + 2] == ACQUIRED
    assert [line.partition(",")[0] for line in text[first + 2 : first + 6]] == [
        "1. acquired",
        "2. sealed",
        "3. offered",
        "4. received",
    ]
    assert text[first + 5].endswith(
        "as vn/contact-point (Viet Nam) says. Officer: vn-examiner (role not shown in this bundle)."
    )


def test_a_program_reads_the_same() -> None:
    claims = judged(whole_bundle()).value()["claims"]
    event = next(one for one in claims if one["claim"] == "custody-event")
    assert event["facts"] == {
        "at": "2026-03-01T03:42:00Z",
        "event": "acquired",
        "exhibit": event["facts"]["exhibit"],
        "number": 1,
        "officer": "za-examiner",
        "party": ZA,
        "roles": "",
    }


def test_a_role_is_that_of_the_officers_own_certificate() -> None:
    rows = [
        row for _, rows in custody_lines(with_author("vn-author"), Speech("en")) for row in rows
    ]
    assert rows[-1].endswith("Officer: vn-author (author).")
    rows = [row for _, rows in custody_lines(with_author("another"), Speech("en")) for row in rows]
    assert rows[-1].endswith("Officer: another (role not shown in this bundle).")


def test_what_only_the_exporter_says_of_another_is_told_as_its_word() -> None:
    row = next(line for line in told(judged(with_event(ZA))) if line.startswith("5. "))
    assert row.endswith(
        "That za/central-authority (South Africa) said so is not confirmed: only vn/contact-point"
        " (Viet Nam) says it. Officer: za-examiner (role not shown in this bundle)."
    )


def test_after_a_failed_step_no_chain_is_told() -> None:
    files = whole_bundle()
    path = next(path for path in files if path.startswith("data/messages/"))
    assert HEADING not in "\n".join(told(judged({**files, path: files[path] + b" "})))


def test_the_paper_tells_them_too(tmp_path: Path) -> None:
    checked = Checked(report=judged(whole_bundle()), statement=bytes(32), judged=JUDGED)
    pdf = verdict_pdf(checked, words("en"), made_at=AT, fonts=SYSTEM)
    text = flat(text_of(pdf, tmp_path))
    assert HEADING.rstrip(".") in text
    assert ACQUIRED in text


@pytest.mark.full
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_page_tells_them_too(page: Page, tmp_path: Path, lang: str) -> None:
    page.select_option("#language", lang)
    check(page, tmp_path, whole_bundle(), trust_file())
    rows = page.locator(".custody > li").all_inner_texts()
    ((_, due),) = custody_lines(judged(whole_bundle()), Speech(lang))
    assert rows == [row.replace("\u2068", "").replace("\u2069", "") for row in due]
