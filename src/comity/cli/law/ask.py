"""Which facts are still to be asked for, in the order that matters, and reading typed answers."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.cli.faults import INTERRUPTED
from comity.cli.frame import frame, head, say
from comity.cli.law.facts import (
    Asked,
    asked_of,
    identifiers_of,
    identifiers_value,
    say_identifiers,
    written,
)
from comity.cli.law.library import (
    FILE,
    LANG,
    Reviews,
    label,
    law_command,
    laws_of,
    reviewed,
    reviews_of,
    show_json,
    text,
)
from comity.cli.law.printing import Speaker, absent, rule_value, say_judgement, sourced
from comity.cli.options import AS_JSON, NEW
from comity.files.errors import NotFoundError, OutputExistsError
from comity.instruments import (
    STEPS,
    Fact,
    FactsError,
    Finding,
    Instrument,
    Judgement,
    Library,
    Rule,
    check_facts,
    judge,
)
from comity.instruments.conditions import ITEM
from comity.instruments.identifiers import IdentifierError

_YES: Final = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?Z?)?")
_WHOLE: Final = re.compile(r"-?\d{1,15}")
_MAX_DIGITS: Final = 3
_LISTS: Final = {"case.offence": "offences", "decision.grounds": "grounds"}


@dataclass(frozen=True)
class Question:
    """A fact that would settle rules.

    Attributes:
        fact: which.
        rules: those it is needed for, those that stop a step first.
    """

    fact: str
    rules: tuple[Rule, ...]


def questions(judgement: Judgement, facts: Mapping[str, Any]) -> list[Question]:
    """Return what is open, the facts of rules that stop a step first.

    Among them those first that settle their rule alone, then in the order of the rules. A rule
    that is broken because a fact is absent asks for it too.

    Args:
        judgement: by the facts.
        facts: those that are given.
    """
    ranks: dict[str, tuple[int, int, int]] = {}
    rules: dict[str, list[tuple[int, int, Rule]]] = {}
    for place, finding in enumerate(judgement.findings):
        wanted = _wanted(finding, facts)
        for fact in wanted:
            rank = (_weight(finding), len(wanted), place)
            ranks[fact] = min(rank, ranks.get(fact, rank))
            rules.setdefault(fact, []).append((_weight(finding), place, finding.rule))
    return [
        Question(fact, tuple(rule for _, _, rule in sorted(rules[fact], key=lambda r: r[:2])))
        for fact in sorted(ranks, key=ranks.__getitem__)
    ]


def _wanted(finding: Finding, facts: Mapping[str, Any]) -> list[str]:
    if finding.outcome == "clear":
        return []
    blank = [path for path, _ in absent(finding.rule.when, holds=True, alone=True)]
    asked = blank if finding.outcome == "breach" else finding.missing
    return [path for path in dict.fromkeys(asked) if path not in facts and path[:5] != ITEM]


def _weight(finding: Finding) -> int:
    if finding.rule.effect == "warn":
        return 2
    return 0 if finding.verified else 1


def choices(fact: Fact, instrument: Instrument, measure: str) -> tuple[str, ...]:
    """Return the codes to choose from; of offences and grounds those of the instrument."""
    if _LISTS.get(fact.key) == "offences":
        return tuple(instrument.offences)
    if _LISTS.get(fact.key) == "grounds":
        found = instrument.grounds.values()
        return tuple(one.key for one in found if {"*", measure} & set(one.measures))
    return fact.values


def answer(laws: Library, fact: Fact, line: str, listed: Sequence[str]) -> Any:
    """Return the value that a typed line gives a fact, as a file of facts holds it.

    Args:
        laws: whose facts they are.
        fact: which; of items, ``line`` is one entry, ``name=value; name=value``.
        line: not blank.
        listed: codes that may be given by their number, from 1.

    Raises:
        FactsError: it is no value of that fact.
    """
    value = _READ[fact.kind](fact, line.strip(), listed)
    check_facts({fact.key: value}, laws.facts)
    return value


def _text(_fact: Fact, line: str, _listed: Sequence[str]) -> str:
    return line


def _flag(fact: Fact, line: str, _listed: Sequence[str]) -> bool:
    if line.casefold() not in _YES:
        raise FactsError("answer yes or no", key=fact.key)
    return _YES[line.casefold()]


def _number(fact: Fact, line: str, _listed: Sequence[str]) -> int | float:
    if _WHOLE.fullmatch(line):
        return int(line)
    try:
        return float(line)
    except ValueError as fault:
        raise FactsError("answer with a number", key=fact.key) from fault


def _time(fact: Fact, line: str, _listed: Sequence[str]) -> str:
    found = _TIME.fullmatch(line)
    if found is None:
        raise FactsError("answer with a time in UTC: 2026-01-02, or 2026-01-02 03:04", key=fact.key)
    return f"{found[1]}T{found[2] or '00:00'}:{found[3] or '00'}Z"


def _code(_fact: Fact, line: str, listed: Sequence[str]) -> str:
    numbered = line.isdecimal() and len(line) <= _MAX_DIGITS and line not in listed
    if numbered and 1 <= int(line) <= len(listed):
        return listed[int(line) - 1]
    return line


def _codes(fact: Fact, line: str, listed: Sequence[str]) -> list[str]:
    return [_code(fact, part, listed) for part in re.split(r"[,\s]+", line) if part]


def _items(fact: Fact, line: str, _listed: Sequence[str]) -> list[dict[str, Any]]:
    """Read one entry; one without names is the entry's value."""
    if not fact.members or "=" not in line:
        return [{"value": line}]
    entry: dict[str, Any] = {}
    for part in line.split(";"):
        name, _, value = (piece.strip() for piece in part.partition("="))
        kind = fact.members.get(name)
        if kind is None or not value:
            known = ", ".join(fact.members)
            raise FactsError(f"an entry is name=value; name=value, with: {known}", key=fact.key)
        entry[name] = _READ[kind](Fact(f"{fact.key}.{name}", kind), value, ())
    return [entry]


