"""Note verbale, records certificate and execution record by command, offline."""

import hashlib
from pathlib import Path

import pytest
from tests.papers.commanding import made, run
from tests.papers.letters import request_record
from tests.papers.makers import flat, text_of
from tests.papers.officials import FACTS


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "paper.pdf"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_bytes(request_record().data)
    return path


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.toml"
    path.write_text(FACTS, "utf-8")
    return path


def test_a_note_verbale_is_made_in_two_languages(record: Path, out: Path, tmp_path: Path) -> None:
    told = made("note-verbale", record, "--lang", "fr", "--lang", "ar", "-o", out,
                "--sender", "fr=L'Ambassade", "--addressee", "fr=au Ministère")  # fmt: skip
    assert told["code"] == request_record().code
    assert "L'Ambassade présente ses compliments au Ministère" in flat(
        text_of(out.read_bytes(), tmp_path)
    )


@pytest.mark.parametrize("name", ["L'Ambassade", "en=The Embassy", "xx=?"])
def test_a_name_in_a_language_that_the_note_is_not_in_is_refused(
    name: str, record: Path, out: Path
) -> None:
    result = run("note-verbale", record, "--lang", "fr", "--sender", name, "-o", out)
    assert (result.exit_code, out.exists()) == (2, False)


def test_a_name_given_twice_is_refused(record: Path, out: Path) -> None:
    names = ["--sender", "fr=A", "--sender", "fr=B"]
    assert run("note-verbale", record, "--lang", "fr", *names, "-o", out).exit_code == 2


def test_a_certificate_has_the_digests_of_the_files_named(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "mailbox.pst"
    file.write_bytes(b"records")
    digest = hashlib.sha256(b"records").hexdigest()
    made("records-certificate", file, "--mode", "live", "--lang", "en", "-o", out)
    read = flat(text_of(out.read_bytes(), tmp_path))
    assert "mailbox.pst" in read
    assert f"{digest[:4]} {digest[4:8]} {digest[8:12]}" in read


def test_a_certificate_has_the_digests_of_an_opened_package(out: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest-sha256.txt"
    manifest.write_text(f"{'ab' * 32}  data/mail/1.eml\n{'cd' * 32}  data/mail/2.eml\n", "utf-8")
    made("records-certificate", "--manifest", manifest, "--mode", "exercise", "--lang", "en",
         "-o", out)  # fmt: skip
    read = flat(text_of(out.read_bytes(), tmp_path))
    assert "data/mail/2.eml" in read
    assert "cdcd cdcd" in read
    assert "EXERCISE" in read


@pytest.mark.parametrize("data", [b"", b"no manifest", b"ab  data/x\n", b"\xff"])
def test_what_is_no_manifest_makes_no_certificate(data: bytes, out: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest-sha256.txt"
    manifest.write_bytes(data)
    result = run("records-certificate", "--manifest", manifest, "--mode", "live", "--lang", "en",
                 "-o", out)  # fmt: skip
    assert (result.exit_code != 0, out.exists()) == (True, False)


@pytest.mark.parametrize("given", ["neither", "both", "one name twice"])
def test_a_certificate_is_about_files_or_about_a_package(
    given: str, out: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "a" / "x", tmp_path / "b" / "x"
    for file in (first, second):
        file.parent.mkdir()
        file.write_bytes(b"1")
    words: dict[str, list[object]] = {
        "neither": [], "both": [first, "--manifest", second], "one name twice": [first, second],
    }  # fmt: skip
    result = run("records-certificate", *words[given], "--mode", "live", "--lang", "en", "-o", out)
    assert (result.exit_code, out.exists()) == (2, False)


def test_an_execution_record_is_made_from_its_facts(
    facts: Path, record: Path, out: Path, tmp_path: Path
) -> None:
    made("execution-record", facts, "--record", record, "--lang", "zh-hans", "--lang", "en",
         "-o", out)  # fmt: skip
    read = flat(text_of(out.read_bytes(), tmp_path))
    assert request_record().code in read
    assert "执行笔录" in read


def test_facts_that_are_wrong_make_no_record_and_are_named(facts: Path, out: Path) -> None:
    facts.write_text(FACTS.replace('result = "done"', 'result = "secret"'), "utf-8")
    result = run("execution-record", facts, "--lang", "en", "-o", out)
    assert (result.exit_code, out.exists()) == (2, False)
    assert "steps/0/result" in result.output
    assert "secret" not in result.output


@pytest.mark.parametrize("command", ["note-verbale", "execution-record"])
def test_what_is_no_record_or_no_facts_is_refused(command: str, out: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\xff{")
    result = run(command, file, "--lang", "en", "-o", out)
    assert (result.exit_code != 0, out.exists()) == (True, False)
    assert "error [" in result.output
