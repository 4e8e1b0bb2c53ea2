"""Write docs/reference/rules.md: every rule of the law as data, where it is judged and tested."""

import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from comity.files.instruments import shipped
from comity.instruments import Library
from comity.instruments.model import Instrument, Rule

REPOSITORY: Final = Path(__file__).resolve().parent.parent
PAGE: Final = REPOSITORY / "docs" / "reference" / "rules.md"
CASES: Final = REPOSITORY / "tests" / "cases"

HEAD: Final = """# Rules

Every rule of the shipped [instruments](instruments.md): what it asks for, where it stands in the
treaty, at which steps it is judged, what a breach does once two people have verified it, and which
tests show it. Until then every breach is a warning. No rule here has been read by a lawyer yet: the
column of confidence says how sure the notes are that it was made from.

This page is written by `make reference` from the data and the tests; do not edit it by hand.

Every rule is breached, cleared and, where it can be, left open by the facts in the table of its
instrument. The cases named beside it are whole stories in `tests/cases` whose findings were written
by hand.
"""
COLUMNS: Final = (
    "rule",
    "article",
    "what the officer reads",
    "measures",
    "judged at",
    "a breach",
    "confidence",
    "cases",
)


def cases() -> Mapping[tuple[str, str], list[str]]:
    """Return, for instrument and number of a rule, the cases that breach it."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted(CASES.glob("*.toml")):
        case = tomllib.loads(path.read_text("utf-8"))
        for number in case["expected"]["breach"]:
            found[case["instrument"], number].append(path.stem)
    return found


def row(library: Library, instrument: Instrument, rule: Rule, told: list[str]) -> str:
    """Return one line of the table."""
    text = library.text(instrument.key, f"rules.{rule.key}", "en").text
    effect = {"block": "holds the step", "warn": "warns"}[rule.effect]
    cells = (
        f"`{rule.key}`",
        ", ".join(rule.cite),
        text,
        ", ".join(rule.measures),
        ", ".join(rule.steps),
        effect + (", local policy" if rule.policy else ""),
        rule.confidence,
        ", ".join(told) or "-",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def section(library: Library, instrument: Instrument) -> Iterator[str]:
    """Yield the lines of one instrument."""
    told = cases()
    yield f"\n## {instrument.key}: {library.text(instrument.key, 'instrument.title', 'en').text}\n"
    yield f"Facts for each rule: `tests/instruments/data/{instrument.key}-rules.toml`.\n"
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "|---" * len(COLUMNS) + "|"
    for rule in instrument.rules.values():
        number = rule.key.rstrip("abcdefgh")
        yield row(
            library,
            instrument,
            rule,
            sorted({*told[instrument.key, rule.key], *told[instrument.key, number]}),
        )
    if instrument.unchecked:
        yield "\nWhat no machine can check:\n"
        yield "| article | why |"
        yield "|---|---|"
        for item in instrument.unchecked.values():
            yield f"| {', '.join(item.cite)} | {item.reason} |"


def page() -> str:
    """Return the page."""
    library = shipped()
    lines = [line for one in library.instruments.values() for line in section(library, one)]
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or with ``--check`` tell whether it is what would be written."""
    if "--check" in sys.argv[1:]:
        return int(PAGE.read_text("utf-8") != page())
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
