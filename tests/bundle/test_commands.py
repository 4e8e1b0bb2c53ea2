"""The command verify needs a bundle and a trust file, and nothing else of the world."""

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.bundle.makers import (
    VN,
    ZA,
    case_of,
    private,
    redacted_bundle,
    short_bundle,
    short_story,
    trust_file,
    whole_bundle,
)
from tests.conftest import REPOSITORY, needs

from comity.bundle import verify
from comity.bundle.ceilings import CEILINGS
from comity.bundle.claims import WORDS
from comity.bundle.folder import FolderReader, write_folder
from comity.bundle.reader import MemoryReader
from comity.cli.court.verdict import lacking_lines
from comity.verifier.speech import Speech
from comity.verifier.tables import LANGUAGES

pytestmark = pytest.mark.full  # each step is a command of its own

said = Speech("en").word
_RUN = "from comity.cli.court.verify import verify_bundle; verify_bundle()"


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        full = folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data)
    return folder


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    path = tmp_path / "trust.json"
    path.write_bytes(trust_file().data)
    return path


def run(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process that has an empty home and knows of no node."""
    home.mkdir(exist_ok=True)
    environment = {"HOME": str(home), "PATH": "", "PYTHONPATH": str(REPOSITORY / "src")}
    assert "COMITY_DIR" not in environment
    return subprocess.run(
        [sys.executable, "-c", _RUN, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=home,
        check=False,
    )


def test_a_stranger_with_bundle_and_trust_file_gets_the_verdict(
    tmp_path: Path, trust: Path
) -> None:
    bundle = put(tmp_path / "bundle", whole_bundle())
    done = run(tmp_path / "home", bundle, "--trust", trust)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("INTACT\n")
    headings = [f"{said(f'word-{word}')}. {said(f'word-{word}-text')}" for word in WORDS]
    assert [line for line in done.stdout.splitlines() if line in headings] == headings
    assert said("heads") in done.stdout
    assert "It is not known whether both sides invented the case together" in done.stdout
    assert not list((tmp_path / "home").iterdir())


def test_without_a_trust_file_nothing_is_proved(tmp_path: Path) -> None:
    bundle = put(tmp_path / "bundle", short_bundle())
    done = run(tmp_path / "home", bundle)
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    assert lines[:2] == [said("unpinned"), said("unpinned-none")]
    assert lines[lines.index(f"{said('word-proved')}. {said('word-proved-text')}") + 1] == (
        f"  {said('nothing')}"
    )
    assert f"  {said('unknown-general')}" in lines, "the paper says it, so the screen does too"


def test_a_failure_names_step_and_file_first(tmp_path: Path, trust: Path) -> None:
    files = short_bundle()
    path = next(p for p in sorted(files) if "/receipts/" in p)
    files[path] = files[path].replace(b"a", b"b", 1)
    done = run(tmp_path / "home", put(tmp_path / "bundle", files), "--trust", trust)
    assert done.returncode == 1
    word, meaning, place = done.stdout.splitlines()[:3]
    assert word == "DAMAGED"
    assert meaning.startswith("Step 1 found: It was changed.")
    assert "A failed check is not by itself a sign of forgery" in meaning
    assert path in place
    assert place.endswith("Its bytes are not those that the list of files states.")
    assert "bundle-file-changed" not in done.stdout, "codes are for programs: --json has them"


def test_json_is_complete(tmp_path: Path, trust: Path) -> None:
    bundle = put(tmp_path / "bundle", whole_bundle())
    done = run(tmp_path / "home", bundle, "--trust", trust, "--json")
    value: dict[str, Any] = json.loads(done.stdout)
    assert (value["verdict"], value["exit_status"], len(value["steps"])) == ("intact", 0, 11)
    assert "lacking" not in value


def any_line(text: str, name: str) -> bool:
    """Tell whether lines say that a claim is not proved, or that none of its kind ever is."""
    report = verify(MemoryReader(whole_bundle()), trust=trust_file())
    lines = lacking_lines(report, [name], Speech("en"), failed=False)
    return all(line in text.splitlines() for line in lines)


@pytest.mark.parametrize(
    ("required", "status", "lacking"),
    [
        (["hand-over", "state"], 0, []),
        (["hand-over", "receipt"], 5, ["receipt"]),  # nobody has signed for the last one
        (["refusal-ground"], 5, ["refusal-ground"]),  # there is none
        (["nothing-later"], 5, ["nothing-later"]),  # no bundle proves it
    ],
)
def test_a_program_requires_what_it_relies_on(
    tmp_path: Path, trust: Path, required: list[str], status: int, lacking: list[str]
) -> None:
    bundle = put(tmp_path / "bundle", whole_bundle())
    options = [word for name in required for word in ("--require", name)]
    done = run(tmp_path / "home", bundle, "--trust", trust, *options, "--json")
    value = json.loads(done.stdout)
    assert (done.returncode, value["exit_status"], value["lacking"]) == (status, status, lacking)
    told = run(tmp_path / "home", bundle, "--trust", trust, *options)
    assert told.returncode == status
    assert [name for name in required if any_line(told.stdout, name)] == lacking


def test_a_damaged_bundle_is_damaged_whatever_is_required(tmp_path: Path, trust: Path) -> None:
    bundle = put(tmp_path / "bundle", {**short_bundle(), "data/more.txt": b""})
    options = ("--trust", trust, "--require", "hand-over")
    assert run(tmp_path / "home", bundle, *options).returncode == 1


def test_a_claim_that_is_none_is_misuse_and_the_names_are_told(tmp_path: Path) -> None:
    done = run(tmp_path / "home", tmp_path, "--require", "recept")
    assert (done.returncode, done.stdout) == (2, "")
    assert all(name in done.stderr for name in CEILINGS)


def pages(pdf: Path) -> str:
    done = subprocess.run([needs("pdfinfo"), pdf], check=True, capture_output=True, text=True)
    return str(re.findall(r"^Pages: +(\d+)$", done.stdout, re.MULTILINE)[0])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_verdict_is_written_on_one_page(tmp_path: Path, trust: Path, lang: str) -> None:
    bundle, out = put(tmp_path / "bundle", redacted_bundle()), tmp_path / "verdict.pdf"
    options = (bundle, "--trust", trust, "-o", out, "--lang", lang)
    done = run(tmp_path / "home", *options, "--json")
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    assert json.loads(done.stdout)["paper"] == {"file": str(out), "sha256": digest}
    assert pages(out) == "1"
    again = run(tmp_path / "home", *options)
    assert (again.returncode, again.stdout) == (2, ""), "it is refused before the long check"
    assert "[output-exists]" in again.stderr
    assert hashlib.sha256(out.read_bytes()).hexdigest() == digest


def test_the_page_of_a_damaged_bundle_says_so(tmp_path: Path, trust: Path) -> None:
    bundle = put(tmp_path / "bundle", {**short_bundle(), "data/more.txt": b""})
    out = tmp_path / "verdict.pdf"
    done = run(tmp_path / "home", bundle, "--trust", trust, "-o", out)
    assert done.returncode == 1
    read = subprocess.run([needs("pdftotext"), out, "-"], check=True, capture_output=True)
    text = " ".join(read.stdout.decode("utf-8").split())
    assert "DAMAGED Step 1 found:" in text
    assert "data/more.txt" in text
    statement = hashlib.sha256((bundle / "data" / "bundle.json").read_bytes()).hexdigest()
    trusted = hashlib.sha256(trust.read_bytes()).hexdigest()
    solid = text.replace(" ", "")
    assert statement in solid
    assert trusted in solid


def test_each_message_is_told_with_its_sender_kind_moment_and_bounds(
    tmp_path: Path, trust: Path
) -> None:
    bundle = put(tmp_path / "bundle", whole_bundle())
    done = run(tmp_path / "home", bundle, "--trust", trust, "--messages")
    table = done.stdout.partition(said("messages-list"))[2].splitlines()
    assert len([line for line in table if line.startswith("  Conversation: ")]) == 2
    rows = [line for line in table if line.startswith("    ")]
    assert len(rows) == sum(p.startswith("data/messages/") for p in whole_bundle()) == 8
    sent = "Sent at 2026-03-01T03:12:00Z, as its author says (Attested)"
    bounds = "By the clocks of others: not before 2026-03-01T03:05:00Z, not after 2026-03-01T03:13"
    assert f"    {ZA} (South Africa), message 1: Acknowledgement. {sent}. {bounds}:00Z." in rows
    plain = run(tmp_path / "home", bundle, "--trust", trust)
    assert done.stdout.startswith(plain.stdout), "nothing else changes"
    damaged = put(tmp_path / "damaged", {**short_bundle(), "data/bundle.json": b"{}"})
    done = run(tmp_path / "home", damaged, "--trust", trust, "--messages")
    assert done.returncode == 1
    for more in (("--json",), (bundle,)):
        done = run(tmp_path / "home", bundle, *more, "--messages")
        assert done.returncode == 2


@pytest.mark.parametrize(
    "option", [("-o", "x.pdf"), ("--require", "state"), ("--lang", "fr"), ("--messages",)]
)
def test_what_is_for_a_bundle_is_misuse_for_a_file(tmp_path: Path, option: tuple[str, ...]) -> None:
    (tmp_path / "package.age").write_bytes(b"age")
    done = run(tmp_path / "home", tmp_path / "package.age", *option)
    assert (done.returncode, done.stdout) == (2, "")
    assert "for a court bundle" in done.stderr


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_verdict_is_told_in_each_language(tmp_path: Path, trust: Path, lang: str) -> None:
    bundle = put(tmp_path / "bundle", redacted_bundle())
    done = run(tmp_path / "home", bundle, "--trust", trust, "--lang", lang)
    assert done.returncode == 0
    assert done.stdout.startswith(f"{Speech(lang).word('intact')}\n")
    assert not re.search(r"\{\w*\}", done.stdout)


def test_the_summaries_in_json_are_in_the_language_asked_for(tmp_path: Path, trust: Path) -> None:
    bundle = put(tmp_path / "bundle", redacted_bundle())
    told = {
        lang: json.loads(run(tmp_path / "home", bundle, "--trust", trust, "--json", *more).stdout)
        for lang, more in (("en", ()), ("fr", ("--lang", "fr")))
    }
    for lang, value in told.items():
        assert value["summary_lang"] == lang
    titles = [step["title"] for step in told["fr"]["steps"]]
    assert titles == [Speech("fr").word(f"title-{number}") for number in range(1, 12)]
    assert all(
        one["summary"] != other["summary"]
        for one, other in zip(told["en"]["steps"], told["fr"]["steps"], strict=True)
    )
    for value in told.values():
        del value["steps"], value["summary_lang"]
    assert told["en"] == told["fr"], "what is for programs is the same"


@pytest.mark.parametrize("where", ["data/trust.json", "trust.json", "link"])
def test_a_trust_file_inside_the_bundle_never_counts(
    tmp_path: Path, trust: Path, where: str
) -> None:
    bundle = put(tmp_path / "bundle", short_bundle())
    named = tmp_path / "outside.json" if where == "link" else bundle / where
    inside = bundle / "trust.json" if where == "link" else named
    inside.write_bytes(trust.read_bytes())
    if where == "link":
        named.symlink_to(inside)
    done = run(tmp_path / "home", bundle, "--trust", named)
    assert done.returncode == 2
    assert "[trust-inside]" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("path", "trusted"), [("absent", True), ("trust.json", True), ("bundle", False)]
)
def test_misuse_is_not_a_verdict(tmp_path: Path, trust: Path, path: str, trusted: bool) -> None:
    put(tmp_path / "bundle", short_bundle())
    named = trust if trusted else tmp_path / "no-such-trust.json"
    done = run(tmp_path / "home", tmp_path / path, "--trust", named)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error [")


def test_a_trust_file_that_is_none_is_misuse(tmp_path: Path, trust: Path) -> None:
    trust.write_bytes(b"{}")
    done = run(tmp_path / "home", put(tmp_path / "bundle", short_bundle()), "--trust", trust)
    assert done.returncode == 2


def test_a_root_that_is_no_certificate_is_the_trust_files_fault(
    tmp_path: Path, trust: Path
) -> None:
    empty = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    trust.write_bytes(trust_file(timestamp_roots=(empty,)).data)
    done = run(tmp_path / "home", put(tmp_path / "bundle", short_bundle()), "--trust", trust)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"[trust-file]: the trust file {trust} cannot be used" in done.stderr


def test_a_link_instead_of_a_file_is_foreign(tmp_path: Path, trust: Path) -> None:
    files = short_bundle()
    bundle = put(tmp_path / "bundle", files)
    readme = bundle / "data" / "README.txt"
    copy = tmp_path / "copy.txt"
    readme.rename(copy)
    readme.symlink_to(copy)
    done = run(tmp_path / "home", bundle, "--trust", trust)
    assert done.returncode == 1
    assert "data/README.txt" in done.stdout.splitlines()[2]


def test_a_name_that_is_no_text_is_foreign(tmp_path: Path, trust: Path) -> None:
    bundle = put(tmp_path / "bundle", short_bundle())
    descriptor = os.open(os.fsencode(bundle) + b"/data/\xff.json", os.O_CREAT | os.O_WRONLY)
    os.close(descriptor)
    done = run(tmp_path / "home", bundle, "--trust", trust)
    assert done.returncode == 1
    assert done.stdout.splitlines()[2].endswith("It is neither a plain file nor a folder.")


def test_reading_and_writing_a_bundle_tell_how_far_they_are(tmp_path: Path) -> None:
    told: list[int] = []
    key = private(VN, "export")
    write_folder(
        tmp_path / "bundle", case_of(short_story()), key, evidence={}, progress=told.append
    )
    size = sum(p.stat().st_size for p in (tmp_path / "bundle").rglob("*") if p.is_file())
    assert told == sorted(told)
    assert told[-1] == size
    told.clear()
    verify(FolderReader(tmp_path / "bundle", told.append), trust=trust_file())
    assert told == sorted(told)
    assert told[-1] >= size


def test_what_is_no_bundle_is_misuse_and_not_a_bundle_that_fails(
    tmp_path: Path, trust: Path
) -> None:
    bundle = put(tmp_path / "outer" / "bundle", short_bundle())
    packed = tmp_path / "case.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.write(bundle / "bagit.txt", "case/bagit.txt")
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, said in (
        (packed, "is a ZIP file: unpack it"),
        (empty, "is no court bundle"),
        (bundle.parent, "is no court bundle"),
    ):
        done = run(tmp_path / "home", path, "--trust", trust)
        assert done.returncode == 2, path
        assert said in done.stderr
        assert done.stdout == "", "misuse is no verdict"
