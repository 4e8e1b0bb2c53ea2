"""What is copied from a paper is what was printed: no hidden character to break a line at."""

import subprocess
from pathlib import Path

import pytest
from tests.bundle.makers import judged, whole_bundle
from tests.conftest import needs
from tests.papers.makers import AT, PAPERS, SYSTEM, make, passport_of

from comity.papers.verdict import Checked, verdict_pdf
from comity.papers.words import words
from comity.verifier.preface import JudgedBy


def copied(pdf: bytes, folder: Path) -> str:
    """Return the text as it is copied, nothing taken out of it."""
    (folder / "copied.pdf").write_bytes(pdf)
    run: list[str | Path] = [needs("pdftotext"), folder / "copied.pdf", "-"]
    return subprocess.run(run, check=True, capture_output=True).stdout.decode()


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_digest_copied_from_a_verdict_compares_equal(lang: str, tmp_path: Path) -> None:
    report = judged(whole_bundle())
    checked = Checked(report=report, statement=bytes(32), judged=JudgedBy("ab" * 32, ("vn", "za")))
    text = copied(verdict_pdf(checked, words(lang), made_at=AT, fonts=SYSTEM), tmp_path)
    (piece,) = report.about.exhibits
    assert piece.root.removeprefix("sha256:") in text
    assert piece.sha256 in text
    assert "\u200b" not in text


@pytest.mark.parametrize("paper", PAPERS)
def test_no_paper_has_a_hidden_place_to_break(paper: str, tmp_path: Path) -> None:
    assert "\u200b" not in copied(make(paper, "en"), tmp_path)


def test_a_word_longer_than_its_line_still_breaks(tmp_path: Path) -> None:
    text = copied(make("passport", "en", passport_of(("acquired", "x" * 600))), tmp_path)
    lines = [line for line in text.split() if set(line) == {"x"}]
    assert len(lines) > 5
    assert "".join(lines) == "x" * 600