_READ: Final[Mapping[str, Callable[[Fact, str, Sequence[str]], Any]]] = {
    "text": _text,
    "flag": _flag,
    "number": _number,
    "time": _time,
    "code": _code,
    "codes": _codes,
    "items": _items,
}


_JSON: Final = ".json"


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option("--instrument", help="Key of the instrument, if the file does not say it.")
@click.option("--measure", help="What is asked, if the file does not say it.")
@click.option("--step", help=f"One of: {', '.join(STEPS)}. Default: what the file says, or draft.")
@click.option(
    "-o", "--output", type=NEW, help="Answer at the terminal; new file for the facts. .json: JSON."
)
@LANG
@reviewed
@AS_JSON
@law_command
def ask(
    file: Path | None,
    *,
    instrument: str | None,
    measure: str | None,
    step: str | None,
    output: Path | None,
    lang: str,
    reviews: Path | None,
    trust: Path | None,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Ask for the facts missing in FILE, blocking rules first.

    Without FILE, from the beginning. Without -o it lists the questions; with it they are put at the
    terminal: ? explains, a blank line skips, Ctrl-C leaves everything as it was. An answer that
    breaks a rule, such as a scope that is too broad, is put in question at once.
    """
    laws = laws_of(folders)
    asked = asked_of(
        laws, file, instrument=instrument, measure=measure, step=step, otherwise="draft"
    )
    identifiers_of(asked.raw)
    read = reviews_of(laws, folders, reviews, trust)
    table = _Table(laws, asked, read, lang)
    if output is None or as_json:
        table.show(as_json=as_json)
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise MisuseError("there is no terminal to answer at; --json lists the questions")
    if output.exists():
        raise OutputExistsError(f"{output} exists already; choose another name or remove it")
    if not output.parent.is_dir():
        raise NotFoundError(f"{output.parent}: no such folder", path=str(output.parent))
    as_json_file = output.suffix == _JSON
    written(asked, asked.raw, as_json=as_json_file)  # what cannot be written is said before
    try:
        table.talk(as_json_file=as_json_file)
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"\n{frame(lang)('ask.interrupted')}", err=True)
        sys.exit(INTERRUPTED)
    table.write(output)


class _Table:
    """One conversation: the facts so far, and what the rules make of them."""

    def __init__(self, laws: Library, asked: Asked, read: Reviews, lang: str) -> None:
        self._laws = laws
        self._asked = asked
        self._read = read
        self._lang = lang
        self._speaker = Speaker(laws, asked.instrument, lang)
        self._told = frame(lang)
        self._skipped: set[str] = set()
        self._as_json_file = False

    def _judged(self) -> Judgement:
        return judge(
            self._laws,
            self._asked.instrument,
            measure=self._asked.measure,
            step=self._asked.step,
            facts=self._asked.facts,
            verified=self._read.verified,
        )

    def _open(self, judgement: Judgement) -> list[Question]:
        found = questions(judgement, self._asked.facts)
        return [question for question in found if question.fact not in self._skipped]

    # -------------------------------------------------------------- listing

    def show(self, *, as_json: bool) -> None:
        """Print what is open."""
        judgement = self._judged()
        found = self._open(judgement)
        if as_json:
            show_json(
                {
                    "identifiers": identifiers_value(identifiers_of(self._asked.raw)),
                    "instrument": judgement.instrument,
                    "measure": judgement.measure,
                    "outcome": judgement.outcome,
                    "questions": [self._value(question) for question in found],
                    "step": judgement.step,
                }
            )
            return
        for number, question in enumerate(found, 1):
            self._say(question, f"{number}. ")
        say_identifiers(identifiers_of(self._asked.raw))
        outcome = self._told.code("outcome", judgement.outcome)
        head(self._told("head.questions", count=len(found), outcome=outcome))
        if found:
            say(self._told("ask.file"), indent=2)

    def _value(self, question: Question) -> dict[str, Any]:
        fact = self._laws.facts[question.fact]
        return {
            "ask": self._question(fact),
            "choices": [
                {"key": key, "name": self._speaker.code(fact.key, key)}
                for key in self._choices(fact)
            ],
            "fact": fact.key,
            "label": label(self._laws, fact.key, self._lang),
            "members": dict(fact.members),
            "rules": [
                rule_value(self._laws, self._asked.instrument, rule, self._read, self._lang)
                for rule in question.rules
            ],
            "type": fact.kind,
        }

    def _choices(self, fact: Fact) -> tuple[str, ...]:
        return choices(fact, self._asked.instrument, self._asked.measure)

    def _question(self, fact: Fact) -> str:
        asked = text(self._laws, None, f"facts.{fact.key}.ask", self._lang)
        return asked or label(self._laws, fact.key, self._lang)

    def _say(self, question: Question, mark: str) -> None:
        fact = self._laws.facts[question.fact]
        click.echo()
        say(f"{self._question(fact)} ({self._told.apart(fact.key)})", mark=mark)
        self._say_rule(question, 0, indent=len(mark))
        if len(question.rules) > 1:
            say(self._told("ask.more_rules", count=len(question.rules) - 1), indent=len(mark))

    def _say_rule(self, question: Question, place: int, *, indent: int) -> None:
        rule = question.rules[place]
        why = text(self._laws, self._asked.instrument.key, f"rules.{rule.key}", self._lang)
        say(f"{why} ({self._told.cited(rule.cite)})", indent=indent, mark=f"{rule.key}: ")

    # -------------------------------------------------------------- talking

    def talk(self, *, as_json_file: bool) -> None:
        """Put one question after the other until none is left.

        Args:
            as_json_file: whether answers have to stand in JSON, which holds no fractions.

        Raises:
            Abort: the person interrupts.
        """
        self._as_json_file = as_json_file
        say(self._told("ask.keys"))
        while found := self._open(self._judged()):
            question = found[0]
            self._say(question, self._told("ask.still", count=len(found)))
            if not self._answered(question):
                self._skipped.add(question.fact)
        click.echo()
        say_judgement(self._laws, self._asked.instrument, self._judged(), self._read, self._lang)

    def _answered(self, question: Question) -> bool:
        """Take an answer, and put one in question that breaks a rule."""
        fact = self._laws.facts[question.fact]
        self._say_choices(fact)
        before, facts_before = self._broken(), self._asked
        while True:
            value = self._typed(question, fact)
            if value is None:
                return self._asked is not facts_before
            try:
                say_identifiers(identifiers_of({fact.key: value}))
            except IdentifierError as fault:
                say(f"[{fault.code}] {fault}")
                continue
            self._asked = self._with(facts_before, fact.key, value)
            broken = [
                finding
                for finding in self._judged().findings
                if finding.rule.key in self._broken() - before
                and fact.key in finding.rule.when.facts()
            ]
            if not broken:
                return True
            for finding in broken:
                rule = finding.rule
                told = text(self._laws, self._asked.instrument.key, f"rules.{rule.key}", self._lang)
                mark = self._told("ask.breaks", rule=rule.key)
                say(f"{mark}{told} ({self._told.cited(rule.cite)})")
            say(self._told("ask.anew"))

    def _broken(self) -> set[str]:
        found = self._judged().findings
        return {finding.rule.key for finding in found if finding.outcome == "breach"}

    def _with(self, asked: Asked, key: str, value: Any) -> Asked:
        checked = check_facts({key: value}, self._laws.facts)
        return replace(asked, raw={**asked.raw, key: value}, facts={**asked.facts, **checked})

    def _say_choices(self, fact: Fact) -> None:
        for number, key in enumerate(self._choices(fact), 1):
            name = self._speaker.code(fact.key, key)
            say(name, indent=4, mark=f"{number:>2}  {key}: ")
        say(self._told(f"ask.hint_{fact.kind}"), indent=4)

    def _typed(self, question: Question, fact: Fact) -> Any:
        """Return what was typed, once it is a value of the fact; None for a blank line."""
        entries: list[Any] = []
        while True:
            line = click.prompt("", default="", show_default=False, prompt_suffix="> ").strip()
            if line == "?":
                self._explain(question, fact)
                continue
            if not line:
                return entries or None
            if fact.kind == "flag":  # yes and no in the officer's language, too
                line = {self._told("say.yes"): "yes", self._told("say.no"): "no"}.get(line, line)
            try:
                value = answer(self._laws, fact, line, self._choices(fact))
                written(self._asked, {fact.key: value}, as_json=self._as_json_file)
            except (FactsError, MisuseError) as fault:
                say(str(fault))
                continue
            if fact.kind != "items":
                return value
            entries += value

    def _explain(self, question: Question, fact: Fact) -> None:
        hint = self._told(f"ask.hint_{fact.kind}")
        say(f"{label(self._laws, fact.key, self._lang)}: {hint}")
        if fact.members:
            say(self._told("ask.entry", members=", ".join(fact.members)))
        for place, rule in enumerate(question.rules):
            self._say_rule(question, place, indent=2)
            source = sourced(self._laws, rule.cite, rule.confidence, self._lang)
            say(self._told.joined([source, self._read.told(rule, self._lang)]), indent=4)
            for line in self._speaker.lines(rule.when):
                say(line.strip(), indent=4 + len(line) - len(line.lstrip()))

    def write(self, output: Path) -> None:
        """Write the facts whole."""
        from comity.files.publish import write_file

        as_json = output.suffix == _JSON
        write_file(output, written(self._asked, self._asked.raw, as_json=as_json))
        say(self._told("ask.written", file=output))
