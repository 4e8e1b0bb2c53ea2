"""Whoever cites the specification names a document, section and rule that exist."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.repository.sources import name, tracked
from tests.walks import every

from comity.spec.claims import DOCUMENT, requirements

SPEC = REPOSITORY / "spec"
TEXTS = {".css", ".html", ".js", ".json", ".md", ".py", ".toml", ".txt"}
FORMER = "comity-1.md"
MAY_NAME_IT = {"spec/CHANGES.md", "tests/spec/test_references.py"}
NUMBERS = r"\d+(?:\.\d+)*(?:(?:, | and | to )\d+(?:\.\d+)*)*(?![\w.]*\d)"
DOCUMENT_NAMED = re.compile(rf"spec/(\d\d)-[a-z-]+\.md(?:,?\s+sections? ({NUMBERS}))?")
SECTION_NAMED = re.compile(rf"\b[Ss]pec(?:,? sections?)? ({NUMBERS})")
RULE_NAMED = re.compile(r"\bC-\d+(?:\.\d+)?-\d\d\b")
HEADING = re.compile(r"^#+ (\d+(?:\.\d+)?)\.? ", re.MULTILINE)
SECTIONS = {
    number
    for path in SPEC.glob(DOCUMENT)
    for number in HEADING.findall(path.read_text(encoding="utf-8"))
}
RULES = {one.id for one in requirements(SPEC)}


def texts() -> list[Path]:
    return [path for path in tracked() if path.suffix in TEXTS and path.is_file()]


def wrong(text: str) -> Iterator[str]:
    """Yield every reference in a text that leads nowhere."""
    for found in DOCUMENT_NAMED.finditer(text):
        path = found[0].split(".md")[0] + ".md"
        cited = re.findall(r"\d+(?:\.\d+)*", found[2] or "")
        here = {number for number in cited if number.split(".")[0] == str(int(found[1]))}
        if not (REPOSITORY / path).is_file() or not set(cited) <= here & SECTIONS:
            yield found[0]
    for found in SECTION_NAMED.finditer(text):
        if not set(re.findall(r"\d+(?:\.\d+)*", found[1])) <= SECTIONS:
            yield found[0]
    yield from (rule for rule in RULE_NAMED.findall(text) if rule not in RULES)


@every("path", texts(), ids=name)
def test_every_reference_to_the_specification_leads_somewhere(path: Path) -> None:
    if name(path) == "tests/spec/test_references.py":
        return
    text = path.read_text(encoding="utf-8")
    assert list(wrong(text)) == []
    assert FORMER not in text or name(path) in MAY_NAME_IT


def test_a_reference_that_leads_nowhere_is_seen() -> None:
    assert list(wrong("spec/08-conversations.md section 8.2; spec 9 and 11.3; C-8.2-01")) == []
    for text in (
        "spec/08-talks.md",
        "spec/08-conversations.md section 8.9",
        "spec/08-conversations.md section 9",
        "(spec 20)",
        "spec, section 7.9",
        "C-8.2-99",
    ):
        assert list(wrong(text)) != [], text
