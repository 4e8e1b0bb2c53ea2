"""The commands of `comity law`: what the instruments say, and whether a request keeps to them.

Exit status: 0 done, or the step may go on; 1 it may not, or something is to mend; 2 bad input.
"""

from pathlib import Path
from typing import Final

import click

from comity.canonical import MisuseError, time_text
from comity.cli.frame import frame, head, say
from comity.cli.groups import Group
from comity.cli.law.ask import ask
from comity.cli.law.gaps import gaps, lint_
from comity.cli.law.library import (
    FILE,
    LANG,
    instrument_of,
    label,
    law_command,
    laws_of,
    reviewed,
    reviews_of,
    rule_of,
    show_json,
    text,
    title,
)
from comity.cli.law.printing import (
    Speaker,
    follows,
    judgement_value,
    required,
    rule_lines,
    rule_value,
    say_article,
    say_instrument,
    say_judgement,
    say_measure,
    stands_in,
)
from comity.cli.law.reviews import verify
from comity.cli.law.status import between, export, state_text, state_value, status, update
from comity.cli.law.template import template, terms_
from comity.cli.options import AS_JSON
from comity.instruments import STEPS, Instrument, Library, judge

_STATUS: Final = {"ready": 0, "ready-with-warnings": 0, "not-sendable": 1, "not-judged": 3}
BY_WHAT: Final = (
    click.option("--instrument", help="Key of the instrument, if the file does not say it."),
    click.option("--measure", help="What is asked, if the file does not say it."),
    click.option("--step", help=f"One of: {', '.join(STEPS)}; if the file does not say it."),
)


@click.group(cls=Group)
def law() -> None:
    """Show treaties and check requests against their rules.

    Begin with `comity law list`, then `comity law show un-2024 preservation`. Everything is our own
    paraphrase, never the text of a treaty, and says whether a lawyer confirmed it. An office adds
    treaties of its own with --instruments.
    """


for _command in (ask, between, export, gaps, lint_, status, template, terms_, update, verify):
    law.add_command(_command)


