"""Printing the law and judgements of it; texts of others are made harmless."""

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import click

from comity.cli.law_common import Reviews, cited, label, text, title
from comity.cli.law_words import Speaker
from comity.instruments import Finding, Instrument, Judgement, Library, Measure, Rule
from comity.instruments.conditions import Condition
from comity.papers.visible import visible

_NO_WIDTH: Final = 1_000_000
_MOST_WIDTH: Final = 110
OUTCOMES: Final = {
    "ready": "ready",
    "ready-with-warnings": "ready, with warnings",
    "not-sendable": "not sendable",
}


def say(line: str, *, indent: int = 0, mark: str = "") -> None:
    """Print a line; on a terminal folded, with what follows a mark indented under it."""
    width = _NO_WIDTH
    if sys.stdout.isatty():
        width = min(_MOST_WIDTH, shutil.get_terminal_size().columns)
    first, rest = " " * indent + mark, " " * (indent + len(mark))
    click.echo(click.wrap_text(visible(line), width, first, rest))


def head(line: str) -> None:
    """Print the heading of a part."""
    click.echo()
    say(line)


def rule_lines(laws: Library, instrument: Instrument, rule: Rule, lang: str) -> tuple[str, str]:
    """Return what a rule tells an officer, and where that stands."""
    told = text(laws, instrument.key, f"rules.{rule.key}", lang)
    local = ", local policy" if rule.policy else ""
    return told, f"{cited(rule.cite)}; confidence: {rule.confidence}{local}"


def follows(rule: Rule, reviews: Reviews) -> str:
    """Return what follows if a rule is broken."""
    if rule.effect == "warn":
        return "warns"
    return "stops the step" if rule.digest in reviews.verified else "warns until it is verified"


def say_rule(
    laws: Library, instrument: Instrument, rule: Rule, reviews: Reviews, lang: str
) -> None:
    """Print a rule, its place and who read it."""
    told, place = rule_lines(laws, instrument, rule, lang)
    say(told, indent=2, mark=f"{rule.key}  ")
    say(f"{place}; {follows(rule, reviews)}; {reviews.told(rule)}", indent=4 + len(rule.key))


def rule_value(
    laws: Library, instrument: Instrument, rule: Rule, reviews: Reviews, lang: str
) -> dict[str, Any]:
    """Return a rule as JSON, without its condition."""
    return {
        "cite": list(rule.cite),
        "confidence": rule.confidence,
        "digest": rule.digest,
        "effect": rule.effect,
        "group": rule.group,
        "key": rule.key,
        "measures": list(rule.measures),
        "policy": rule.policy,
        "steps": list(rule.steps),
        "text": text(laws, instrument.key, f"rules.{rule.key}", lang),
        **reviews.value(rule),
    }


# ------------------------------------------------------------------ an instrument, and its parts


def say_instrument(
    laws: Library, instrument: Instrument, reviews: Reviews, lang: str, state: str
) -> None:
    """Print an instrument: what it is, what may be asked, its articles."""
    say(title(laws, instrument, lang))
    say(f"edition {instrument.number}, {instrument.digest}", indent=2)
    say(state, indent=2)
    if instrument.authentic:
        say(f"authentic texts: {', '.join(instrument.authentic)}", indent=2)
    if instrument.depositary:
        say(f"depositary: {instrument.depositary}", indent=2)
    verified = sum(rule.digest in reviews.verified for rule in instrument.rules.values())
    say(f"{len(instrument.rules)} rules, {verified} verified", indent=2)
    say("in our words, not the text of the treaty", indent=2)
    head("measures")
    for key in (*instrument.measures, *instrument.covers):
        say(text(laws, None, f"measures.{key}", lang), indent=2, mark=f"{key:26}")
    chapter = None
    for article in instrument.articles.values():
        if article.chapter != chapter:
            chapter = article.chapter
            head(f"chapter {chapter}")
        told = text(laws, instrument.key, f"articles.{article.key}", lang)
        say(told, indent=2, mark=f"{article.key:6}  ")


