"""From a node's record to a letter, and from a letter back: the commands, offline."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.bundle.parties import trust_file
from tests.papers.letters import letter, request_record
from tests.papers.makers import flat, make, text_of

from comity.cli.court.paper import paper
from comity.cli.court.verify import verify_bundle
from comity.node.core import clock
from comity.papers.embedded import embedded_file
from comity.papers.letter_record import INSIDE

pytestmark = pytest.mark.full  # each letter is typeset


def run(*words: object) -> Result:
    return CliRunner().invoke(paper, [str(word) for word in words])


def verify(*words: object) -> Result:
    return CliRunner().invoke(verify_bundle, [str(word) for word in words])


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_bytes(request_record().data)
    return path


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    path = tmp_path / "trust.json"
    path.write_bytes(trust_file().data)
    return path


@pytest.fixture
def pdf(record: Path, tmp_path: Path) -> Path:
    path = tmp_path / "letter.pdf"
    result = run("letter", record, "--lang", "ar", "--lang", "en", "-o", path)
    assert result.exit_code == 0, result.output
    return path


def test_a_letter_is_printed_and_verified(pdf: Path, trust: Path, tmp_path: Path) -> None:
    assert request_record().code in flat(text_of(pdf.read_bytes(), tmp_path))
    result = verify(pdf, "--trust", trust)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("PROVED: this letter is the message that vn/contact-point")
    assert request_record().code in result.stdout
    assert "attested    time" in result.stdout
    assert "unknown     delivery" in result.stdout


def test_json_says_the_same(pdf: Path, trust: Path) -> None:
    told: dict[str, Any] = json.loads(verify(pdf, "--trust", trust, "--json").stdout)
    assert told["verdict"] == "proved"
    assert told["content"] == request_record().message.content
    assert {row["what"] for row in told["findings"]} >= {"signature", "approvals", "pages"}


def test_without_a_trust_file_the_exit_status_is_three(pdf: Path) -> None:
    result = verify(pdf)
    assert result.exit_code == 3
    assert "not proved  signature" in result.stdout


def test_a_record_that_is_not_the_pages_is_not_proved(
    pdf: Path, trust: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(embedded_file(letter(), INSIDE))  # of the English letter
    result = verify(pdf, "--record", other, "--trust", trust)
    assert result.exit_code == 3
    assert "not proved  pages" in result.stdout


def test_a_letter_without_a_record_is_refused(trust: Path, tmp_path: Path) -> None:
    other = tmp_path / "courier.pdf"
    other.write_bytes(make("courier"))
    result = verify(other, "--trust", trust)
    assert result.exit_code == 1
    assert "letter-record" in result.output


def test_without_the_extra_the_record_is_named_by_hand(
    pdf: Path, trust: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "comity-letter.json"
    inside.write_bytes(embedded_file(pdf.read_bytes(), INSIDE))
    monkeypatch.setitem(sys.modules, "pyhanko.pdf_utils.reader", None)
    monkeypatch.delitem(sys.modules, "comity.papers.embedded")
    monkeypatch.delattr("comity.papers.embedded")
    result = verify(pdf, "--trust", trust)
    assert result.exit_code == 2
    assert "--record" in result.output
    assert verify(pdf, "--trust", trust, "--record", inside).exit_code == 0


@pytest.mark.parametrize("option", [("--unauthenticated",), ("-i", "key")])
def test_a_letter_takes_no_key(option: tuple[str, ...], pdf: Path) -> None:
    assert verify(pdf, *option).exit_code == 2


def test_a_record_is_no_bundle(record: Path, tmp_path: Path) -> None:
    assert verify(tmp_path, "--record", record).exit_code == 2


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"message":1}'])
def test_a_malformed_record_makes_no_letter(data: bytes, record: Path, tmp_path: Path) -> None:
    record.write_bytes(data)
    result = run("letter", record, "--lang", "en", "-o", tmp_path / "new.pdf")
    assert (result.exit_code, (tmp_path / "new.pdf").exists()) == (2, False)


def test_three_languages_are_too_many(record: Path, tmp_path: Path) -> None:
    langs = [word for lang in ("en", "fr", "ar") for word in ("--lang", lang)]
    assert run("letter", record, *langs, "-o", tmp_path / "new.pdf").exit_code == 2


def test_the_code_of_a_record_and_of_a_digest_is_the_same(record: Path) -> None:
    one, two = run("code", record), run("code", request_record().message.content)
    assert one.stdout == two.stdout == request_record().code + "\n"


def test_a_code_that_was_heard_is_compared(record: Path) -> None:
    code = request_record().code
    assert "the same" in run("code", record, "--heard", code.lower().replace("-", " ")).stdout
    other = run("code", record, "--heard", "00000-00000-00000-00000-0")
    assert (other.exit_code, "ANOTHER" in other.stdout) == (1, True)
    wrong = run("code", record, "--heard", code[:-1] + ("0" if code[-1] != "0" else "1"))
    assert wrong.exit_code == 2
    assert "spoken-code" in wrong.output


def test_what_is_neither_record_nor_digest_has_no_code(tmp_path: Path) -> None:
    assert run("code", tmp_path / "nothing").exit_code == 2
    assert run("code", "sha256:12").exit_code == 2


def test_the_clock_of_the_pages_is_this_machines(pdf: Path) -> None:
    made = json.loads(embedded_file(pdf.read_bytes(), INSIDE))["made_at"]
    assert made[:13] <= f"{clock.now():%FT%TZ}"[:13]
