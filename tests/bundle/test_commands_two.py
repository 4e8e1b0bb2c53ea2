"""The command verify with two bundles, with --require, and with what is nothing to verify."""

import json
import subprocess
import tarfile
from pathlib import Path

import pytest
from tests.bundle.makers import (
    ZA,
    bundle_of,
    case_of,
    evidence_of,
    short_bundle,
    trust_file,
    whole_bundle,
    whole_story,
)
from tests.bundle.test_commands import pages, put, run
from tests.conftest import needs

from comity.bundle.ceilings import CEILINGS, SAYS
from comity.verifier.speech import Speech

pytestmark = pytest.mark.full  # each step is a command of its own


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    path = tmp_path / "trust.json"
    path.write_bytes(trust_file().data)
    return path


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    story = whole_story()
    theirs = bundle_of(case_of(story, ZA), evidence_of(story, opened=False))
    return put(tmp_path / "a", whole_bundle()), put(tmp_path / "b", theirs)


@pytest.mark.parametrize("lang", ["en", "ar", "ru"])
def test_two_bundles_have_one_page(
    tmp_path: Path, trust: Path, both: tuple[Path, Path], lang: str
) -> None:
    out = tmp_path / "verdict.pdf"
    done = run(tmp_path / "home", *both, "--trust", trust, "-o", out, "--lang", lang, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["paper"]["file"] == str(out)
    assert pages(out) in {"1", "2"}
    read = subprocess.run([needs("pdftotext"), out, "-"], check=True, capture_output=True)
    text = " ".join(read.stdout.decode("utf-8").split())
    assert "VN-1" in text
    assert ZA in text
    if lang == "en":
        assert "stand in the bundles of both" in text
        for word in ("Proved", "Attested", "Not known"):
            assert f"{ZA} (South Africa): {word}" in text, "no surer than the page of one bundle"


def test_what_stands_in_one_only_is_named(tmp_path: Path, trust: Path) -> None:
    one = put(tmp_path / "a", whole_bundle())
    other = put(tmp_path / "b", short_bundle())
    done = run(tmp_path / "home", one, other, "--trust", trust)
    assert f"{ZA} (South Africa): message 1 [" in done.stdout, (
        "each message by author, number and file"
    )


def test_a_claim_that_no_bundle_proves_says_so(tmp_path: Path, trust: Path) -> None:
    bundle = put(tmp_path / "bundle", whole_bundle())
    done = run(tmp_path / "home", bundle, "--trust", trust, "--require", "sent-at")
    assert done.returncode == 5
    assert "No bundle can prove sent-at; the most that one can show is: Attested." in done.stdout
    assert "hand-over" in done.stdout.split("These can be required:")[1].splitlines()[0]
    told = run(tmp_path / "home", bundle, "--trust", trust, "--require", "sent-at", "--json")
    assert json.loads(told.stdout)["never_provable"] == ["sent-at"]


def test_a_claim_of_two_bundles_and_of_one_are_told_apart(
    tmp_path: Path, trust: Path, both: tuple[Path, Path]
) -> None:
    home = tmp_path / "home"
    alone = run(home, both[0], "--trust", trust, "--require", "held-by-both")
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "a claim about two bundles of one case; name both" in alone.stderr
    together = run(home, *both, "--trust", trust, "--require", "receipt")
    assert (together.returncode, together.stdout) == (2, "")
    assert "held-by-both, state-agreed" in together.stderr
    assert run(home, *both, "--trust", trust, "--require", "held-by-both").returncode == 0
    done = run(home, *both, "--require", "held-by-both")
    assert (done.returncode, Speech("en").say("lacking", claim="held-by-both") in done.stdout) == (
        5,
        True,
    )


def test_the_claims_are_listed_each_with_a_sentence(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "--claims")
    assert done.returncode == 0
    for name in CEILINGS:
        (line,) = [row for row in done.stdout.splitlines() if row.startswith(f"  {name} ")]
        assert line.endswith(SAYS[name][-20:])


def test_what_is_nothing_to_verify_is_named_with_what_to_type_instead(
    tmp_path: Path, trust: Path
) -> None:
    bundle = put(tmp_path / "outer" / "حزمة", short_bundle())
    with tarfile.open(tmp_path / "case.tar", "w") as file:
        file.add(bundle, "case")
    (tmp_path / "package.age").write_bytes(b"age-encryption.org/v1\n")
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "empty").mkdir()
    for path, said in (
        (
            trust,
            f"is a trust file, by which a bundle is judged; name the bundle too: comity "
            f"verify FOLDER --trust {trust}",
        ),
        (tmp_path / "case.tar", "is a tar archive: unpack it"),
        (tmp_path / "package.age", "is a sealed package, which is checked against its signed"),
        (tmp_path / "notes.txt", "is no sealed package, letter or certificate"),
        (tmp_path / "empty", "is no court bundle: the folder is empty"),
        (bundle.parent, f"is no court bundle, but {bundle} is one"),
    ):
        done = run(tmp_path / "home", path)
        assert (done.returncode, done.stdout) == (2, ""), path
        assert said in done.stderr


@pytest.mark.parametrize(
    "code", ["trust-inside", "use-purpose", "backups-unset", "case-unknown", "exhibit-foreign"]
)
def test_misuse_says_why_and_what_next(code: str) -> None:
    from comity.cli.faults import _words

    assert set(_words()[code]) == {"why", "next"}


def test_a_name_that_is_no_ascii_is_printed_as_it_is(tmp_path: Path, trust: Path) -> None:
    bundle = put(tmp_path / "bundle", {**short_bundle(), "data/证据\u202e.txt": b"x"})
    done = run(tmp_path / "home", bundle, "--trust", trust)
    assert "data/证据\\u{202e}.txt: No file of a bundle has such a name." in done.stdout
