"""What a damaged bundle is said to be: nothing false, nothing left out without a word.

Each is said by command, paper and page in the same sentences.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect
from tests.bundle.makers import judged, short_bundle, trust_file, whole_bundle
from tests.verifier.checking import check, put

from comity.bundle.layout import STATEMENT
from comity.bundle.verdict import Report
from comity.cli import main
from comity.verifier.preface import about_lines
from comity.verifier.speech import Speech
from comity.verifier.tables import LANGUAGES, may_be_added, words

ENGLISH = Speech("en")


def about(report: Report) -> str:
    return "\n".join(about_lines(report, ENGLISH))


def longer_package() -> tuple[dict[str, bytes], str]:
    files = whole_bundle()
    path = next(path for path in sorted(files) if path.endswith(".age"))
    return {**files, path: files[path] + b"\n"}, path


def other_message() -> dict[str, bytes]:
    files = short_bundle()
    path = next(path for path in sorted(files) if path.startswith("data/messages/"))
    return {**files, path: files[path].replace(b"a", b"b", 1)}


SYSTEMS = {"Thumbs.db": b"\0", "data/desktop.ini": b"a", "data/messages/._a.json": b"b"}
DAMAGES: dict[str, Callable[[], dict[str, bytes]]] = {
    "package": lambda: longer_package()[0],
    "message": other_message,
    "systems": lambda: {**short_bundle(), **SYSTEMS},
    "both": lambda: {**other_message(), "data/.DS_Store": b"\0"},
    "trust": lambda: {**short_bundle(), "trust.json": trust_file().data},
}


def test_a_package_that_is_another_is_not_called_the_one_described() -> None:
    files, path = longer_package()
    told, before = about(judged(files)), about(judged(whole_bundle()))
    listed = hashlib.sha256(whole_bundle()[path]).hexdigest()
    assert ENGLISH.say("about-sum", sum=listed) in before
    assert ENGLISH.say("about-sum-here", sum=hashlib.sha256(files[path]).hexdigest()) in told
    assert ENGLISH.say("about-sum-listed", sum=listed) in told
    assert ENGLISH.word("package-changed") in told
    assert (
        told.count("as sha256sum prints it and") == before.count("as sha256sum prints it and") - 1
    )


def test_a_digest_that_no_list_has_is_not_said_to_be_listed() -> None:
    files = whole_bundle()
    del files["manifest-sha256.txt"]
    assert "manifest-sha256.txt lists" not in about(judged(files))


def test_a_list_that_lacks_a_message_says_that_it_may_be_incomplete() -> None:
    assert ENGLISH.word("about-incomplete") in about(judged(other_message()))
    assert ENGLISH.word("about-incomplete") not in about(judged(short_bundle()))
    systems = {**short_bundle(), **SYSTEMS}
    assert ENGLISH.word("about-incomplete") not in about(judged(systems)), "nothing was left out"


@pytest.mark.parametrize(
    ("path", "added"),
    [
        ("Thumbs.db", True),
        ("data/THUMBS.DB", True),
        ("data/messages/._a.json", True),
        ("System Volume Information/IndexerVolumeGuid", True),
        ("__MACOSX/data/a", True),
        ("data/notes.txt", False),
        ("thumbs.db/evil.txt", False),
        ("data/.hidden", False),
    ],
)
def test_what_a_computer_adds_is_known_by_its_name(path: str, added: bool) -> None:
    assert may_be_added(path) is added


def run(tmp_path: Path, files: dict[str, bytes]) -> str:
    (tmp_path / "trust").write_bytes(trust_file().data)
    folder = put(tmp_path / "told", files)
    done = CliRunner().invoke(main, ["verify", str(folder), "--trust", str(tmp_path / "trust")])
    assert done.exit_code == 1
    return done.stdout


def test_files_of_the_clerks_own_computer_are_told_with_what_to_do(tmp_path: Path) -> None:
    told = run(tmp_path, {**short_bundle(), **SYSTEMS})
    names = ENGLISH.listed(sorted(SYSTEMS))
    assert told.startswith("DAMAGED\n"), "what is foreign stays foreign"
    assert ENGLISH.line_of("added-files", names=names) in told
    assert "ask the exporter and another party for a new export" not in told


def test_beside_another_fault_they_excuse_nothing(tmp_path: Path) -> None:
    told = run(tmp_path, DAMAGES["both"]())
    assert ENGLISH.line_of("added-files", names="data/.DS_Store") in told
    assert "ask the exporter and another party for a new export" in told


def test_so_many_files_of_a_computer_are_told_up_to_a_bound(tmp_path: Path) -> None:
    more = {f"data/._{number:02}": b"" for number in range(25)}
    told = run(tmp_path, {**short_bundle(), **more})
    assert "data/._19, and 5 more. Remove them" in told


def test_a_secretariat_is_no_state() -> None:
    assert "no State" in ENGLISH.party("un/secretariat")
    assert "these States" not in ENGLISH.word("trust-vouches")
    assert ENGLISH.word("trust-states") == "Whose keys it names"


def test_messages_with_and_without_approvals_are_counted_apart() -> None:
    looked = next(step for step in judged(whole_bundle()).steps if step.number == 4).looked_at
    approved = {
        one.facts["path"] for one in judged(whole_bundle()).claims if one.name == "approval"
    }
    assert looked["approved"] == len(approved)
    assert int(looked["approved"]) + int(looked["free"]) == looked["messages"]
    assert 0 < int(looked["approved"]) < int(looked["messages"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_that_a_witness_saw_no_other_version_is_its_own_word(lang: str) -> None:
    own = {"en": "is its own word", "fr": "lui seul le dit", "ru": "только он сам"}
    assert own.get(lang, "") in words(lang)["claim-log-single-proved"]


@pytest.mark.full
@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_the_page_says_the_same_of_what_is_damaged(
    page: Page, tmp_path: Path, damage: str, lang: str
) -> None:
    files = DAMAGES[damage]()
    page.select_option("#language", lang)
    check(page, tmp_path, files, trust_file())
    speech, report = Speech(lang), judged(files)
    lines = [bare(line) for line in about_lines(report, speech)]
    assert page.locator(".about > li").all_inner_texts() == lines
    steps = [bare(speech.summary(step.number, step.looked_at)) for step in report.steps]
    for number, step in enumerate(steps, 1):
        expect(page.locator(f"tr[data-step='{number}'] > td:last-child")).to_contain_text(step)
    box = page.inner_text(".verdict")
    if damage in ("systems", "both"):
        names = sorted(SYSTEMS) if damage == "systems" else ["data/.DS_Store"]
        assert bare(speech.line_of("added-files", names=speech.listed(names))) in box
    assert (words(lang)["added-only"].partition("{reason}")[2] in box) is (damage == "systems")
    inside = bare(speech.say("trust-inside", path="trust.json"))
    assert (inside in page.inner_text("#result")) is (damage == "trust")


def bare(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.full
def test_the_report_of_the_page_says_which_bundle_it_is_of(page: Page, tmp_path: Path) -> None:
    files = whole_bundle()
    check(page, tmp_path, files, trust_file())
    digest = hashlib.sha256(files[STATEMENT]).hexdigest()
    row = page.locator("[data-fact='statement-digest']")
    assert row.locator("dd").inner_text() == digest
    page.emulate_media(media="print")
    expect(row).to_be_visible()
    page.emulate_media(media="screen")
    with page.expect_download() as saving:
        page.get_by_text(words("en")["save"]).click()
    assert saving.value.suggested_filename == "comity-report-bundle.json"
    saved = json.loads(saving.value.path().read_text("utf-8"))
    assert (saved["statement"], saved["bundle"]) == (digest, "bundle")


@pytest.mark.full
def test_the_figures_count_the_lines_below_them(page: Page, tmp_path: Path) -> None:
    check(page, tmp_path, whole_bundle(), trust_file())
    counts = page.locator(".figures dd").all_inner_texts()
    lists = page.locator("h3.word").evaluate_all(
        "all => all.map((one) => {"
        " let list = one; while (list && !/^(UL|H3)$/.test((list = list.nextElementSibling)"
        "?.tagName ?? 'H3')); return list?.tagName === 'UL' ? list.children.length : 0; })"
    )
    assert [int(one) for one in counts] == lists
