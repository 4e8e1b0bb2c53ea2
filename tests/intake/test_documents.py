"""The reference names every kind, warning, field, code and fault of intake, in their order."""

import re

import pytest
from tests.conftest import REPOSITORY

from comity.intake.kinds import KINDS
from comity.intake.original import CAUTIONS
from comity.intake.register_table import CODED, FAULTS, FIELDS, STOPPING
from comity.intake.templates import words

PAGE = (REPOSITORY / "docs" / "reference" / "intake.md").read_text(encoding="utf-8")


def rows(title: str) -> dict[str, str]:
    part = PAGE.split(f"# {title}\n")[1].split("\n#")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", part, re.MULTILINE))


@pytest.mark.parametrize(
    ("title", "known"), [("Kinds", KINDS), ("Warnings", CAUTIONS), ("Registers", FAULTS)]
)
def test_the_page_lists_every_code_and_no_other(title: str, known: dict[str, object]) -> None:
    assert list(rows(title)) == list(known)


def test_the_page_says_what_each_code_tells() -> None:
    assert rows("Warnings") == CAUTIONS
    told = {
        code: f"{'yes' if code in STOPPING else 'no'} | {text}" for code, text in FAULTS.items()
    }
    assert rows("Registers") == told


def test_the_page_names_every_field_and_value_of_a_register() -> None:
    assert f"Fields: `{' '.join(FIELDS)}`" in PAGE
    for name, values in CODED.items():
        assert f"- `{name}`: `{' '.join(values)}`" in PAGE


def test_the_page_names_every_field_of_a_template() -> None:
    known = words()
    assert f"`{' '.join(sorted(set(known.fields.values())))}`" in PAGE
    assert f"`{' '.join(sorted({'name', *known.members.values()} - {'name'}))}`" in PAGE.replace(
        "`name ", "`"
    )
    assert f"`{' '.join(dict.fromkeys(known.groups.values()))}`" in PAGE
