"""Documents tell the truth about commands, files and links."""

import re
from pathlib import Path

from tests.repository.sources import REPOSITORY, name, tracked
from tests.walks import every

MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAKE_IN_TEXT = re.compile(r"`make ([a-z-]+)[^`]*`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


COURSES = REPOSITORY / "src" / "comity" / "training" / "courses"


def documents() -> list[Path]:
    """Return every document; lessons have links of their own, which `comity course lint` checks."""
    return [path for path in tracked() if path.suffix == ".md" and COURSES not in path.parents]


def make_targets(text: str) -> list[str]:
    """Return the targets of every make command in shell blocks and in running text."""
    found = MAKE_IN_TEXT.findall(text)
    for block in SHELL_BLOCK.findall(text):
        for line in block.splitlines():
            words = line.split("#", maxsplit=1)[0].split()
            if words[:1] == ["make"]:
                found += [word for word in words[1:] if re.fullmatch(r"[a-z-]+", word)]
    return found


@every("path", documents(), ids=name)
def test_every_make_command_in_a_document_exists(path: Path) -> None:
    assert set(make_targets(path.read_text(encoding="utf-8"))) <= TARGETS


def test_the_readme_shows_the_two_commands() -> None:
    blocks = SHELL_BLOCK.findall((REPOSITORY / "README.md").read_text(encoding="utf-8"))
    shown = [target for block in blocks for target in make_targets(f"```sh\n{block}```\n")]
    assert shown == ["demo", "test"]


def test_an_invented_command_would_be_seen() -> None:
    assert make_targets("```sh\nmake tea  # hot\n```\nor `make coffee`") == ["coffee", "tea"]


def test_every_target_is_phony_and_says_what_it_does() -> None:
    phony = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())  # type: ignore[index]
    described = set(re.findall(r"^([a-z][a-z-]*):.*## .", MAKEFILE, re.MULTILINE))
    assert phony == described == TARGETS


@every("path", documents(), ids=name)
def test_every_relative_link_leads_to_a_file(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    relative = [target.split("#")[0] for target in targets if "://" not in target]
    assert [link for link in relative if link and not (path.parent / link).exists()] == []


def test_a_decision_record_bears_the_number_of_its_file() -> None:
    records = sorted((REPOSITORY / "docs" / "adr").glob("[0-9]*.md"))
    numbers = [record.name[:4] for record in records]
    assert len(set(numbers)) == len(numbers)
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert text.startswith(f"# {record.name[:4]}. "), record.name
        assert "## Negative consequences" in text, record.name
