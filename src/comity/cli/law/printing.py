"""Conditions of rules in plain words, built from their predicates and the facts' labels."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import click

from comity.cli.frame import frame, head, say
from comity.cli.law.library import Reviews, label, text, title
from comity.instruments import Condition, Finding, Instrument, Judgement, Library, Measure, Rule
from comity.instruments.conditions import ITEM

_INDENT: Final = "  "
_OPPOSITES: Final = {
    "present": "missing",
    "missing": "present",
    "is": "not-is",
    "not-is": "is",
    "one-of": "none-of",
    "none-of": "one-of",
}


class Speaker:
    """Says conditions of one instrument's rules in words of one language."""

    def __init__(self, laws: Library, instrument: Instrument, lang: str = "en") -> None:
        self._laws = laws
        self._instrument = instrument
        self._lang = lang
        self._told = frame(lang)

    def lines(self, condition: Condition) -> list[str]:
        """Return what has to hold, a line for each part, deeper parts indented."""
        return list(self._said(condition, holds=True, depth=0))

    def value(self, fact: str, value: object) -> str:
        """Return a fact's value as people say it; texts are returned as they are."""
        if isinstance(value, bool):
            return self._told("say.yes" if value else "say.no")
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M} UTC"
        if isinstance(value, tuple | list):
            return self._told.listed(self.value(fact, one) for one in value)
        if isinstance(value, dict):
            return self._told.listed(
                f"{name.removeprefix(ITEM)} {self.value(name, one)}" for name, one in value.items()
            )
        known = self._laws.facts.get(fact)
        if isinstance(value, str) and known is not None and known.kind in {"code", "codes"}:
            return self.code(fact, value)
        return str(value)

    def code(self, fact: str, value: str) -> str:
        """Return the name of a code, or the code where it has none."""
        lang = self._lang
        if value == "*":
            return self._told("say.every")
        own = {"case.offence": "offences", "decision.grounds": "grounds"}.get(fact)
        if own and (name := text(self._laws, self._instrument.key, f"{own}.{value}", lang)):
            return f"{value} ({name})"
        shared = {"measure": "measures", "step": "steps"}.get(fact, f"codes.{fact}")
        return text(self._laws, None, f"{shared}.{value}", lang) or value

    def _name(self, fact: str) -> str:
        if fact.startswith(ITEM):
            name = fact.removeprefix(ITEM).replace("_", " ")
            return self._told("condition.its", name=name)
        return self._told("condition.name", name=label(self._laws, fact, self._lang))

    def _said(self, condition: Condition, *, holds: bool, depth: int) -> Iterator[str]:
        before = _INDENT * depth
        if condition.op == "not":
            yield from self._said(condition.parts[0], holds=not holds, depth=depth)
        elif condition.op in {"all", "any"}:
            if len(condition.parts) == 1:
                yield from self._said(condition.parts[0], holds=holds, depth=depth)
                return
            yield before + self._told(f"condition.{'' if holds else 'not_'}{condition.op}")
            for part in condition.parts:
                yield from self._said(part, holds=True, depth=depth + 1)
        elif condition.op == "some":
            key = "condition.some" if holds else "condition.not_some"
            yield before + self._told(key, name=self._name(condition.paths[0]))
            yield from self._said(condition.parts[0], holds=True, depth=depth + 1)
        else:
            yield before + self._leaf(condition, holds=holds)

    def _leaf(self, condition: Condition, *, holds: bool) -> str:
        op = condition.op
        if not holds and op in _OPPOSITES:
            op, holds = _OPPOSITES[op], True
        names = [self._name(path) for path in condition.paths]
        facts = dict(zip(("a", "b"), names, strict=False))
        if values := self._values(condition):
            facts["v"] = values[0]
        said = self._told(f"condition.{op}", **facts)
        return said if holds else self._told("condition.not", said=said)

    def _values(self, condition: Condition) -> list[str]:
        if condition.op in {"listed", "ground"}:
            return []
        found = []
        for value in condition.values:
            several: tuple[Any, ...] = value if isinstance(value, tuple) else (value,)
            found.append(self._told.listed(self.value(condition.paths[0], one) for one in several))
        return found


def rule_lines(laws: Library, instrument: Instrument, rule: Rule, lang: str) -> tuple[str, str]:
    """Return what a rule tells an officer, and where that stands."""
    told, say_ = text(laws, instrument.key, f"rules.{rule.key}", lang), frame(lang)
    place = sourced(laws, rule.cite, rule.confidence, lang)
    return told, say_.listed([place, say_("say.policy")]) if rule.policy else place