def say_article(
    laws: Library, instrument: Instrument, article: str, reviews: Reviews, lang: str
) -> None:
    """Print what rests on an article."""
    told = text(laws, instrument.key, f"articles.{article}", lang)
    say(f"{cited((article,))}: {told}")
    say("in our words, not the text of the treaty", indent=2)
    named = (
        ("offences", instrument.offences),
        ("measures", instrument.measures),
        ("grounds", instrument.grounds),
        ("safeguards", instrument.safeguards),
    )
    for part, things in named:
        found: list[Any] = [thing for thing in things.values() if stands_in(thing.cite, article)]
        if found:
            head(part)
        for thing in found:
            said = text(laws, instrument.key, f"{part}.{thing.key}", lang)
            say(said, indent=2, mark=f"{thing.key}  ")
            say(f"{cited(thing.cite)}; confidence: {thing.confidence}", indent=4 + len(thing.key))
    rules = [rule for rule in instrument.rules.values() if stands_in(rule.cite, article)]
    if rules:
        head("rules")
    for rule in rules:
        say_rule(laws, instrument, rule, reviews, lang)
    unseen = [one for one in instrument.unchecked.values() if stands_in(one.cite, article)]
    if unseen:
        head("not checked by any rule")
    for one in unseen:
        say(f"{cited(one.cite)}: {one.reason}", indent=2, mark=f"{one.key}  ")


def stands_in(cites: Iterable[str], article: str) -> bool:
    """Tell whether a citation is of an article."""
    return any(cite.partition("(")[0] == article for cite in cites)


def say_measure(
    laws: Library, instrument: Instrument, measure: str, reviews: Reviews, lang: str
) -> None:
    """Print a measure: what it is, its limits, what a request says, grounds, rules."""
    own = instrument.measures.get(measure)
    name = text(laws, None, f"measures.{measure}", lang)
    say(f"{name} ({measure}), {title(laws, instrument, lang)}")
    if own is not None:
        _say_own(laws, instrument, own, lang)
    head("a request has to say")
    for fact, alone in required(instrument, measure).items():
        say(label(laws, fact, lang) + ("" if alone else " (in some cases)"), indent=2)
    head("grounds")
    for ground in instrument.grounds.values():
        if "*" in ground.measures or measure in ground.measures:
            told = text(laws, instrument.key, f"grounds.{ground.key}", lang)
            first = "; consult first" if ground.consult else ""
            say(told, indent=2, mark=f"{ground.key}  ")
            say(
                f"{ground.kind}{first}; {cited(ground.cite)}; confidence: {ground.confidence}",
                indent=4 + len(ground.key),
            )
    for step in dict.fromkeys(s for rule in instrument.rules.values() for s in rule.steps):
        rules = [rule for rule in instrument.rules.values() if rule.applies(measure, step)]
        if rules:
            head(f"rules at: {text(laws, None, f'steps.{step}', lang)} ({step})")
        for rule in rules:
            say_rule(laws, instrument, rule, reviews, lang)


def _say_own(laws: Library, instrument: Instrument, own: Measure, lang: str) -> None:
    say(text(laws, instrument.key, f"measures.{own.key}", lang), indent=2)
    say(f"{cited(own.cite)}; confidence: {own.confidence}", indent=2)
    for limit, number in own.limits.items():
        say(f"limit: {limit.replace('_', ' ')} = {number}", indent=2)
    outputs = [text(laws, None, f"outputs.{code}", lang) or code for code in own.outputs]
    if outputs:
        say(f"what comes of it: {'; '.join(outputs)}", indent=2)


def required(instrument: Instrument, measure: str) -> dict[str, bool]:
    """Return the facts whose absence breaks a rule of a draft, in the rules' order.

    Each with whether it does so by itself, and not only together with other facts.
    """
    found: dict[str, bool] = {}
    for rule in instrument.rules.values():
        if rule.applies(measure, "draft"):
            for path, alone in absent(rule.when, holds=True, alone=True):
                found[path] = alone or found.get(path, False)
    return found


def absent(condition: Condition, *, holds: bool, alone: bool) -> Iterator[tuple[str, bool]]:
    """Yield the facts whose absence helps a condition, or its opposite, to hold."""
    if condition.op == "not":
        yield from absent(condition.parts[0], holds=not holds, alone=alone)
    elif condition.op == ("missing" if holds else "present"):
        yield from ((path, alone) for path in condition.paths)
    else:
        joined = condition.op == ("all" if holds else "any") and len(condition.parts) > 1
        each = alone and not joined and condition.op != "some"
        for part in condition.parts:
            yield from absent(part, holds=holds, alone=each)


