"""A release says of each record what is withheld and why, and two people stand by it."""

from pathlib import Path
from typing import Any

import pytest
from tests.docket.conftest import DeskOffice, asks, authority, text
from tests.privacy.cases import row

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.privacy import disclosures, documents
from comity.node.privacy.grounds import exemptions, read_codes

pytestmark = pytest.mark.django_db
OWN = """
[[exemption]]
code = "ZA-37"
source = "PAIA s. 37"
words = { en = "Confidence of a third party", fr = "Confiance d'un tiers" }
"""


def begun(office: DeskOffice, **more: Any) -> Item:
    said = {
        "title": "Answer to Lan",
        "recipient": "Lan",
        "purpose": text("x", "en"),
        "subject_request": None,
    }
    return office.do("release.begun", said, **more)


def listed(office: DeskOffice, *rows: dict[str, Any], item: Item | None = None) -> Item:
    name = (item or begun(office)).id
    return office.do("release.listed", {"records": list(rows)}, item=name)


def approval(item: Item) -> dict[str, Any]:
    return {"entry": item.entries[-1].entry.digest, "remark": None}


@pytest.mark.parametrize(
    "wrong",
    [
        row(codes=[]),
        row(standing="withheld", codes=[]),
        row(standing="released"),
        row(codes=["E4", "X9"]),
    ],
)
def test_what_is_withheld_says_why_and_what_is_released_does_not(
    office: DeskOffice, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ComityError) as fault:
        listed(office, wrong)
    assert fault.value.code == "privacy-ground"


def test_numbers_ascend(office: DeskOffice) -> None:
    with pytest.raises(ComityError) as fault:
        listed(office, row(2), row(1))
    assert fault.value.code == "docket-malformed"


def test_another_officer_approves_the_newest_list_and_no_older(office: DeskOffice) -> None:
    first = listed(office, row())
    second = listed(office, row(standing="withheld"), item=first)
    with pytest.raises(ComityError) as fault:
        office.do("release.approved", approval(first), who="approver", item=first.id)
    assert fault.value.code == "privacy-unfit"
    done = office.do("release.approved", approval(second), who="approver", item=first.id)
    assert disclosures.is_approved(done)


def test_who_drew_it_up_does_not_approve_it(office: DeskOffice) -> None:
    item = begun(office)
    made = office.do("release.listed", {"records": [row()]}, who="approver", item=item.id)
    with pytest.raises(ComityError) as fault:
        office.do("release.approved", approval(made), who="approver", item=item.id)
    assert fault.value.code == "privacy-own"


def test_the_index_as_csv_has_every_record_with_its_reasons(office: DeskOffice) -> None:
    item = listed(office, row(1, standing="released", codes=[]), row(2, description="=1+1"))
    data = disclosures.as_csv(item, documents.reasons(), documents.standings()).decode("utf-8-sig")
    lines = data.splitlines()
    assert lines[0] == "number,record,description,standing,codes,reasons,remark"
    assert len(lines) == 3
    assert "Personal data of another person" in lines[2]
    assert ",=1+1," not in data, "no cell is a formula"


def test_the_index_as_a_paper_says_whether_somebody_approved_it(office: DeskOffice) -> None:
    item = listed(office, row())
    assert "this list is not approved" in str(documents.index_parts(item))
    done = office.do("release.approved", approval(item), who="approver", item=item.id)
    parts = documents.index_parts(done)
    assert "has approved" in str(parts[0].text)
    data = documents.made(office.node, "Index of a release", parts, at=office.at)
    assert data.startswith(b"%PDF")


def test_records_of_the_case_are_proposed_and_nothing_is_said_of_them(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    opened = asks(office)
    office.do("note.written", {"text": text("x", "en")}, case=opened.case)
    found = disclosures.proposed(opened.case)
    assert [one.kind for one in found] == ["request.submitted", "note"]
    lines = [(one.record, one.kind, "", "", "") for one in found]
    with pytest.raises(disclosures.ReleaseLineError):
        disclosures.read_rows(lines)


GOOD = ("a", "b", "released", "", "")


@pytest.mark.parametrize(
    "line",
    [
        None,
        ("a", "", "", "", ""),
        ("a", "b", "half", "", ""),
        ("", "b", "part", "E1", ""),
        ("a", "", "part", "E1", ""),
    ],
)
def test_a_line_that_breaks_its_form_is_named(line: disclosures.Line | None) -> None:
    with pytest.raises(ComityError) as fault:
        disclosures.read_rows([GOOD, line] if line else [])
    assert (fault.value.code, fault.value.facts["line"]) == ("release-line", 2 if line else 0)


def test_an_empty_line_is_no_line_and_codes_are_parted_by_commas_or_spaces() -> None:
    empty = ("", "", "", "", "")
    rows = disclosures.read_rows([GOOD, empty, ("c", "d", "part", "E4, E6", "names")])
    assert [(one["number"], one["codes"]) for one in rows] == [(1, []), (2, ["E4", "E6"])]


def test_an_office_adds_its_own_codes(office: DeskOffice, tmp_path: Path, settings: Any) -> None:
    (tmp_path / "codes.toml").write_text(OWN, encoding="utf-8")
    config = office.node.config
    found = read_codes(tmp_path / "codes.toml")
    assert found["ZA-37"].in_words("fr") == "Confiance d'un tiers"
    assert found["ZA-37"].in_words("vi") == "Confidence of a third party"
    assert "ZA-37" not in exemptions()
    object.__setattr__(config, "exemption_codes", str(tmp_path / "codes.toml"))
    settings.CONFIG = config
    try:
        item = listed(office, row(codes=["ZA-37", "E4"]))
        assert "PAIA s. 37" in str(documents.index_parts(item))
    finally:
        object.__setattr__(config, "exemption_codes", "")


@pytest.mark.parametrize(
    "text_",
    [
        "",
        "x = 1",
        "not toml",
        '[[exemption]]\ncode = "E1"\nsource = "s"\nwords = { en = "x" }',
        '[[exemption]]\ncode = "A b"\nsource = "s"\nwords = { en = "x" }',
        '[[exemption]]\ncode = "A"\nsource = "s"\nwords = { fr = "x" }',
        '[[exemption]]\ncode = "A"\nsource = ""\nwords = { en = "x" }',
        '[[exemption]]\ncode = "A"\nsource = "s"\nwords = { en = "a\\nb" }',
        '[[exemption]]\ncode = "A"\nsource = "s"\nwords = { en = "x" }\nmore = 1',
        f"{OWN}\n{OWN}",
    ],
)
def test_a_file_of_codes_that_breaks_its_form_gives_no_code(tmp_path: Path, text_: str) -> None:
    (tmp_path / "codes.toml").write_text(text_, encoding="utf-8")
    with pytest.raises(ComityError) as fault:
        read_codes(tmp_path / "codes.toml")
    assert fault.value.code == "exemption-codes"