@law.command("list")
@LANG
@reviewed
@AS_JSON
@law_command
def list_(
    *,
    lang: str,
    reviews: Path | None,
    trust: Path | None,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """List the instruments with edition, status and verified rules."""
    laws = laws_of(folders)
    read = reviews_of(laws, folders, reviews, trust)
    if as_json:
        show_json({"instruments": [_listed(laws, one, lang, read.verified) for one in _all(laws)]})
        return
    for one in _all(laws):
        told = _listed(laws, one, lang, read.verified)
        say(str(told["title"]), mark=f"{one.key:14}")
        counted = {name: told[name] for name in ("articles", "rules", "verified")}
        state = state_text(one, lang)
        say(frame(lang)("say.listed", number=one.number, state=state, **counted), indent=14)


def _all(laws: Library) -> list[Instrument]:
    return list(laws.instruments.values())


def _listed(
    laws: Library, one: Instrument, lang: str, verified: frozenset[str]
) -> dict[str, object]:
    return {
        "articles": len(one.articles),
        "digest": one.digest,
        "entry": state_value(one),
        "key": one.key,
        "measures": [*one.measures, *one.covers],
        "number": one.number,
        "rules": len(one.rules),
        "title": title(laws, one, lang),
        "verified": sum(rule.digest in verified for rule in one.rules.values()),
    }


@law.command()
@click.argument("instrument")
@click.argument("part", required=False, metavar="[ARTICLE|MEASURE]")
@LANG
@reviewed
@AS_JSON
@law_command
def show(
    instrument: str,
    part: str | None,
    *,
    lang: str,
    reviews: Path | None,
    trust: Path | None,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Show INSTRUMENT, one of its articles (42), or a measure (preservation).

    A measure comes with what a request has to say, limits, grounds and rules, each with its place,
    how sure we are of it, and who confirmed it.
    """
    laws = laws_of(folders)
    one = instrument_of(laws, instrument)
    read = reviews_of(laws, folders, reviews, trust)
    if part is not None and part not in one.articles and not one.provides(part):
        raise MisuseError(
            f"{one.key} has neither an article nor a measure called {part[:64]!a};"
            f" `comity law show {one.key}` lists them"
        )
    if as_json:
        rules = [
            rule_value(laws, one, rule, read, lang)
            for rule in one.rules.values()
            if part is None
            or stands_in(rule.cite, part)
            or (one.provides(part) and {"*", part} & set(rule.measures))
        ]
        show_json(_part_value(laws, one, part, lang) | {"rules": rules})
    elif part is None:
        say_instrument(laws, one, read, lang, state_text(one, lang))
    elif part in one.articles:
        say_article(laws, one, part, read, lang)
    else:
        say_measure(laws, one, part, read, lang)


def _part_value(laws: Library, one: Instrument, part: str | None, lang: str) -> dict[str, object]:
    """Return an instrument, an article or a measure as JSON, without its rules."""

    def words(kind: str, key: str) -> str:
        return text(laws, one.key, f"{kind}.{key}", lang)

    value: dict[str, object] = {
        "articles": {k: words("articles", k) for k in one.articles if part in {None, k}},
        "digest": one.digest,
        "entry": state_value(one),
        "grounds": [
            {"cite": list(g.cite), "confidence": g.confidence, "consult": g.consult}
            | {"key": g.key, "kind": g.kind, "text": words("grounds", g.key)}
            for g in one.grounds.values()
            if part is None or {"*", part} & set(g.measures) or stands_in(g.cite, part)
        ],
        "instrument": one.key,
        "measures": [
            {"cite": list(m.cite), "confidence": m.confidence, "key": m.key}
            | {"limits": dict(m.limits), "outputs": list(m.outputs)}
            | {"text": words("measures", m.key)}
            for m in one.measures.values()
            if part in {None, m.key} or stands_in(m.cite, part or "")
        ],
        "number": one.number,
        "part": part,
        "title": title(laws, one, lang),
    }
    if part is not None and one.provides(part):
        value["required"] = required(one, part)
    return value


@law.command()
@click.argument("file", type=FILE)
@BY_WHAT[0]
@BY_WHAT[1]
@BY_WHAT[2]
@click.option("--override", type=FILE, help="Decisions of named officials to override, in TOML.")
@LANG
@reviewed
@AS_JSON
@law_command
def check(
    file: Path,
    *,
    instrument: str | None,
    measure: str | None,
    step: str | None,
    override: Path | None,
    lang: str,
    reviews: Path | None,
    trust: Path | None,
    folders: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Check the facts in FILE against the rules of an instrument.

    Each finding tells what is wrong, what to do and where that stands. A rule stops a step only if
    two people whom your office trusts confirmed it; else it warns. Exit status: 0 ready, also with
    warnings; 1 not sendable; 2 the input cannot be judged; 3 not judged, since no verified rule
    decided anything. An identifier with a type must have its
    form (docs/reference/identifiers.md). What contradicts itself or deceives the eye is told apart,
    with a code, and stops nothing.
    """
    from comity.cli.law.facts import (
        asked_of,
        identifiers_of,
        identifiers_value,
        overrides_of,
        remarks_value,
        say_identifiers,
        say_remarks,
    )
    from comity.instruments.reviews import remarks

    laws = laws_of(folders)
    asked = asked_of(laws, file, instrument=instrument, measure=measure, step=step)
    identifiers = identifiers_of(asked.raw)
    again = remarks(laws, asked.instrument, asked.facts)
    read = reviews_of(laws, folders, reviews, trust)
    judgement = judge(
        laws,
        asked.instrument,
        measure=asked.measure,
        step=asked.step,
        facts=asked.facts,
        verified=read.verified,
        overrides=overrides_of(override),
    )
    if as_json:
        value = judgement_value(laws, asked.instrument, judgement, read, lang)
        value |= {"identifiers": identifiers_value(identifiers)}
        value |= {"remarks": remarks_value(laws, again, asked.facts, lang)}
        show_json(value | {"at": time_text(asked.facts["at"]), "at_given": asked.at_told})
    else:
        say_judgement(laws, asked.instrument, judgement, read, lang)
        say_remarks(laws, again, asked.facts, lang)
        say_identifiers(identifiers)
        if not asked.at_told:
            say(frame(lang)("say.as_of_now", at=time_text(asked.facts["at"])), indent=2)
        for name, fault in sorted(read.standing.refused.items()):
            say(frame(lang)("say.not_counted", code=fault.code, name=name), indent=2)
    return _STATUS[judgement.outcome]


@law.command()
@click.argument("rule")
@click.option("--instrument", help="Its instrument, where several have a rule of that key.")
@LANG
@reviewed
@AS_JSON
@law_command
def explain(
    rule: str,
    *,
    instrument: str | None,
    lang: str,
    reviews: Path | None,
    trust: Path | None,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Explain RULE, for example R-030: condition, article, reviewer.

    The condition is printed from the data that the program judges by, then the facts it needs and
    an example that breaks it and one that keeps it.
    """
    from comity.instruments.lint import example

    laws = laws_of(folders)
    one, found = rule_of(laws, rule, instrument)
    read = reviews_of(laws, folders, reviews, trust)
    speaker, say_ = Speaker(laws, one, lang), frame(lang)
    condition = speaker.lines(found.when)
    needs = sorted(path for path in found.when.facts() if not path.startswith("item."))
    examples = {
        name: {
            fact: speaker.value(fact, value)
            for fact, value in (example(one, found, laws.facts, breach=breach) or {}).items()
        }
        for name, breach in (("broken", True), ("kept", False))
    }
    if as_json:
        value = rule_value(laws, one, found, read, lang)
        value |= {"broken_when": condition, "examples": examples, "facts": needs}
        show_json(value | {"instrument": one.key, "title": title(laws, one, lang)})
        return
    told, place = rule_lines(laws, one, found, lang)
    say(told, mark=f"{found.key}  ")
    say(say_.listed([title(laws, one, lang), place]), indent=2)
    say(say_("say.if_broken", follows=follows(found, read, lang)), indent=2)
    say(read.told(found, lang), indent=2)
    measures = say_.listed(speaker.code("measure", m) for m in found.measures)
    say(say_("say.for", measures=measures), indent=2)
    say(say_("say.at", steps=say_.listed(speaker.code("step", s) for s in found.steps)), indent=2)
    say(say_("say.digest", digest=found.digest), indent=2)
    head(say_("head.when"))
    for line in condition:
        say(line.strip(), indent=2 + len(line) - len(line.lstrip()))
    head(say_("head.needs"))
    for fact in needs:
        say(label(laws, fact, lang), indent=2, mark=f"{fact}: ")
    for name, facts in examples.items():
        head(say_(f"head.{name}"))
        for fact, shown in facts.items():
            say(shown, indent=2, mark=f"{fact}: ")