def sourced(laws: Library, cites: tuple[str, ...], confidence: str, lang: str) -> str:
    """Return where something stands, and how sure its source is."""
    told = frame(lang)
    grade = graded(laws, confidence, lang)
    return told.joined([told.cited(cites), told("say.confidence", grade=grade)])


def graded(laws: Library, confidence: str, lang: str) -> str:
    """Return how sure a source is; in English by its code, as in the data."""
    if lang == "en":
        return confidence
    return text(laws, None, f"confidences.{confidence}", lang) or confidence


def follows(rule: Rule, reviews: Reviews, lang: str) -> str:
    """Return what follows if a rule is broken."""
    told = frame(lang)
    if rule.effect == "warn":
        return told("say.warns")
    return told("say.stops" if rule.digest in reviews.verified else "say.warns_until")


def say_rule(
    laws: Library, instrument: Instrument, rule: Rule, reviews: Reviews, lang: str
) -> None:
    """Print a rule, its place and who read it."""
    told, place = rule_lines(laws, instrument, rule, lang)
    say(told, indent=2, mark=f"{rule.key}  ")
    parts = [place, follows(rule, reviews, lang), reviews.told(rule, lang)]
    say(frame(lang).joined(parts), indent=4 + len(rule.key))


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
    told = frame(lang)
    say(title(laws, instrument, lang))
    say(told("say.edition", number=instrument.number, digest=instrument.digest), indent=2)
    say(state, indent=2)
    if instrument.authentic:
        say(told("say.authentic", languages=", ".join(instrument.authentic)), indent=2)
    if instrument.depositary:
        say(told("say.depositary", name=instrument.depositary), indent=2)
    verified = sum(rule.digest in reviews.verified for rule in instrument.rules.values())
    say(told("say.counts", rules=len(instrument.rules), verified=verified), indent=2)
    say(told("say.own_words"), indent=2)
    head(told("head.measures"))
    for key in (*instrument.measures, *instrument.covers):
        say(text(laws, None, f"measures.{key}", lang), indent=2, mark=f"{key:26}")
    chapter = None
    for article in instrument.articles.values():
        if article.chapter != chapter:
            chapter = article.chapter
            head(told("head.chapter", chapter=chapter))
        named = text(laws, instrument.key, f"articles.{article.key}", lang)
        say(named, indent=2, mark=f"{article.key:6}  ")


def say_article(
    laws: Library, instrument: Instrument, article: str, reviews: Reviews, lang: str
) -> None:
    """Print what rests on an article."""
    told = frame(lang)
    about = text(laws, instrument.key, f"articles.{article}", lang)
    say(f"{told.cited((article,))}: {about}")
    say(told("say.own_words"), indent=2)
    named = (
        ("offences", instrument.offences),
        ("measures", instrument.measures),
        ("grounds", instrument.grounds),
        ("safeguards", instrument.safeguards),
    )
    for part, things in named:
        found: list[Any] = [thing for thing in things.values() if stands_in(thing.cite, article)]
        if found:
            head(told(f"head.{part}"))
        for thing in found:
            said = text(laws, instrument.key, f"{part}.{thing.key}", lang)
            say(said, indent=2, mark=f"{thing.key}  ")
            place = sourced(laws, thing.cite, thing.confidence, lang)
            say(place, indent=4 + len(thing.key))
    rules = [rule for rule in instrument.rules.values() if stands_in(rule.cite, article)]
    if rules:
        head(told("head.rules"))
    for rule in rules:
        say_rule(laws, instrument, rule, reviews, lang)
    unseen = [one for one in instrument.unchecked.values() if stands_in(one.cite, article)]
    if unseen:
        head(told("head.unchecked"))
    for one in unseen:  # the reason is the maintainers' own, English
        reason = one.reason if lang == "en" else told.apart(f"{one.reason} [en]")
        say(f"{told.cited(one.cite)}: {reason}", indent=2, mark=f"{one.key}  ")


def stands_in(cites: Iterable[str], article: str) -> bool:
    """Tell whether a citation is of an article."""
    return any(cite.partition("(")[0] == article for cite in cites)


