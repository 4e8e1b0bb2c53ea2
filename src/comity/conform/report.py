"""Reports of a run: text for a terminal, JSON, JUnit XML for other programs."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from typing import Any, Final
from xml.etree import ElementTree as ET

from comity.canonical import time_text
from comity.canonical.amounts import counted
from comity.conform.model import Probe, Result
from comity.conform.tally import Group, Report, by_family, counts, required


def line(one: Result) -> str:
    """Return one result as a line, with the reason below it, and how it can be tried."""
    mark = "" if one.probe.level == "MUST" else " (SHOULD)"
    rules = f" [{', '.join(one.probe.requirements)}]" if one.probe.requirements else ""
    head = f"{one.word:<15}  {one.probe.id}{mark}{rules}: {one.probe.title}"
    below = [text for text in (one.reason, _to_try(one.remedy)) if text]
    return "\n".join([head, *(f"{'':17}{text}" for text in below)])


def _to_try(remedy: str) -> str:
    return f"To try it: {remedy}" if remedy else ""


def summary(report: Report) -> Iterator[str]:
    """Yield the lines that end a run; the last is the verdict."""
    yield ""
    for family, rows in by_family(report.results).items():
        found = ", ".join(f"{n} {word}" for word, n in counts(rows).items() if n)
        yield f"{family:<15}  {found}"
    if report.groups:
        yield ""
        yield "NOT TRIED"
    for group in report.groups:
        yield from _group(group, report.noun)
    if report.left_behind:
        yield ""
        yield "LEFT AT THE NODE"
        yield from report.left_behind
    yield ""
    seconds = sum(one.seconds for one in report.results)
    told = ", ".join(f"{n} {word}" for word, n in report.counts.items() if n)
    yield f"{counted(len(report.results), report.noun)} in {seconds:.0f} s: {told}"
    yield f"requirements of the specification: {', '.join(required(report))}"
    yield report.verdict()


def _group(group: Group, noun: str) -> Iterator[str]:
    rules = {rule for one in group.probes for rule in one.requirements}
    which = f" ({counted(len(rules), 'requirement')})" if rules else ""
    yield f"{counted(len(group.probes), noun)}{which}: {group.why}"
    yield f"    To try: {group.remedy}"


def listed(probes: Iterable[Probe]) -> Iterator[str]:
    """Yield one line a probe: id, level, section, title."""
    for one in probes:
        numbers = f" [{', '.join(one.requirements)}]" if one.requirements else ""
        yield f"{one.id}  {one.level}  {one.section}  {one.title}{numbers}"


def value(report: Report) -> dict[str, Any]:
    """Return a report as JSON."""
    return {
        "complete": report.complete,
        "counts": report.counts,
        "left_at_the_node": list(report.left_behind),
        "node": report.subject,
        "not_tried": [
            {
                "probes": [one.id for one in group.probes],
                "reason": group.why,
                "remedy": group.remedy,
            }
            for group in report.groups
        ],
        "requirements": report.requirements,
        "results": [
            {
                "id": one.probe.id,
                "level": one.probe.level,
                "reason": one.reason,
                "remedy": one.remedy,
                "requirements": list(one.probe.requirements),
                "result": one.word,
                "seconds": round(one.seconds, 3),
                "section": one.probe.section,
                "title": one.probe.title,
            }
            for one in report.results
        ],
        "verdict": report.verdict(),
    }


def junit(report: Report) -> str:
    """Return a report as JUnit XML: a suite a family, a case a probe.

    What the run did not select stands in a suite of its own, so that no reader takes a part for
    the whole.
    """
    top = ET.Element("testsuites", name=f"comity conform {report.subject}")
    for family, rows in by_family(report.results).items():
        bad = [one for one in rows if not one.good]
        suite = _suite(top, family, len(rows))
        suite.set("failures", str(len(bad)))
        suite.set("skipped", str(sum(one.word in ("not tried", "xfail") for one in rows)))
        suite.set("time", f"{sum(one.seconds for one in rows):.3f}")
        if len(top) == 1:
            _properties(suite, report)
        for one in rows:
            case = _case(suite, family, one.probe)
            case.set("time", f"{one.seconds:.3f}")
            if not one.good:
                ET.SubElement(case, "failure", message=clean(one.reason), type=str(one.word))
            elif one.word != "pass":
                told = f"{one.word}: {one.reason} {_to_try(one.remedy)}".strip()
                ET.SubElement(case, "skipped", message=clean(told))
    if report.left_out:
        suite = _suite(top, "not-selected", len(report.left_out))
        suite.set("skipped", str(len(report.left_out)))
        for probe in report.left_out:
            ET.SubElement(
                _case(suite, probe.family, probe), "skipped", message="not tried: not selected"
            )
    ET.indent(top)
    return ET.tostring(top, encoding="unicode", xml_declaration=True) + "\n"


def _suite(top: ET.Element, name: str, tests: int) -> ET.Element:
    told = {"tests": str(tests), "failures": "0", "errors": "0", "skipped": "0"}
    return ET.SubElement(top, "testsuite", {"name": name, **told})


def _case(suite: ET.Element, family: str, probe: Probe) -> ET.Element:
    rules = f" [{', '.join(probe.requirements)}]" if probe.requirements else ""
    named = {"classname": family, "name": clean(f"{probe.id}{rules}"), "file": clean(probe.place)}
    return ET.SubElement(suite, "testcase", {name: told for name, told in named.items() if told})


def _properties(suite: ET.Element, report: Report) -> None:
    told = {
        "verdict": report.verdict(),
        "requirements": ", ".join(required(report)),
        **{f"left at the node {n}": text for n, text in enumerate(report.left_behind, 1)},
    }
    place = ET.SubElement(suite, "properties")
    for name, text in told.items():
        ET.SubElement(place, "property", name=name, value=clean(text))


def clean(text: str) -> str:
    """Return a text without the control characters that XML cannot hold."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


# A report as one HTML page: no script, nothing loaded, a table a family.


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
