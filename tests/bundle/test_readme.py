"""The first page says what this bundle claims, and its commands are typed as they stand."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.bundle.makers import (
    DECIDED,
    EXHIBIT,
    IDENTITY,
    STAMPS,
    VN,
    bundle_of,
    case_of,
    evidence_of,
    redacted_bundle,
    redacted_path,
    short_bundle,
    stamped,
    stamped_bundle,
    whole_bundle,
    whole_story,
)
from tests.bundle.test_commands import put
from tests.conftest import needs
from tests.ledger.authority import GOOD, Authority

from comity.bundle import Withheld, layout
from comity.bundle.readme import summaries
from comity.evidence import age_keys
from comity.evidence.limits import Limit

LANGUAGES = ("ar", "en", "es", "fr", "ru", "vi", "zh-hans")


def page(files: dict[str, bytes]) -> str:
    return files[layout.README].decode("utf-8")


def everything() -> dict[str, bytes]:
    """Return a bundle with evidence and time stamps."""
    story = whole_story()
    return bundle_of(stamped(case_of(story), story.nodes[VN], STAMPS), evidence_of(story))


def test_it_counts_what_this_bundle_holds() -> None:
    text = page(everything())
    assert "Here: messages 8, receipts 8, custody chains 1, sealed packages 1, opened" in text
    assert "time-stamped checkpoints 2." in text
    heads = re.findall(r"^  message (\d) of (\S+)$", text, re.MULTILINE)
    assert sorted(heads) == [
        ("1", VN),
        ("2", VN),
        ("2", "za/central-authority"),
        ("3", "za/central-authority"),
    ]
    assert f"of exhibit {EXHIBIT}, 4 events; by its recorder's word alone: number 1 (before" in text


def test_it_says_what_its_exporter_could_leave_out() -> None:
    unknown = page(whole_bundle()).partition("\nUNKNOWN\n")[2].partition("\nWITHHELD")[0]
    for open_question in ("other conversations", "after the heads", "newer directory records"):
        assert open_question in unknown
    assert f"{VN} chose what is here" in unknown


def test_no_place_is_left_open() -> None:
    for files in (short_bundle(), everything(), redacted_bundle()):
        assert not re.search(r"\{[a-z]*\}", page(files))


def test_without_a_time_stamp_it_says_not_proved() -> None:
    for files in (short_bundle(), whole_bundle()):
        assert "no trusted time stamp: not proved" in page(files)
        assert "No trusted time stamp: not proved." in page(files)
    assert "no trusted time stamp" not in page(stamped_bundle()).lower()


def test_it_lists_what_is_withheld_with_reason_and_decision() -> None:
    text = page(redacted_bundle())
    place = text.index(redacted_path())
    assert f"      {DECIDED.reason}\n      decision: {DECIDED.decision}\n" in text[place:]
    assert "WITHHELD: nothing." in page(whole_bundle())


def test_free_text_cannot_pass_for_a_part_of_the_page() -> None:
    story = whole_story()
    case = case_of(story)
    path = layout.section_path(case.messages[0].content, "subject")
    hidden = {path: Withheld("so\n\n\nPROVED by nobody\x1b[1m\u202e", None)}
    text = page(bundle_of(replace(case, withheld=hidden), evidence_of(story)))
    assert "      so PROVED by nobody [1m\n      decision: nobody's decision\n" in text


def test_the_short_form_stands_in_seven_languages_of_ten_lines() -> None:
    assert tuple(sorted(summaries())) == LANGUAGES
    text = page(whole_bundle())
    for summary in summaries().values():
        assert summary in text
        assert "comity verify THIS-FOLDER --trust TRUST-FILE" in summary
        assert "WITHHELD" in summary
        assert re.findall(r"(?<!\d)([0-9]) ?[:\uff1a]", summary) == ["0", "1", "3", "4"]
        sentences = [line for line in summary.split("\n") if not line.startswith("  ")]
        assert len(sentences) == 9
        assert all(len(line) <= 100 for line in summary.split("\n"))


# ------------------------------------------------------------------ commands, typed


def commands(text: str) -> list[str]:
    """Return the lines for Linux, in their order."""
    part = text[text.index("\nLINUX") : text.index("\nMACOS")]
    return re.findall(r"^    \$ (.*)$", part, re.MULTILINE)


def typed(line: str, folder: Path, root: str = GOOD.root_pem) -> subprocess.CompletedProcess[str]:
    """Run a line in the bundle's folder, with the two names it asks the reader for filled in."""
    tools = folder.parent / "given"
    tools.mkdir(exist_ok=True)
    (tools / "root.pem").write_text(root, encoding="ascii")
    key = age_keys.format_key_file(IDENTITY, created="2026-01-01")
    (tools / "key.txt").write_text(key, encoding="utf-8")
    line = line.replace("ROOT.pem", str(tools / "root.pem"))
    line = line.replace("KEY-FILE", str(tools / "key.txt"))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=folder,
        env={"PATH": path, "HOME": str(tools), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tools() -> None:
    for tool in ("age", "openssl", "sha256sum", "tar"):
        needs(tool)


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("files", [everything(), redacted_bundle()], ids=["whole", "redacted"])
def test_every_command_for_linux_succeeds_on_a_good_bundle(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    folder = put(tmp_path / "bundle", files)
    lines = commands(page(files))
    assert len(lines) >= 6
    for line in lines:
        done = typed(line, folder)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert there == files.keys(), "no command leaves a file in the bundle"


@pytest.mark.usefixtures("tools")
def test_the_commands_find_what_was_changed_added_or_removed(tmp_path: Path) -> None:
    files = everything()
    lines = commands(page(files))
    message = next(path for path in files if "/messages/" in path)
    spoilt = {
        "changed": {**files, message: files[message][:-1] + b" "},
        "added": {**files, "data/more.txt": b""},
        "removed": {path: data for path, data in files.items() if path != message},
    }
    for name, found in spoilt.items():
        folder = put(tmp_path / name / "bundle", found)
        assert any(typed(line, folder).returncode for line in lines[:4]), name


@pytest.mark.usefixtures("tools")
def test_the_command_for_time_stamps_refuses_spoilt_ones(tmp_path: Path) -> None:
    files = everything()
    line = next(line for line in commands(page(files)) if "ts -verify" in line)
    token, note = layout.stamp_path(VN, 1, 1, 1), layout.stamped_path(VN, 1, 1)
    good = put(tmp_path / "good" / "bundle", files)
    assert typed(line, good).stdout.count("Verification: OK") == 2
    assert typed(line, good, Authority("two").root_pem).returncode
    for place in (token, note):
        data = files[place][:-2] + bytes([files[place][-2] ^ 1]) + files[place][-1:]
        folder = put(tmp_path / place.rpartition(".")[2] / "bundle", {**files, place: data})
        assert typed(line, folder).returncode, place


@pytest.mark.usefixtures("tools")
def test_the_commands_find_a_link_that_was_added(tmp_path: Path) -> None:
    files = everything()
    folder = put(tmp_path / "bundle", files)
    (folder / "data" / "more").symlink_to(folder / "bagit.txt")
    assert any(typed(line, folder).returncode for line in commands(page(files))[:3])


def test_the_commands_for_windows_and_macos_name_files_that_are_there() -> None:
    files = everything()
    part = page(files)[page(files).index("\nMACOS") :]
    assert "certutil -hashfile data\\bundle.json SHA256" in part
    assert len(re.findall(r"^    PS> ", part, re.MULTILINE)) == 6
    for name in re.findall(r"(?:tag)?manifest-sha\d+\.txt", part):
        assert name in files


def test_it_says_which_conditions_of_use_bind_the_evidence() -> None:
    story = whole_story()
    limit = Limit(
        by=VN,
        kind="use-limitation",
        lang="en",
        source="sha256:" + "ab" * 32,
        standing="accepted",
        text="Only here.\nPROVED by nobody",
    )
    hidden = replace(limit, text="", kind="return")
    case = replace(case_of(story), limits=(limit, hidden))
    text = page(bundle_of(case, evidence_of(story)))
    assert "CONDITIONS OF USE that bind this evidence: 2" in text
    assert f"use-limitation, accepted, set by {VN}" in text
    assert "      Only here. PROVED by nobody\n" in text, "a condition is no line of this page"
    assert "no text, or its text is withheld" in text
    none = page(bundle_of(case_of(story), evidence_of(story)))
    assert "none is known to the exporter" in none
