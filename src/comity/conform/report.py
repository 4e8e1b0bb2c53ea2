"""Reports of a run: text for a terminal, JSON, JUnit XML for other programs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from xml.etree import ElementTree as ET

from comity.conform.model import FAMILIES, Probe, Result, Word

WORDS: Final[tuple[Word, ...]] = ("pass", "fail", "xfail", "unexpected pass", "skipped")


def counts(results: Iterable[Result]) -> dict[str, int]:
    """Return how many results there are of each word."""
    found = Counter(str(one.word) for one in results)
    return {word: found[word] for word in WORDS}


def failed(results: Iterable[Result], *, strict: bool) -> bool:
    """Tell whether a run failed: a MUST that is broken, or a known failure that is none.

    Args:
        results: of the run.
        strict: whether a SHOULD counts too.
    """
    return any(
        not one.good and (strict or one.word != "fail" or one.probe.level == "MUST")
        for one in results
    )


def by_family(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Return the results of each family that has some."""
    found: dict[str, list[Result]] = {family: [] for family in FAMILIES}
    for one in results:
        found[one.probe.family].append(one)
    return {family: rows for family, rows in found.items() if rows}


def line(one: Result) -> str:
    """Return one result as a line, with the reason below it."""
    mark = "" if one.probe.level == "MUST" else " (SHOULD)"
    head = f"{one.word:<15}  {one.probe.id}{mark}: {one.probe.title}"
    return f"{head}\n{'':17}{one.reason}" if one.reason else head


def summary(node: str, results: Sequence[Result]) -> Iterator[str]:
    """Yield the lines that end a run."""
    yield ""
    for family, rows in by_family(results).items():
        found = ", ".join(f"{n} {word}" for word, n in counts(rows).items() if n)
        yield f"{family:<15}  {found}"
    yield from _skipped(results)
    total = counts(results)
    yield ""
    seconds = sum(one.seconds for one in results)
    told = ", ".join(f"{n} {word}" for word, n in total.items() if n)
    yield f"{node}: {len(results)} probes in {seconds:.0f} s: {told}"


def _skipped(results: Iterable[Result]) -> Iterator[str]:
    """Yield why probes were skipped: each reason once, with how many there are."""
    reasons = Counter(one.reason for one in results if one.word == "skipped")
    if reasons:
        yield ""
    for reason, count in reasons.most_common():
        yield f"{count} skipped: {reason}"


def listed(probes: Iterable[Probe]) -> Iterator[str]:
    """Yield one line a probe: id, level, section, title."""
    for one in probes:
        numbers = f" [{', '.join(one.requirements)}]" if one.requirements else ""
        yield f"{one.id}  {one.level}  {one.section}  {one.title}{numbers}"


def value(node: str, results: Sequence[Result]) -> dict[str, Any]:
    """Return a report as JSON."""
    return {
        "counts": counts(results),
        "node": node,
        "results": [
            {
                "id": one.probe.id,
                "level": one.probe.level,
                "reason": one.reason,
                "requirements": list(one.probe.requirements),
                "result": one.word,
                "seconds": round(one.seconds, 3),
                "section": one.probe.section,
                "title": one.probe.title,
            }
            for one in results
        ],
    }


def junit(node: str, results: Sequence[Result]) -> str:
    """Return a report as JUnit XML: a suite a family, a case a probe."""
    top = ET.Element("testsuites", name=f"comity conform {node}")
    for family, rows in by_family(results).items():
        bad = [one for one in rows if not one.good]
        suite = ET.SubElement(
            top,
            "testsuite",
            name=family,
            tests=str(len(rows)),
            failures=str(len(bad)),
            errors="0",
            skipped=str(sum(one.word in ("skipped", "xfail") for one in rows)),
            time=f"{sum(one.seconds for one in rows):.3f}",
        )
        for one in rows:
            case = ET.SubElement(
                suite,
                "testcase",
                classname=family,
                name=one.probe.id,
                time=f"{one.seconds:.3f}",
            )
            if not one.good:
                ET.SubElement(case, "failure", message=clean(one.reason), type=str(one.word))
            elif one.word != "pass":
                ET.SubElement(case, "skipped", message=clean(one.reason))
    ET.indent(top)
    return ET.tostring(top, encoding="unicode", xml_declaration=True) + "\n"


def clean(text: str) -> str:
    """Return a text without the control characters that XML cannot hold."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
