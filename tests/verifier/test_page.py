"""The page as a person uses it: a file opened from disk, a folder, a trust file, a verdict."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.bundle.attacks_exporter import with_event
from tests.bundle.makers import (
    DECIDED,
    START,
    VN,
    ZA,
    bundle_of,
    case_of,
    redacted_bundle,
    redacted_path,
    resigned,
    short_bundle,
    trust_file,
    whole_bundle,
)
from tests.bundle.stories import conditions_story
from tests.directory.world import key_set, state_keys
from tests.verifier.checking import check, put
from tests.walks import in_two_languages

from comity.bundle import verify
from comity.bundle.reader import MemoryReader
from comity.verifier.preface import JudgedBy, about_lines, judged_lines
from comity.verifier.speech import Speech
from comity.verifier.tables import LANGUAGES, words

pytestmark = pytest.mark.full


def claims(page: Page) -> list[str]:
    """Return the lines of the verdict, in their order."""
    return page.locator("[data-claim] > p, [data-claim] > details > summary").all_inner_texts()


def test_a_good_bundle_is_intact_and_nothing_left_the_computer(
    page: Page, tmp_path: Path, requests: list[str]
) -> None:
    assert check(page, tmp_path, whole_bundle(), trust_file()) == "INTACT"
    assert page.locator("tr[data-status=passed]").count() == 11
    assert len(page.workers) == 0, "the Worker has ended"
    assert all(url.startswith(("file:", "blob:")) for url in requests)
    assert any(url.startswith("blob:") for url in requests), "it judged in a Worker"


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
@pytest.mark.parametrize("name", ["whole", "redacted", "conditions", "no trust file"])
def test_page_and_command_say_the_same(page: Page, tmp_path: Path, lang: str, name: str) -> None:
    files = redacted_bundle() if name == "redacted" else whole_bundle()
    if name == "conditions":
        files = bundle_of(case_of(conditions_story()), {})
    trust = None if name == "no trust file" else trust_file()
    page.select_option("#language", lang)
    assert check(page, tmp_path, files, trust)
    speech, report = Speech(lang), verify(MemoryReader(files), trust=trust)
    assert claims(page) == [bare(speech.line(group)) for group in report.groups]
    meaning = speech.verdict(report.verdict, first=None, exporter=None, trusted=trust is not None)
    assert page.inner_text("#verdict + p") == meaning
    judged = None if trust is None else JudgedBy(sha256(trust.data).hexdigest(), ("vn", "za"))
    assert page.locator(".judged").all_inner_texts() == [
        bare(line) for line in judged_lines(report, judged, speech)
    ]
    told = [bare(line) for line in about_lines(report, speech)]
    assert page.locator(".about > li").all_inner_texts() == told
    assert any("VN-1" in line for line in told), "the request's reference"
    steps = [bare(speech.summary(step.number, step.looked_at)) for step in report.steps]
    assert page.locator("tr[data-step] > td:last-child").all_inner_texts() == steps


def bare(text: str) -> str:
    """Return a line without the marks that keep facts apart, for which the page has elements."""
    return text.replace("\u2068", "").replace("\u2069", "")


def test_without_a_trust_file_nothing_is_proved(page: Page, tmp_path: Path) -> None:
    verdict = check(page, tmp_path, whole_bundle(), None)
    assert verdict == words("en")["unpinned"]
    assert words("en")["unpinned-none"] in page.inner_text(".verdict")
    assert page.locator("tr[data-status=passed]").count() == 1, "files need no keys"
    assert page.locator("h3.proved:not(.empty)").count() == 0


def test_statements_that_do_not_fit_are_set_beside_each_other(page: Page, tmp_path: Path) -> None:
    early = START + timedelta(minutes=6)  # before the last answer in it
    files = resigned(short_bundle(), lambda told: replace(told, exported_at=early))
    check(page, tmp_path, files, trust_file())
    table = page.locator("[data-claim] details[open] table").first
    expect(table).to_be_visible()
    assert table.locator("tbody").first.locator("tr").count() == 2


def test_a_spoilt_file_is_named_with_its_step_and_a_sentence(page: Page, tmp_path: Path) -> None:
    files = whole_bundle()
    path = next(path for path in sorted(files) if "/evidence/" in path)
    files[path] = files[path][:-1] + bytes([files[path][-1] ^ 1])
    assert check(page, tmp_path, files, trust_file()) == "DAMAGED"
    said = page.inner_text(".verdict")
    assert "Step 1 found" in said
    assert path in said
    assert words("en")["detail-bytes"] in said
    assert "bundle-file-changed" not in page.inner_text("body"), "codes are for programs"


@pytest.mark.parametrize("state", ["vn", "za"])
def test_keys_unlike_the_trust_files_are_told_first(page: Page, tmp_path: Path, state: str) -> None:
    trust, said = trust_file(), words("en")
    trust = replace(trust, delegations={**trust.delegations, state: key_set(state_keys("fr"))})
    assert check(page, tmp_path, whole_bundle(), trust) == "NOT VERIFIED WITH THIS TRUST FILE"
    box = page.inner_text(".verdict")
    assert said["why-unpinned"] in box
    assert box.index(f"data/directory/states/{state}-1.json") < box.index(said["detail-unlike"])
    assert said["heads"] not in page.inner_text("#result")
    report = verify(MemoryReader(whole_bundle()), trust=trust)
    assert report.leading is not None
    meaning = Speech("en").verdict(
        "damaged", first=report.leading, exporter=None, trusted=True, unverified=True
    )
    assert page.inner_text("#verdict + p") == meaning


def test_an_omitted_message_is_missed(page: Page, tmp_path: Path) -> None:
    files = short_bundle()
    del files[next(path for path in sorted(files) if "/messages/" in path)]
    assert check(page, tmp_path, files, trust_file()) == "DAMAGED"
    assert words("en")["detail-listed"] in page.inner_text(".verdict")


def test_a_trust_file_of_the_bundle_itself_never_proves_it(page: Page, tmp_path: Path) -> None:
    files = {**whole_bundle(), "data/trust.json": trust_file().data}
    page.set_input_files("#folder", put(tmp_path / "bundle", files))
    page.set_input_files("#trust", tmp_path / "bundle" / "data" / "trust.json")
    page.click("#check")
    assert page.inner_text("#verdict") == "DAMAGED"
    assert words("en")["detail-name-foreign"] in page.inner_text(".verdict")


def test_a_trust_file_among_the_evidence_is_not_vouched_for(page: Page, tmp_path: Path) -> None:
    paper = {"data/papers/trust.pdf": trust_file().data}
    files = resigned({**whole_bundle(), **paper})
    assert check(page, tmp_path, files, trust_file()) == words("en")["unpinned"]
    assert words("en")["unpinned-unchecked"] in page.inner_text(".verdict")
    assert "data/papers/trust.pdf" in page.inner_text("#result")
    assert words("en")["unchecked"] in page.inner_text("#result")


PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{}", "member-malformed"),
        (b"\xff", "not-canonical"),
        (trust_file(timestamp_roots=(PEM,)).data, "timestamp-root"),
    ],
)
def test_what_is_no_trust_file_stops_the_check(
    page: Page, tmp_path: Path, data: bytes, code: str
) -> None:
    page.set_input_files("#folder", put(tmp_path / "bundle", short_bundle()))
    (tmp_path / "trust.json").write_bytes(data)
    page.set_input_files("#trust", tmp_path / "trust.json")
    expect(page.locator("#trust-state")).to_contain_text(code)
    expect(page.locator("#check")).to_be_disabled()
    page.click("#remove")
    expect(page.locator("#check")).to_be_enabled()


def test_the_trust_file_is_shown_with_the_digest_to_compare(page: Page, tmp_path: Path) -> None:
    import hashlib

    (tmp_path / "trust.json").write_bytes(trust_file().data)
    page.set_input_files("#trust", tmp_path / "trust.json")
    expect(page.locator("#trust-state")).to_contain_text(
        hashlib.sha256(trust_file().data).hexdigest()
    )
    expect(page.locator("#trust-state")).to_contain_text("vn, za")


def test_a_check_can_be_stopped(page: Page, tmp_path: Path) -> None:
    files = {**short_bundle(), "data/evidence/" + "ab" * 32 + ".age": bytes(96 << 20)}
    page.set_input_files("#folder", put(tmp_path / "bundle", files))
    page.click("#check")
    page.click("#cancel")
    expect(page.locator("#said")).to_have_text(words("en")["stopped"])
    assert page.locator("#verdict").count() == 0


def test_progress_is_told_while_large_evidence_is_read(page: Page, tmp_path: Path) -> None:
    files = {**short_bundle(), "data/evidence/" + "ab" * 32 + ".age": bytes(96 << 20)}
    page.set_input_files("#folder", put(tmp_path / "bundle", files))
    page.click("#check")
    expect(page.locator("#progress")).not_to_have_js_property("value", 0)
    page.wait_for_selector("#verdict")
    assert page.is_hidden("#progress")


def drop(page: Page, place: str, folder: Path) -> None:
    session = page.context.new_cdp_session(page)
    box = page.locator(place).bounding_box()
    assert box is not None
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent",
            {
                "type": kind,
                "x": box["x"] + 20,
                "y": box["y"] + 20,
                "data": {"items": [], "files": [str(folder)], "dragOperationsMask": 1},
            },
        )


def test_a_folder_can_be_dropped_on_its_field(page: Page, tmp_path: Path) -> None:
    drop(page, "#folder", put(tmp_path / "bundle", whole_bundle()))
    expect(page.locator("#bundle-state")).to_contain_text(f"{len(whole_bundle())} files")
    page.click("#check")
    assert page.inner_text("#verdict") == words("en")["unpinned"]


def test_a_folder_dropped_beside_its_field_leaves_the_page_alone(
    page: Page, page_file: Path, tmp_path: Path
) -> None:
    drop(page, "h1", put(tmp_path / "bundle", short_bundle()))
    page.click("summary")
    assert page.url == page_file.as_uri()
    expect(page.locator("#bundle-state")).to_have_text(words("en")["bundle-none"])


@pytest.mark.parametrize(
    "worker",
    [
        "delete window.Worker;",
        "window.Worker = class { postMessage() { this.onerror(new Event('error')); }"
        " terminate() {} };",
    ],
    ids=["none", "one that fails"],
)
def test_where_a_browser_allows_no_worker_the_page_judges_itself(
    page: Page, tmp_path: Path, worker: str
) -> None:
    page.add_init_script(worker)
    page.reload()
    assert check(page, tmp_path, whole_bundle(), trust_file()) == "INTACT"


def test_a_file_that_goes_away_is_no_verdict(page: Page, tmp_path: Path) -> None:
    folder = put(tmp_path / "bundle", whole_bundle())
    page.set_input_files("#folder", folder)
    expect(page.locator("#bundle-state")).to_contain_text("files")
    (folder / "data" / "README.txt").unlink()
    page.click("#check")
    expect(page.locator("#said")).to_contain_text(words("en")["unreadable"])
    assert page.locator("#verdict").count() == 0


def test_a_file_that_changes_after_it_was_chosen_is_no_verdict(page: Page, tmp_path: Path) -> None:
    folder = put(tmp_path / "bundle", whole_bundle())
    page.set_input_files("#folder", folder)
    expect(page.locator("#bundle-state")).to_contain_text("files")
    path = folder / "data" / "README.txt"
    then = path.stat().st_mtime + 60
    path.write_bytes(path.read_bytes().swapcase())
    os.utime(path, (then, then))
    page.click("#check")
    expect(page.locator("#said")).to_contain_text(words("en")["unreadable"])
    assert page.locator("#verdict").count() == 0


def test_what_an_exporter_can_arrange_is_said(page: Page, tmp_path: Path) -> None:
    assert check(page, tmp_path, with_event(ZA), trust_file()) == "INTACT"
    told = claims(page)
    for name in ("custody-event", "nothing-later", "directory-current"):
        assert (
            words("en")[f"claim-{name}-unknown"].format(by=Speech("en").party(VN), count=1) in told
        )
    expect(page.get_by_text(words("en")["unknown-general"])).to_be_attached()


def test_the_keyboard_reaches_everything_and_the_verdict_takes_the_focus(
    page: Page, tmp_path: Path
) -> None:
    page.set_input_files("#folder", put(tmp_path / "bundle", short_bundle()))
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert reached == ["language", "SUMMARY", "folder", "trust", "check", "BODY"]
    page.focus("#check")
    page.keyboard.press("Enter")
    page.wait_for_selector("#verdict")
    expect(page.locator("#verdict")).to_be_focused()


def test_a_redacted_copy_says_what_is_withheld_and_by_which_decision(
    page: Page, tmp_path: Path
) -> None:
    assert check(page, tmp_path, redacted_bundle(), trust_file()) == "INTACT"
    for place in page.locator("[data-claim] summary").all():
        place.click()
    said = page.inner_text("#result")
    assert f"{redacted_path()}: {DECIDED.reason} (decision: {DECIDED.decision})" in said


def test_the_saved_report_says_all(page: Page, tmp_path: Path) -> None:
    check(page, tmp_path, whole_bundle(), trust_file())
    with page.expect_download() as waiting:
        page.click(f"text={words('en')['save']}")
    waiting.value.save_as(tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert (report["verdict"], len(report["steps"]), report["first"]) == ("intact", 11, None)


def test_names_that_deceive_are_written_out(page: Page, tmp_path: Path) -> None:
    files = {**short_bundle(), "data/invoice\u202egpj.exe": b"x", "data/<b>bold</b>": b"x"}
    check(page, tmp_path, files, trust_file())
    said = page.inner_text("#result")
    assert "invoice\\u{202e}gpj.exe" in said
    assert "<b>bold<" in said
    assert page.locator("#result b").count() == 0


def test_fifty_thousand_claims_are_drawn_at_once_and_counted(loaded: Callable[[str], Page]) -> None:
    drawn = loaded("claims.js")
    made = """([each, groups]) => {
      const one = (i, by) => ({
        claim: "receipt", word: "attested", by: [by], statements: [],
        facts: { path: `data/receipts/${i}.json`, outcome: `refused:c${i}` },
      });
      const many = Array.from({ length: each }, (_, i) => one(i, "a/court"));
      const more = Array.from({ length: groups }, (_, i) => one(i, `p/${i}`));
      const begun = performance.now();
      comity.draw("en", [...many, ...more]);
      return performance.now() - begun;
    }"""
    took = drawn.evaluate(made, [50_000, 2_000])
    assert took < 5_000
    assert drawn.locator("*").count() < 3_000
    assert drawn.locator("[data-claim]").count() == 20
    assert "and 1,981 more" in drawn.inner_text("body")
    lines = drawn.locator("[data-claim] summary").filter(has_text="a/court")
    assert "and 49,980 more" in lines.inner_text()
    assert "and 49,980 more" in (lines.locator("xpath=..").text_content() or "")


def test_nothing_of_the_page_can_be_reached_by_what_a_bundle_says(page_file: Path) -> None:
    text = page_file.read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", text)