# ------------------------------------------------------------------ a judgement


def say_judgement(
    laws: Library, instrument: Instrument, judgement: Judgement, reviews: Reviews, lang: str
) -> None:
    """Print what is wrong, what is open, and the result."""
    speaker = Speaker(laws, instrument)
    say(
        f"{title(laws, instrument, lang)}: {speaker.code('measure', judgement.measure, lang)},"
        f" {speaker.code('step', judgement.step, lang)}"
    )
    say(f"edition {instrument.number}, {judgement.edition}", indent=2)
    for title_, chosen in (
        ("stops the step", by_effect(judgement, "block")),
        ("warnings", by_effect(judgement, "warn")),
        ("open: facts are missing", by_effect(judgement, "ask")),
    ):
        if chosen:
            head(f"{title_} ({len(chosen)})")
        for finding in chosen:
            _say_finding(laws, instrument, finding, reviews, lang)
    clear = sum(finding.outcome == "clear" for finding in judgement.findings)
    click.echo()
    say(f"{clear} of {len(judgement.findings)} rules are clear")
    say(f"result: {OUTCOMES[judgement.outcome]}{_because(judgement)}")
    if not reviews.trusted:
        say("No list of reviewers was given (--trust), so no rule counts as verified.", indent=2)


def by_effect(judgement: Judgement, effect: str) -> list[Finding]:
    """Return the findings from which something follows."""
    return [finding for finding in judgement.findings if finding.effective == effect]


def _because(judgement: Judgement) -> str:
    softened = [
        finding.rule.key
        for finding in by_effect(judgement, "warn")
        if finding.rule.effect == "block" and not finding.verified
    ]
    if judgement.outcome != "ready-with-warnings" or not softened:
        return ""
    return f"; {', '.join(softened)} would stop it once two people have confirmed the rule"


def _say_finding(
    laws: Library, instrument: Instrument, finding: Finding, reviews: Reviews, lang: str
) -> None:
    rule = finding.rule
    told, place = rule_lines(laws, instrument, rule, lang)
    indent = 4 + len(rule.key)
    if finding.outcome == "ask":
        say(f"cannot be judged yet: {told}", indent=2, mark=f"{rule.key}  ")
    else:
        say(told, indent=2, mark=f"{rule.key}  ")
    say(f"{place}; {reviews.told(rule)}", indent=indent)
    for fact in finding.missing:
        question = text(laws, None, f"facts.{fact}.ask", lang)
        say(f"{label(laws, fact, lang)} ({fact}): {question}", indent=indent)
    if finding.overridden is not None:
        one = finding.overridden
        say(f"overridden by {one.by}, {one.at:%Y-%m-%d}: {one.reasons}", indent=indent)
    elif finding.effective == "block":
        say(f"to go on in spite of it, override rule_digest {rule.digest}", indent=indent)


def judgement_value(
    laws: Library, instrument: Instrument, judgement: Judgement, reviews: Reviews, lang: str
) -> dict[str, Any]:
    """Return a judgement as JSON, every finding with its rule."""
    return {
        "edition": judgement.edition,
        "findings": [
            {
                "effective": finding.effective,
                "missing": _asked(laws, finding.missing, lang),
                "outcome": finding.outcome,
                "overridden": None
                if finding.overridden is None
                else {
                    "at": f"{finding.overridden.at:%Y-%m-%dT%H:%M:%SZ}",
                    "by": finding.overridden.by,
                    "reasons": finding.overridden.reasons,
                },
                "rule": rule_value(laws, instrument, finding.rule, reviews, lang),
            }
            for finding in judgement.findings
        ],
        "instrument": judgement.instrument,
        "measure": judgement.measure,
        "outcome": judgement.outcome,
        "refused_reviews": {
            name: fault.code for name, fault in sorted(reviews.standing.refused.items())
        },
        "step": judgement.step,
    }


def _asked(laws: Library, facts: Sequence[str], lang: str) -> list[dict[str, str]]:
    return [
        {
            "ask": text(laws, None, f"facts.{fact}.ask", lang),
            "fact": fact,
            "label": label(laws, fact, lang),
        }
        for fact in facts
    ]
