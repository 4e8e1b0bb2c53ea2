"""The how-to for officers: its request, its list of reviewers and its override do what it says."""

import re
from pathlib import Path

import pytest
from tests.cli.lawful import NOT_JUDGED, law, told
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "how-to" / "check-a-request.md").read_text(encoding="utf-8")
REQUEST, TRUST, OVERRIDE = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    file = tmp_path / "request.toml"
    file.write_text(REQUEST, encoding="utf-8")
    return file


def test_the_request_of_the_page_breaks_the_rule_it_names(request_file: Path) -> None:
    found = told("check", request_file)
    assert found["outcome"] == "not-judged"
    broken = {f["rule"]["key"] for f in found["findings"] if f["outcome"] == "breach"}
    assert "R-008" in broken
    request_file.write_text(REQUEST.replace("= true", "= false"), encoding="utf-8")
    again = {f["rule"]["key"] for f in told("check", request_file)["findings"]
             if f["outcome"] == "breach"}  # fmt: skip
    assert broken - again == {"R-008"}


def test_the_list_of_reviewers_and_the_override_of_the_page_are_read(
    request_file: Path, tmp_path: Path
) -> None:
    trust, override = tmp_path / "reviewers.toml", tmp_path / "override.toml"
    trust.write_text(TRUST, encoding="utf-8")
    override.write_text(OVERRIDE, encoding="utf-8")
    words = ("check", request_file, "--trust", trust, "--override", override)
    assert law(*words).exit_code == NOT_JUDGED
    missing = law(*words, "--reviews", tmp_path / "reviews")
    assert missing.exit_code == 2  # a folder that is not there is not an empty one
    trust.write_text(TRUST.replace('x = "1', 'x = "'), encoding="utf-8")
    assert law(*words).exit_code == 2


def test_reviews_are_signed_into_a_folder_that_is_made(tmp_path: Path) -> None:
    key = tmp_path / "rosa.json"
    from click.testing import CliRunner

    from comity.cli import main

    assert CliRunner().invoke(main, ["officer", "keygen", "-o", str(key)]).exit_code == 0
    value = told(
        "verify", "un-2024", "R-008", "--as", "Rosa Blum", "--function", "Ministry of Justice",
        "--key", key, "--reviews", tmp_path / "reviews", "--yes",
    )  # fmt: skip
    assert [Path(name).parent for name in value["files"]] == [tmp_path / "reviews"]
