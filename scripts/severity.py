"""Write docs/reference/severity.md: how much each kind of work item presses, and when."""

import sys
from pathlib import Path
from typing import Final

from comity.node.cases.severity import ALARM, TABLE, Kind, Severity, SeverityRule, raises_alarm

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "severity.md"

HEAD: Final = """# Severity

How much a work item presses. Pages, the API (`severity`), alarms and the exit status of
`comity watch` all go by this table, `src/comity/node/cases/severity.toml`; nothing else decides it
([ADR 0101](../adr/0101-the-work-item.md)).

This page is written by `make reference` from the table; do not edit it by hand.

"""


def page() -> str:
    """Return the page."""
    lines = [HEAD, "| Severity | Meaning |\n|---|---|\n"]
    lines += [f"| `{code}` | {words} |\n" for code, words in TABLE.severities.items()]
    lines.append("\n## Rules\n\nOf the lines of its kind, the first that holds decides.\n")
    for kind in sorted(Kind):
        rules = [rule for rule in TABLE.rules if kind in rule.kinds]
        lines.append(f"\n### `{kind}`\n\n{_alarm(kind)}\n\n| If | Severity |\n|---|---|\n")
        lines += [f"| {_when(rule)} | `{rule.severity}` |\n" for rule in rules]
    lines.append("\n## Conditions\n\n| Code | In words |\n|---|---|\n")
    lines += [f"| `{code}` | {words} |\n" for code, words in TABLE.conditions.items()]
    return "".join(lines)


def _alarm(kind: Kind) -> str:
    reached = {rule.severity for rule in TABLE.rules if kind in rule.kinds}
    raised = [one for one in Severity if one in reached and raises_alarm(kind, one)]
    if not raised:
        return "Raises no alarm."
    return f"Raises an alarm of kind `{ALARM[kind]}` from `{raised[-1]}` on."


def _when(rule: SeverityRule) -> str:
    return "; and ".join(TABLE.conditions[code] for code in rule.when) or "always"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