def say_measure(
    laws: Library, instrument: Instrument, measure: str, reviews: Reviews, lang: str
) -> None:
    """Print a measure: what it is, its limits, what a request says, grounds, rules."""
    own = instrument.measures.get(measure)
    told = frame(lang)
    name = text(laws, None, f"measures.{measure}", lang)
    say(told.listed([f"{name} ({told.apart(measure)})", title(laws, instrument, lang)]))
    if own is not None:
        _say_own(laws, instrument, own, lang)
    head(told("head.required"))
    for fact, alone in required(instrument, measure).items():
        named = label(laws, fact, lang)
        say(named if alone else told("say.sometimes", fact=named), indent=2)
    head(told("head.grounds"))
    for ground in instrument.grounds.values():
        if "*" in ground.measures or measure in ground.measures:
            said = text(laws, instrument.key, f"grounds.{ground.key}", lang)
            first = told("say.consult") if ground.consult else ""
            say(said, indent=2, mark=f"{ground.key}  ")
            kind = text(laws, None, f"ground-kinds.{ground.kind}", lang)
            kind = ground.kind if lang == "en" else kind
            place = sourced(laws, ground.cite, ground.confidence, lang)
            say(told.joined([kind, first, place]), indent=4 + len(ground.key))
    for step in dict.fromkeys(s for rule in instrument.rules.values() for s in rule.steps):
        rules = [rule for rule in instrument.rules.values() if rule.applies(measure, step)]
        if rules:
            head(told("head.rules_at", step=text(laws, None, f"steps.{step}", lang), key=step))
        for rule in rules:
            say_rule(laws, instrument, rule, reviews, lang)


def _say_own(laws: Library, instrument: Instrument, own: Measure, lang: str) -> None:
    say(text(laws, instrument.key, f"measures.{own.key}", lang), indent=2)
    told = frame(lang)
    say(sourced(laws, own.cite, own.confidence, lang), indent=2)
    for limit, number in own.limits.items():
        named = told.entries.get(f"limit-name.{limit}", limit.replace("_", " "))
        say(told("say.limit", name=named, number=number), indent=2)
    outputs = [text(laws, None, f"outputs.{code}", lang) or code for code in own.outputs]
    if outputs:
        say(told("say.outputs", outputs=told.joined(outputs)), indent=2)


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
    speaker, told = Speaker(laws, instrument, lang), frame(lang)
    measure = speaker.code("measure", judgement.measure)
    what = told.listed([measure, speaker.code("step", judgement.step)])
    say(f"{title(laws, instrument, lang)}: {what}")
    say(told("say.edition", number=instrument.number, digest=judgement.edition), indent=2)
    for key, chosen in (
        ("head.stops", by_effect(judgement, "block")),
        ("head.warnings", by_effect(judgement, "warn")),
        ("head.open", by_effect(judgement, "ask")),
    ):
        if chosen:
            head(told(key, count=len(chosen)))
        for finding in chosen:
            _say_finding(laws, instrument, finding, reviews, lang)
    clear = sum(finding.outcome == "clear" for finding in judgement.findings)
    click.echo()
    say(told("say.clear", clear=clear, all=len(judgement.findings)))
    outcome = told("say.result", outcome=told.code("outcome", judgement.outcome))
    say(told.joined([outcome, _because(judgement, lang)]))
    if not reviews.trusted:
        say(told("say.no_reviewers"), indent=2)


def by_effect(judgement: Judgement, effect: str) -> list[Finding]:
    """Return the findings from which something follows."""
    return [finding for finding in judgement.findings if finding.effective == effect]


def _because(judgement: Judgement, lang: str) -> str:
    softened = [
        finding.rule.key
        for finding in by_effect(judgement, "warn")
        if finding.rule.effect == "block" and not finding.verified
    ]
    if judgement.outcome not in {"ready-with-warnings", "not-judged"} or not softened:
        return ""
    return frame(lang)("say.because", rules=", ".join(softened))


def _say_finding(
    laws: Library, instrument: Instrument, finding: Finding, reviews: Reviews, lang: str
) -> None:
    rule = finding.rule
    told, place = rule_lines(laws, instrument, rule, lang)
    say_ = frame(lang)
    indent = 4 + len(rule.key)
    if finding.outcome == "ask":
        told = say_("say.unjudged", text=told)
    say(told, indent=2, mark=f"{rule.key}  ")
    say(say_.joined([place, reviews.told(rule, lang)]), indent=indent)
    for fact in finding.missing:
        question = text(laws, None, f"facts.{fact}.ask", lang)
        say(f"{label(laws, fact, lang)} ({say_.apart(fact)}): {question}", indent=indent)
    if finding.overridden is not None:
        one = finding.overridden
        day = f"{one.at:%Y-%m-%d}"
        say(say_("say.overridden", by=one.by, day=day, reasons=one.reasons), indent=indent)
    elif finding.effective == "block":
        say(say_("say.to_override", digest=rule.digest), indent=indent)


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
