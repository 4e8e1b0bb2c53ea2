"""Write docs/reference/rules/, a page an instrument: each rule, where it is judged and tested."""

import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from comity.canonical.amounts import counted
from comity.files.instruments import shipped
from comity.instruments import Library
from comity.instruments.model import Instrument, Rule

REPOSITORY: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = REPOSITORY / "docs" / "reference" / "rules"
CASES: Final = REPOSITORY / "tests" / "cases"

HEAD: Final = """# Rules

Every rule of the built-in [instruments](../instruments.md): what it asks for, where it is in the
treaty, at which steps it is judged, what a breach does once two people have verified it, and which
tests show it. Until then every breach is a warning. No rule here has been read by a lawyer yet: the
column of confidence says how sure the notes are that it was made from.

These pages are written by `make reference` from the data and the tests; do not edit them by hand.

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
    yield f"# Rules: {library.text(instrument.key, 'instrument.title', 'en').text}\n"
    yield "[All instruments](README.md)\n"
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


def pages() -> dict[str, str]:
    """Return every page by its file's name."""
    library = shipped()
    index, found = [], {}
    for key, one in library.instruments.items():
        title = library.text(key, "instrument.title", "en").text
        index.append(f"- [{title}]({key}.md): {counted(len(one.rules), 'rule')}")
        found[f"{key}.md"] = "\n".join(section(library, one)) + "\n"
    return {"README.md": HEAD + "\n" + "\n".join(index) + "\n", **found}


def main() -> int:
    """Write the pages, or with ``--check`` tell whether they are what would be written."""
    made = pages()
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    if "--check" in sys.argv[1:]:
        return int(there != made)
    FOLDER.mkdir(exist_ok=True)
    for name in there.keys() - made.keys():
        (FOLDER / name).unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
