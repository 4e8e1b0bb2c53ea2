"""The command `comity law verify`: a person signs that a rule says what the treaty says."""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError
from comity.cli.frame import frame, head, say
from comity.cli.law.library import (
    FILE,
    LANG,
    Reviews,
    beside,
    bounded,
    instrument_of,
    law_command,
    laws_of,
    now,
    reviewed,
    reviews_of,
    rule_of,
    show_json,
)
from comity.cli.law.printing import Speaker, rule_lines, rule_value, say_rule
from comity.cli.options import AS_JSON, YES
from comity.instruments import Instrument, Library, Rule
from comity.instruments.facts import is_seen
from comity.instruments.reviews import (
    MAX_BYTES,
    PEOPLE,
    Decision,
    Review,
    parse_reviewers,
    read_review,
    sign_review,
)
from comity.papers.visible import visible


@dataclass(frozen=True)
class _Signing:
    """What one person signs in one go: who, with which key, what, into which folder."""

    name: str
    function: str
    key: Path
    decision: Decision
    into: Path
    trust: Path | None


@click.command()
@click.argument("instrument")
@click.argument("rules", nargs=-1, metavar="RULE...")
@click.option("--as", "name", help="Your name, as the list of reviewers has it.")
@click.option("--function", help="Your function: in which office you are what.")
@click.option("--key", type=FILE, help="Your key; `comity officer keygen` makes one.")
@click.option("--withdraw", is_flag=True, help="Take your confirmation back.")
@click.option("--list", "lists", is_flag=True, help="List the rules that still wait for readers.")
@click.option("--dry-run", is_flag=True, help="Show what would be signed; sign nothing.")
@YES
@LANG
@reviewed
@AS_JSON
@law_command
def verify(
    instrument: str,
    rules: tuple[str, ...],
    *,
    name: str | None,
    function: str | None,
    key: Path | None,
    withdraw: bool,
    lists: bool,
    dry_run: bool,
    yes: bool,
    lang: str,
    reviews: Path | None,
    trust: Path | None,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Sign that rules of INSTRUMENT match the treaty text.

    Compare each rule with the treaty first. A rule counts as verified when two different people
    signed it, each with a key of their own, and both are in your office's list of reviewers; two
    keys of one person are one person. A rule that is changed afterwards is unverified again.
    """
    laws = laws_of(folders)
    one = instrument_of(laws, instrument)
    if lists:
        _list(laws, one, reviews_of(laws, folders, reviews, trust), lang, as_json=as_json)
        return
    if not rules or name is None or function is None or key is None:
        raise MisuseError("to sign, name rules, --as, --function and --key; or use --list")
    if as_json and not (yes or dry_run):
        raise MisuseError("--json asks nothing: add --yes or --dry-run")
    into = reviews or (beside(folders[-1]) if folders else None)
    if into is None:
        raise MisuseError("--reviews says where the signed reviews are kept")
    signing = _Signing(name, function, key, "withdrawn" if withdraw else "confirmed", into, trust)
    if not all(any(map(is_seen, words)) for words in (name, function)):
        raise MisuseError("--as and --function say who signs: neither may be blank")
    found = [_rule(laws, one, rule) for rule in dict.fromkeys(rules)]
    before = reviews_of(laws, folders, into if into.is_dir() else None, trust)
    if not as_json:
        for rule in found:
            _say_read(laws, one, rule, before, lang)
    signed = _signed(one, found, signing)
    if not dry_run:
        _written(signed, signing, yes=yes, number=len(found))
    after = reviews_of(laws, folders, into if into.is_dir() else None, trust)
    if as_json:
        rows = [rule_value(laws, one, rule, after, lang) for rule in found]
        files = [] if dry_run else [str(signing.into / file) for file in signed]
        show_json({"decision": signing.decision, "files": files, "rules": rows})
    else:
        _say_done(found, signing, after, lang, dry_run=dry_run)


def _rule(laws: Library, one: Instrument, key: str) -> Rule:
    """Return a rule of this instrument; ``other/R-1`` is none, whatever the other one has.

    Raises:
        MisuseError: it has no such rule.
    """
    owner, rule = rule_of(laws, key, one.key)
    if owner is not one:
        raise MisuseError(f"{key[:64]!a} is no rule of {one.key}, which is to be signed for")
    return rule


def _signed(one: Instrument, rules: list[Rule], signing: _Signing) -> dict[str, bytes]:
    """Return the reviews by the names of their files.

    Raises:
        ReviewError, UnknownKeyError: a list of reviewers is given, and the key or the name is not
            on it.
    """
    from comity.node.core.keystore import load_signing_key

    key, moment = load_signing_key(signing.key, use="officer"), now()
    trusted = () if signing.trust is None else parse_reviewers(bounded(signing.trust, MAX_BYTES))
    found = {}
    for rule in rules:
        review = Review(
            instrument=one.key,
            rule=rule.key,
            digest=rule.digest,
            name=signing.name,
            function=signing.function,
            at=moment,
            decision=signing.decision,
        )
        data = sign_review(review, key)
        if trusted:
            read_review(data, trusted)
        mark = hashlib.sha256(data).hexdigest()[:16]
        found[f"{one.key}.{_file_name(rule.key)}.{mark}.json"] = data
    return found


def _file_name(key: str) -> str:
    return "".join(char if char.isalnum() or char in "-_." else "-" for char in key)


def _written(signed: dict[str, bytes], signing: _Signing, *, yes: bool, number: int) -> None:
    """Write the reviews once the person agrees; end with status 1 if they do not."""
    from comity.files.errors import translating
    from comity.files.publish import write_file

    what = "Take back your confirmation of" if signing.decision == "withdrawn" else "Confirm"
    several = "this rule" if number == 1 else f"these {number} rules"
    if not yes and not click.confirm(f"\n{what} {several} as {visible(signing.name)}?"):
        sys.exit(1)
    with translating(f"making {signing.into}"):
        signing.into.mkdir(mode=0o755, exist_ok=True)
    for file, data in signed.items():
        if (signing.into / file).is_file():
            continue  # the name is the digest of the bytes: signed already, this very second
        write_file(signing.into / file, data, mode=0o644)


def _say_read(laws: Library, one: Instrument, rule: Rule, reviews: Reviews, lang: str) -> None:
    """Print all that a signature covers: the condition, beside what it tells an officer."""
    head(f"{one.key}/{rule.key}")
    told, place = rule_lines(laws, one, rule, lang)
    speaker, say_ = Speaker(laws, one, lang), frame(lang)
    say(say_.joined([place, say_("say.effect", effect=rule.effect)]), indent=2)
    say(say_("say.tells", text=told), indent=2)
    measures = say_.listed(speaker.code("measure", m) for m in rule.measures)
    say(say_("say.for", measures=measures), indent=2)
    say(say_("say.at", steps=say_.listed(speaker.code("step", s) for s in rule.steps)), indent=2)
    say(say_("say.broken_when"), indent=2)
    for line in speaker.lines(rule.when):
        say(line.strip(), indent=4 + len(line) - len(line.lstrip()))
    say(say_("say.so_far", told=reviews.told(rule, lang)), indent=2)


def _say_done(
    rules: list[Rule], signing: _Signing, after: Reviews, lang: str, *, dry_run: bool
) -> None:
    told = frame(lang)
    click.echo()
    if dry_run:
        say(told("say.dry_run"))
        return
    facts = {"decision": signing.decision, "name": signing.name, "function": signing.function}
    say(told("say.signed_by", **facts, count=len(rules), folder=signing.into))
    for rule in rules:
        if after.trusted:
            say(after.told(rule, lang), indent=2, mark=f"{rule.key}: ")
    if not after.trusted:
        say(told("say.whose_word"))
    if signing.decision == "confirmed":
        say(told("say.people_needed", number=PEOPLE))


def _list(laws: Library, one: Instrument, reviews: Reviews, lang: str, *, as_json: bool) -> None:
    """Tell the rules that are not verified, and the reviews that no longer fit their rule."""
    waiting = [rule for rule in one.rules.values() if rule.digest not in reviews.verified]
    outdated = [review for review in reviews.standing.outdated if review.instrument == one.key]
    if as_json:
        value: dict[str, Any] = {
            "outdated": [{"name": r.name, "rule": r.rule} for r in outdated],
            "refused": {n: fault.code for n, fault in sorted(reviews.standing.refused.items())},
            "waiting": [rule_value(laws, one, rule, reviews, lang) for rule in waiting],
        }
        show_json(value)
        return
    told = frame(lang)
    say(told("say.waiting", instrument=one.key, waiting=len(waiting), all=len(one.rules)))
    for rule in waiting:
        say_rule(laws, one, rule, reviews, lang)
    for review in outdated:
        say(told("say.changed", rule=review.rule, name=review.name), indent=2)
    for name, fault in sorted(reviews.standing.refused.items()):
        say(told("say.not_counted", code=fault.code, name=name), indent=2)
    if not reviews.trusted:
        say(told("say.no_word"), indent=2)
