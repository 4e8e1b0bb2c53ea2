"""Each rule of the specification has one number, one level and its place."""

import re
from itertools import pairwise
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.walks import every

from comity.spec.claims import DOCUMENT, requirements

SPEC = REPOSITORY / "spec"
MOST_LINES = 400
WORDS = re.compile(r"\b(MUST|SHOULD|MAY|SHALL|REQUIRED|RECOMMENDED|OPTIONAL)\b")
NUMBERED = re.compile(r"- `C-")
HEADING = re.compile(r"#+ (\d+(?:\.\d+)?)\.? ")
ALL = list(requirements(SPEC))


def documents() -> list[Path]:
    return sorted(SPEC.glob(DOCUMENT))


def handwritten() -> list[Path]:
    return sorted(path for path in SPEC.glob("*.md"))


def place(number: str) -> tuple[int, int, int]:
    section, _, own = number.removeprefix("C-").partition("-")
    chapter, _, part = section.partition(".")
    return int(chapter), int(part or 0), int(own)


def test_no_number_is_given_twice() -> None:
    assert len({one.id for one in ALL}) == len(ALL) > 400


def test_numbers_ascend_and_count_within_their_section() -> None:
    for before, one in pairwise(ALL):
        assert place(before.id) < place(one.id), one.id
        if before.section == one.section:
            assert place(one.id)[-1] == place(before.id)[-1] + 1, one.id
        else:
            assert place(one.id)[-1] == 1, one.id


def test_a_number_stands_in_the_document_and_under_the_heading_of_its_section() -> None:
    for path in documents():
        section = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if found := HEADING.match(line):
                section = found[1]
            if NUMBERED.match(line):
                assert line.startswith(f"- `C-{section}-"), line
        assert section.split(".")[0] == str(int(path.name[:2]))


def test_a_rule_has_one_level() -> None:
    levels = {"MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY"}
    assert [one.id for one in ALL if one.level not in levels] == []


@every("path", documents(), ids=lambda path: path.name)
def test_every_rule_is_numbered(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if WORDS.search(line) and not NUMBERED.match(line)] == []
    numbered = [line for line in lines if NUMBERED.match(line)]
    assert len(numbered) == sum(one.document == path.name for one in ALL)


@every("path", handwritten(), ids=lambda path: path.name)
def test_a_document_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_the_readme_lists_every_document() -> None:
    index = (SPEC / "README.md").read_text(encoding="utf-8")
    there = {path.relative_to(SPEC).as_posix() for path in SPEC.rglob("*.md")} - {"README.md"}
    assert there == {link for link in re.findall(r"\]\(([^)#]+\.md)\)", index) if "../" not in link}
