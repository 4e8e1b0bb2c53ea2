"""`comity intake` as an officer meets it: what it says, its exit status, nothing that deceives."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.intake.making import attached, docx, head, mail, multipart, part, pdf
from tests.intake.test_proposals import ENGLISH

from comity.cli import main
from comity.cli.evidence.intake import _EPILOG

STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def comity(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def kept(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_a_mail_is_told_with_claims_attachments_and_warnings(tmp_path: Path) -> None:
    macro = docx("hello", members={"word/vbaProject.bin": b"x"})
    letter = multipart(part(b"please preserve\x1b[2J"), attached(macro, "order.docx"))
    done = comity("intake", "read", kept(tmp_path, "a.eml", head() + letter))
    assert done.exit_code == 0, done.output
    for shown in (
        "a.eml: e-mail",
        "claimed from: Anna <anna@point.example>",
        "order.docx: Word document with macros",
        "! macro: ",
        "! name-and-kind-differ: ",
        "text text-plain: ",
    ):
        assert shown in done.stdout
    assert "please preserve" not in done.stdout
    whole = comity("intake", "read", "--text", tmp_path / "a.eml").stdout
    assert "| please preserve\ufffd[2J" in whole
    assert not STEERING.search(whole)


def test_a_template_is_proposed_with_its_identifiers(tmp_path: Path) -> None:
    file = kept(tmp_path, "a.pdf", pdf([ENGLISH.replace("\t", "   ")]))
    done = comity("intake", "read", "--propose", file)
    assert "a.pdf follows the template coe-29-30; its wording is not confirmed" in done.stdout
    assert "proposed reference: AB 17/2026  (page-1)" in done.stdout
    assert "proposed email: a@b.example  (page-1)" in done.stdout


def test_json_tells_everything_at_once(tmp_path: Path) -> None:
    file = kept(tmp_path, "a.eml", mail(body=ENGLISH))
    told: dict[str, Any] = json.loads(comity("intake", "read", "--json", file).stdout)
    assert told["original"]["kind"] == "eml"
    (row,) = told["proposals"]
    assert (row["template"], row["sha256"]) == ("coe-29-30", told["original"]["sha256"])
    assert {"reference", "identifier"} <= {one["field"] for one in row["proposals"]}


@pytest.mark.parametrize(
    ("name", "data", "status", "shown"),
    [
        ("a.rtf", b"{\\rtf1}", 1, "not-read"),
        ("a.pdf", b"%PDF-1.7 broken", 1, "malformed"),
        ("a.eml", b"", 1, "original-empty"),
    ],
)
def test_the_exit_status_tells_whether_it_was_read(
    tmp_path: Path, name: str, data: bytes, status: int, shown: str
) -> None:
    done = comity("intake", "read", kept(tmp_path, name, data))
    assert (done.exit_code, shown in done.output) == (status, True)


def test_a_file_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    assert comity("intake", "read", tmp_path / "none.eml").exit_code == 2


def test_the_help_says_that_nothing_is_run() -> None:
    text = " ".join(comity("intake", "read", "--help").stdout.split())
    assert _EPILOG in text
