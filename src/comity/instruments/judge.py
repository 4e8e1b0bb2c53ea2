"""Judging a step of a case by the rules of one instrument."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from comity.instruments.conditions import Verdict, evaluate
from comity.instruments.errors import FactsError, MeasureUnknownError, OverrideError
from comity.instruments.facts import check_facts, is_seen
from comity.instruments.library import Library
from comity.instruments.model import STEPS, Instrument, Rule

type Judged = Literal["breach", "ask", "clear"]
type Effective = Literal["block", "warn", "ask", "none"]
type Outcome = Literal["ready", "ready-with-warnings", "not-judged", "not-sendable"]

OUTCOMES: Final = ("ready", "ready-with-warnings", "not-judged", "not-sendable")


@dataclass(frozen=True)
class Override:
    """A named official's decision to go on in spite of a rule.

    Attributes:
        digest: of the rule as it stood; another edition of it is not overridden.
        by: name and function.
        at: aware UTC.
        reasons: why.
    """

    digest: str
    by: str
    at: datetime
    reasons: str

    def __post_init__(self) -> None:
        """Refuse one that names nobody or gives no reasons."""
        if not all(any(map(is_seen, text)) for text in (self.digest, self.by, self.reasons)):
            raise OverrideError("an override names a rule, an official and reasons")
        if self.at.tzinfo is None:
            raise OverrideError("an override needs a moment with its time zone")


@dataclass(frozen=True)
class Finding:
    """The judgement of one rule.

    Attributes:
        rule: the rule.
        outcome: ``breach``, ``ask`` or ``clear``.
        effective: what follows: ``block`` only if two people verified the rule.
        missing: facts that would settle it, sorted; empty unless it asks.
        verified: whether two people confirmed this edition of the rule.
        overridden: the override that took the block away, or None.
    """

    rule: Rule
    outcome: Judged
    effective: Effective
    missing: tuple[str, ...]
    verified: bool
    overridden: Override | None = None


@dataclass(frozen=True)
class Judgement:
    """What the rules of an instrument say of one step.

    Attributes:
        instrument: its key.
        edition: its digest.
        findings: one for each rule of the measure and the step, in the order of the data.
        outcome: ``not-sendable`` if something blocks; ``not-judged`` if no rule that two people
            verified decided anything, so that nothing is known to be in order; else ``ready`` if
            nothing is to say.
    """

    instrument: str
    edition: str
    measure: str
    step: str
    findings: tuple[Finding, ...]
    outcome: Outcome


def judge(
    library: Library,
    instrument: Instrument,
    *,
    measure: str,
    step: str,
    facts: Mapping[str, object],
    verified: Collection[str] = frozenset(),
    overrides: Collection[Override] = (),
) -> Judgement:
    """Return the findings of every rule that is judged for a measure at a step.

    Args:
        library: whose facts they are.
        instrument: whose rules.
        measure: what is asked.
        step: the moment in its life.
        facts: untrusted; dotted names or nested tables; ``at`` is always given.
        verified: digests of the rules that two people confirmed (`reviews.verified`).
        overrides: those made so far; one made after ``at`` does not count yet.

    Raises:
        FactsError: a measure, a step or a fact that does not exist or does not fit.
    """
    if step not in STEPS or not instrument.provides(measure):
        raise MeasureUnknownError(f"{instrument.key} has no {measure} at {step}", key=measure)
    given = check_facts(facts, library.facts)
    if "at" not in given:
        raise FactsError("at, the moment of judging, is not given", key="at")
    known = {**given, "measure": measure, "step": step}
    made = {override.digest: override for override in overrides if override.at <= given["at"]}
    findings = tuple(
        _finding(
            rule,
            evaluate(rule.when, known),
            verified=rule.digest in verified,
            override=made.get(rule.digest),
        )
        for rule in instrument.rules.values()
        if rule.applies(measure, step)
    )
    return Judgement(instrument.key, instrument.digest, measure, step, findings, _outcome(findings))


def _finding(rule: Rule, verdict: Verdict, *, verified: bool, override: Override | None) -> Finding:
    if verdict.truth is None:
        return Finding(rule, "ask", "ask", tuple(sorted(verdict.missing)), verified)
    if not verdict.truth:
        return Finding(rule, "clear", "none", (), verified)
    if rule.effect == "warn" or not verified:
        return Finding(rule, "breach", "warn", (), verified)
    if override is not None:
        return Finding(rule, "breach", "warn", (), verified, override)
    return Finding(rule, "breach", "block", (), verified)


def _outcome(findings: Collection[Finding]) -> Outcome:
    effects = {finding.effective for finding in findings}
    if "block" in effects:
        return "not-sendable"
    if not any(finding.verified and finding.outcome != "ask" for finding in findings):
        return "not-judged"
    return "ready-with-warnings" if effects & {"warn", "ask"} else "ready"
