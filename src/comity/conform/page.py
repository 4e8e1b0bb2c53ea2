"""A report as one HTML page: no script, nothing loaded, a table a family."""

from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import Final

from comity.canonical import time_text
from comity.conform.model import Result
from comity.conform.report import clean
from comity.conform.tally import Report, by_family, counts

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin-inline: auto; max-inline-size: 72rem;
  padding: 1rem; }
table { border-collapse: collapse; inline-size: 100%; margin-block-end: 2rem; }
caption { font-weight: bold; text-align: start; padding-block: .5rem; }
th, td { border: 1px solid #767676; padding: .4rem; text-align: start; vertical-align: top; }
td.word { font-weight: bold; white-space: nowrap; }
code { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
"""


def page(report: Report, *, at: datetime) -> str:
    """Return the page.

    Args:
        report: of the run.
        at: when it ended.
    """
    return "".join(_parts(report, at))


def _parts(report: Report, at: datetime) -> Iterator[str]:
    title = f"Conformance of {escape(clean(report.subject))}"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f"<title>{title}</title>\n"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    yield f'<p>Run ended <time datetime="{time_text(at)}">{time_text(at)}</time>. '
    yield "Protocol comity/1. Sections are those of the specification.</p>\n"
    yield f"<p><strong>{escape(clean(report.verdict()))}</strong></p>\n"
    yield from _overview(report)
    yield from _requirements(report)
    yield from _not_tried(report)
    if report.left_behind:
        yield "<h2>Left at the node</h2>\n"
        yield "".join(f"<p>{escape(clean(text))}</p>\n" for text in report.left_behind)
    for family, rows in by_family(report.results).items():
        yield f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{family}">\n'
        yield f'<table>\n<caption id="{family}">{family.capitalize()}</caption>\n<thead><tr>'
        yield "".join(
            f'<th scope="col">{name}</th>'
            for name in ("Result", "Probe", "Section", "Level", "What the node must do")
        )
        yield "</tr></thead>\n<tbody>\n"
        yield from map(_row, rows)
        yield "</tbody>\n</table>\n</div>\n"
    yield "</main>\n</body>\n</html>\n"


def _overview(report: Report) -> Iterator[str]:
    total = report.counts
    yield '<table>\n<caption>Overview</caption>\n<thead><tr><th scope="col">Family</th>'
    yield "".join(f'<th scope="col">{word.capitalize()}</th>' for word in total)
    yield "</tr></thead>\n<tbody>\n"
    for family, rows in by_family(report.results).items():
        cells = "".join(f"<td>{count}</td>" for count in counts(rows).values())
        yield f'<tr><th scope="row">{family.capitalize()}</th>{cells}</tr>\n'
    cells = "".join(f"<td>{count}</td>" for count in total.values())
    yield f'<tr><th scope="row">All</th>{cells}</tr>\n</tbody>\n</table>\n'


def _requirements(report: Report) -> Iterator[str]:
    yield "<table>\n<caption>Requirements of the specification</caption>\n<thead><tr>"
    yield '<th scope="col">State</th><th scope="col">Number</th><th scope="col">Which</th>'
    yield "</tr></thead>\n<tbody>\n"
    for state, rules in report.requirements.items():
        named = escape(", ".join(rules))
        yield f'<tr><th scope="row">{state.capitalize()}</th><td>{len(rules)}</td>'
        yield f"<td>{named}</td></tr>\n"
    yield "</tbody>\n</table>\n"


def _not_tried(report: Report) -> Iterator[str]:
    if not report.groups:
        return
    yield "<table>\n<caption>Not tried</caption>\n<thead><tr>"
    yield '<th scope="col">Why</th><th scope="col">Probes</th><th scope="col">To try them</th>'
    yield "</tr></thead>\n<tbody>\n"
    for group in report.groups:
        yield f'<tr><th scope="row">{escape(clean(group.why))}</th>'
        yield f"<td>{len(group.probes)}</td><td>{escape(clean(group.remedy))}</td></tr>\n"
    yield "</tbody>\n</table>\n"


def _row(one: Result) -> str:
    told = " ".join(text for text in (one.reason, one.remedy) if text)
    reason = f"<br>{escape(clean(told))}" if told else ""
    numbers = f"<br>{escape(', '.join(one.probe.requirements))}" if one.probe.requirements else ""
    return (
        f'<tr><td class="word">{one.word.capitalize()}</td>'
        f'<th scope="row"><code>{escape(one.probe.id)}</code>{numbers}</th>'
        f"<td>{escape(one.probe.section)}</td><td>{one.probe.level}</td>"
        f"<td>{escape(one.probe.title)}{reason}</td></tr>\n"
    )
