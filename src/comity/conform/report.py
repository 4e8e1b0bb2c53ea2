"""Reports of a run: text for a terminal, JSON, JUnit XML for other programs."""

from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

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
