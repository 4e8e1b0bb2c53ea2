"""What a program may require of a verdict: the names of claims, and what can be proved of them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import click

from comity.bundle.ceilings import CEILINGS, SAYS
from comity.bundle.claims import WORDS
from comity.bundle.compare import Comparison
from comity.bundle.verdict import Report
from comity.canonical import MisuseError
from comity.cli.faults import fail
from comity.verifier.speech import MOST, Speech, shown

_OF_TWO: Final = "Of two bundles: "
"""So the registry begins what it says of claims about two bundles together."""
_WIDTH: Final = 23


def listed(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Print the claims of a verdict, each with its ceiling and a sentence, and end."""
    if not wanted or context.resilient_parsing:
        return
    click.echo("The claims of a verdict. Only those that can be proved can be met by --require.")
    for title, names in (
        ("Of one bundle", names_of(two=False)),
        ("Of two bundles of one case: comity verify BUNDLE OTHER", names_of(two=True)),
    ):
        click.echo(f"\n{title}:")
        for name in names:
            most = "can be proved" if CEILINGS[name] == "proved" else f"{CEILINGS[name]} at most"
            says = SAYS[name].removeprefix(_OF_TWO)
            click.echo(f"  {name:<{_WIDTH}}{most}. {says[0].upper()}{says[1:]}")
    context.exit()


def names_of(*, two: bool) -> tuple[str, ...]:
    """Return the names of the claims about two bundles together, or about one."""
    return tuple(name for name, says in SAYS.items() if says.startswith(_OF_TWO) == two)


def provable(*, two: bool) -> tuple[str, ...]:
    """Return the names of the claims that a verdict can prove, about two bundles or about one."""
    return tuple(name for name in names_of(two=two) if CEILINGS[name] == "proved")


def check_required(required: tuple[str, ...], *, two: bool = False, as_json: bool) -> None:
    """End with the status of misuse if a name is none of a claim here; the error says what is.

    Args:
        required: the names.
        two: whether two bundles are verified together.
        as_json: whether the error is printed as JSON too.
    """
    for name in required:
        if name not in CEILINGS:
            names = ", ".join(CEILINGS)
            text = f"--require: no claim is named {name!a}; the names are {names}"
        elif two and name not in names_of(two=True):
            text = (
                f"--require: {name} is a claim about one bundle; verify that bundle by itself. "
                f"Of two bundles can be required: {', '.join(provable(two=True))}"
            )
        elif not two and name in names_of(two=True):
            text = (
                f"--require: {name} is a claim about two bundles of one case; name both: "
                f"comity verify BUNDLE OTHER --require {name}"
            )
        else:
            continue
        fail(MisuseError(text), as_json=as_json, status=2)


def lacking_lines(
    found: Report | Comparison, lacking: Sequence[str], speech: Speech, *, failed: bool
) -> Iterator[str]:
    """Yield what was required and is not proved: how many of how many, which not, and why.

    Args:
        found: the verdict.
        lacking: the names that are not met.
        speech: the words.
        failed: whether a step failed, so that nothing is known of any claim.
    """
    two = isinstance(found, Comparison)
    for name in lacking:
        if CEILINGS[name] == "proved":
            yield speech.say("lacking", claim=name)
            yield from () if failed else _unproved(found, name, speech)
            continue
        yield speech.line_of(
            "never-proved",
            claim=speech.fact(name),
            word=speech.word(f"word-{CEILINGS[name]}"),
            claims=", ".join(provable(two=two)),
        )


def _unproved(found: Report | Comparison, name: str, speech: Speech) -> Iterator[str]:
    """Yield how many claims of a name are proved, then each line of the others with its files."""
    count, lacking = sum(claim.name == name for claim in found.claims), found.lacking(name)
    if lacking is None:
        yield f"  {speech.word('lacking-none')}"
        return
    yield f"  {speech.say('lacking-count', proved=count - len(lacking), count=count)}"
    groups = [group for group in found.groups if group.name == name]
    for word in WORDS[1:]:
        for line, group in speech.lines(groups, word):
            yield f"    {speech.named(speech.word(f'word-{word}'), line)}"
            if group is None:
                continue
            paths = [str(one.facts["path"]) for one in group.claims if "path" in one.facts]
            yield from (f"      {shown(path)}" for path in paths[:MOST])
            if len(paths) > MOST:
                yield f"      {speech.say('more', count=len(paths) - MOST)}"


def never(lacking: Sequence[str]) -> list[str]:
    """Return those names that no bundle can prove."""
    return [name for name in lacking if CEILINGS[name] != "proved"]


def required_value(lacking: Sequence[str], status: int) -> dict[str, Any]:
    """Return what the JSON of a verdict tells of required claims.

    Args:
        lacking: required and not proved.
        status: with which the command ends.
    """
    return {"exit_status": status, "lacking": list(lacking), "never_provable": never(lacking)}
