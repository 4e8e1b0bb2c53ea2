"""What a run showed as a whole: requirement by requirement, what was not tried, and the verdict."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from comity.canonical.amounts import counted
from comity.conform.model import FAMILIES, Probe, Result, Word

type State = Literal["shown", "shown in part", "failed", "expected to fail", "not tried"]

WORDS: Final[tuple[Word, ...]] = ("pass", "fail", "xfail", "unexpected pass", "not tried")
STATES: Final[tuple[State, ...]] = (
    "shown",
    "shown in part",
    "failed",
    "expected to fail",
    "not tried",
)
STATUS_RULES: Final = frozenset(f"C-16-{number}" for number in range(58, 63))
"""Rules about a verifier's exit status, which that status shows whole."""
LEFT_OUT: Final = "not selected in this run."
TAKE_IN: Final = "Leave out --only and --serve."


@dataclass(frozen=True)
class Group:
    """What was not tried for one reason.

    Attributes:
        why: in a sentence.
        remedy: how it can be tried, in a sentence.
        probes: that were not tried.
    """

    why: str
    remedy: str
    probes: tuple[Probe, ...]


@dataclass(frozen=True)
class Report:
    """A run, as all reports tell it.

    Attributes:
        subject: the party under test, or the command of a verifier.
        results: of the run.
        left_out: probes of the kit that the run did not select.
        left_behind: sentences that say what the run left at the node, and how to be rid of it.
    """

    subject: str
    results: Sequence[Result]
    left_out: Sequence[Probe] = ()
    left_behind: Sequence[str] = ()

    @property
    def noun(self) -> str:
        """Return what one case of the run is called."""
        return "vector" if any(one.probe.place for one in self.results) else "probe"

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many results there are of each word."""
        return counts(self.results)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Return what was not tried, the largest group first."""
        found: dict[tuple[str, str], list[Probe]] = defaultdict(list)
        for one in self.results:
            if one.word == "not tried":
                found[one.reason, one.remedy].append(one.probe)
        if self.left_out:
            found[LEFT_OUT, TAKE_IN].extend(self.left_out)
        made = (Group(why, remedy, tuple(probes)) for (why, remedy), probes in found.items())
        return tuple(sorted(made, key=lambda group: -len(group.probes)))

    @cached_property
    def requirements(self) -> dict[State, list[str]]:
        """Return the rules of the specification by what the run says of each.

        A rule is shown if every probe that names it passed, and shown in part if others were not
        tried, or passed by a part of what they ask for.
        """
        words: dict[str, set[Word | Literal["in part"]]] = defaultdict(set)
        for one in self.results:
            for rule in one.probe.requirements:
                in_part = one.word == "pass" and one.in_part and rule not in STATUS_RULES
                words[rule].add("in part" if in_part else one.word)
        for probe in self.left_out:
            for rule in probe.requirements:
                words[rule].add("not tried")
        found: dict[State, list[str]] = {state: [] for state in STATES}
        for rule in sorted(words, key=_place):
            found[_state(words[rule])].append(rule)
        return found

    @property
    def in_part(self) -> int:
        """Return how many vectors passed by a part of what they ask for."""
        return sum(one.word == "pass" and one.in_part for one in self.results)

    @property
    def complete(self) -> bool:
        """Tell whether all of the kit was tried, and each as a whole."""
        return not self.untried and not self.in_part

    @property
    def untried(self) -> int:
        """Return how many probes of the kit were not tried, for whatever reason."""
        return sum(len(group.probes) for group in self.groups)

    def failed(self, *, strict: bool, complete: bool) -> bool:
        """Tell whether the run failed.

        Args:
            strict: whether a SHOULD counts too.
            complete: whether a probe that was not tried, or only in part, counts, unless it is
                listed as known.
        """
        untried = any(r.word == "not tried" and not r.known for r in self.results)
        if complete and (self.left_out or self.in_part or untried):
            return True
        return failed(self.results, strict=strict)

    def verdict(self) -> str:
        """Return the last line: it calls nothing whole that was not tried whole."""
        made = len(self.results) + len(self.left_out)
        broken = [one for one in self.results if not one.good]
        must = sum(one.probe.level == "MUST" or one.word != "fail" for one in broken)
        told = []
        if self.in_part:
            told.append(
                f"COMPARED IN PART: {counted(self.in_part, self.noun)} of {made}, for which the"
                " verifier's exit status or JSON did not say enough, so this run does not show that"
                " it conforms"
            )
        if must:
            told.append(f"FAILED: {counted(must, self.noun)} of {made}")
        if len(broken) > must:
            told.append(f"{counted(len(broken) - must, 'recommendation')} (SHOULD) not kept")
        if self.counts["xfail"]:
            told.append(f"{counted(self.counts['xfail'], 'known failure')}")
        if self.untried:
            told.append(
                f"INCOMPLETE: {counted(self.untried, self.noun)} of {made} not tried, so this run"
                " does not show that it conforms"
            )
        if not told:
            told.append(f"{counted(made, self.noun)}, all tried: it conforms to each")
        return f"{self.subject}: {'; '.join(told)}"


def _place(rule: str) -> list[int]:
    """Return the numbers of a rule, by which rules stand in the order of the documents."""
    return [int(text) for text in re.findall(r"\d+", rule)]


def _state(words: set[Word | Literal["in part"]]) -> State:
    if words & {"fail", "unexpected pass"}:
        return "failed"
    if "xfail" in words:
        return "expected to fail"
    if words == {"not tried"}:
        return "not tried"
    return "shown in part" if words & {"not tried", "in part"} else "shown"


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


def required(report: Report) -> Iterator[str]:
    """Yield how many rules stand how, in words: `12 shown`."""
    for state, rules in report.requirements.items():
        yield f"{len(rules)} {state}"
