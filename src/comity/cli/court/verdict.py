"""The verdict on a court bundle as text, what may be required of it, and what is no bundle."""

import re
import shlex
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

import click

from comity.bundle.ceilings import CEILINGS, SAYS
from comity.bundle.claims import WORDS, Claim, Group
from comity.bundle.compare import Comparison
from comity.bundle.layout import STATEMENT
from comity.bundle.verdict import Finding, Outcome, Report
from comity.canonical import ComityError, MisuseError
from comity.cli.faults import fail
from comity.directory.trust import MAX_TRUST_BYTES, parse_trust
from comity.evidence.bag import DECLARATION_NAME
from comity.files.terminal import safe_text, steering_stream
from comity.verifier.preface import JudgedBy, about_lines, custody_lines, judged_lines, short_root
from comity.verifier.speech import MOST, Speech, shown
from comity.verifier.tables import added_files

_AGE: Final = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
_STATEMENT: Final = Path(STATEMENT).name
_DEPTHS: Final = ("*/", "*/*/", "*/*/*/")
"""How far below a named folder a bundle is looked for."""
_MOST_NAMES: Final = 20
"""How many bundles or files a sentence names."""
_BUNDLE: Final = "comity verify FOLDER --trust TRUST-FILE"


def misnamed(path: Path, *, vouched: bool) -> str | None:
    """Return what a file is and what to type instead; None if it may be judged as it is.

    Args:
        path: a plain file that is no letter and no certificate.
        vouched: whether an offer, a key or --unauthenticated came with it.

    Raises:
        OSError: it cannot be read.
    """
    if zipfile.is_zipfile(path):
        return f"{path} is a ZIP file: unpack it, and name the folder in it: {_BUNDLE}"
    with path.open("rb") as file:
        head = file.read(MAX_TRUST_BYTES + 1)
    if vouched or head.startswith(_AGE):
        return None
    if _is_trust(head):
        return (
            f"{path} is a trust file, by which a bundle is judged; name the bundle too: "
            f"comity verify FOLDER --trust {path}"
        )
    if tarfile.is_tarfile(path):
        return f"{path} is a tar archive: unpack it, and name the folder in it: {_BUNDLE}"
    return (
        f"{path} is no sealed package, letter or certificate; a court bundle is a folder with "
        f"{DECLARATION_NAME} in it: {_BUNDLE}"
    )


def no_bundle(path: Path, options: Sequence[str]) -> str:
    """Return what a folder is that has nothing of a bundle, and what to type instead.

    Args:
        path: the folder.
        options: of the command as they were typed.
    """
    none = f"{path} is no court bundle"
    whole = path.resolve().parent
    if (path / _STATEMENT).exists() and (whole / DECLARATION_NAME).exists():
        return f"{none}, but a part of one; name the whole: {_command(whole, options)}"
    inside = sorted(
        one.parent for depth in _DEPTHS for one in path.glob(f"{depth}{DECLARATION_NAME}")
    )
    found = [one for one in inside if (one / STATEMENT).exists()]
    if len(found) == 1:
        return f"{none}, but {found[0]} is one: {_command(found[0], options)}"
    if found:
        lines = [_command(one, options) for one in found[:_MOST_NAMES]]
        lines += [f"and {len(found) - _MOST_NAMES} more"] if len(found) > _MOST_NAMES else []
        told = "".join(f"\n  {line}" for line in lines)
        return f"{none}, but there are {len(found)} in it; name one of them:{told}"
    packed = sorted(one.name for one in path.iterdir() if one.suffix.lower() == ".zip")
    if packed:
        more = f" and {len(packed) - _MOST_NAMES} more" if len(packed) > _MOST_NAMES else ""
        names = ", ".join(packed[:_MOST_NAMES]) + more
        return f"{none}; it holds a ZIP file: unpack {names}, and name the folder in it: {_BUNDLE}"
    if not any(path.iterdir()):
        return f"{none}: the folder is empty; name the one with {DECLARATION_NAME} in it"
    return f"{none}: name the folder with {DECLARATION_NAME} in it"


def _command(folder: Path, options: Sequence[str]) -> str:
    return shlex.join(["comity", "verify", str(folder), *options])


def _is_trust(data: bytes) -> bool:
    try:
        parse_trust(data)
    except ComityError:
        return False
    return True


_OF_TWO: Final = "Of two bundles: "
"""So the registry begins what it says of claims about two bundles together."""
_CLAIM_WIDTH: Final = 23


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
            click.echo(f"  {name:<{_CLAIM_WIDTH}}{most}. {says[0].upper()}{says[1:]}")
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


_SENT: Final = "sent-at"
_SIGNED: Final = "message-signed"


def message_lines(report: Report, speech: Speech) -> Iterator[str]:
    """Yield the messages whose signatures hold, under the conversation that they are of.

    Args:
        report: the verdict; one of a damaged bundle claims nothing of its messages.
        speech: the words of a language.
    """
    sent = {str(one.facts["path"]): one for one in report.claims if one.name == _SENT}
    told: dict[str, list[Claim]] = {}
    for claim in report.claims:
        if claim.name == _SIGNED:
            of = PurePosixPath(str(claim.facts["path"])).parent.name  # data/messages/CONVERSATION
            told.setdefault(of, []).append(claim)
    yield speech.word("messages-list")
    if not told:
        yield f"  {speech.word('nothing')}"
    for conversation, claims in told.items():
        yield f"  {speech.say('about-conversation', conversation=short_root(conversation))}"
        for claim in sorted(claims, key=lambda one: _place(one, sent)):
            yield f"    {_row(claim, sent.get(str(claim.facts['path'])), speech)}"


def _place(claim: Claim, sent: Mapping[str, Claim]) -> tuple[str, str, int]:
    when = sent.get(str(claim.facts["path"]))
    time = str(when.facts["time"]) if when is not None else ""
    return time, str(claim.facts["party"]), int(claim.facts["sequence"])


def _row(claim: Claim, sent: Claim | None, speech: Speech) -> str:
    kind = speech.name_of("type", str(claim.facts["type"]))
    party, sequence = str(claim.facts["party"]), int(claim.facts["sequence"])
    if sent is None:
        return speech.line_of("named", name=speech.head(party, sequence), value=kind)
    row = speech.line_of(
        "message-row",
        party=speech.party(party),
        sequence=speech.fact(sequence),
        type=kind,
        time=speech.fact(str(sent.facts["time"])),
        word=speech.word(f"word-{sent.word}"),
    )
    after, before = (str(sent.facts.get(side, "")) for side in ("after", "before"))
    if after and before:
        bounds = speech.say("message-between", after=after, before=before)
    elif after:
        bounds = speech.say("message-after", time=after)
    elif before:
        bounds = speech.say("message-before", time=before)
    else:
        return row
    return f"{row} {bounds}"


_WIDTH: Final = 22
_ISOLATES: Final = re.compile("([\u2068\u2069])")


def print_lines(told: Iterable[str]) -> None:
    """Print sentences of `Speech` with the marks by which it keeps facts in their own direction.

    Such a mark of the bundle is written out by then; any other character that hides is, here. A
    stream that has no such mark does without.
    """
    stream = steering_stream(sys.stdout)
    marked = (stream.encoding or "utf-8").lower() in {"utf-8", "utf8"}
    for line in told:
        if marked:
            parts = _ISOLATES.split(line)  # texts, and the marks between them
            click.echo("".join(p if at % 2 else safe_text(p) for at, p in enumerate(parts)), stream)
        else:
            click.echo(_ISOLATES.sub("", line))


def lines(
    report: Report, speech: Speech, lacking: Sequence[str] = (), *, judged: JudgedBy | None
) -> Iterator[str]:
    """Yield a report as text: verdict, case, claims, what is withheld, steps, heads.

    Args:
        report: the verdict.
        speech: the words.
        lacking: lines about claims that are required to be proved, and are not.
        judged: by which trust file, or None.
    """
    yield from _verdict(report, speech, trusted=judged is not None)
    yield from judged_lines(report, judged, speech)
    yield from lacking
    yield ""
    yield from _about(report, speech)
    yield ""
    for word in WORDS:
        yield f"{speech.word(f'word-{word}')}. {speech.word(f'word-{word}-text')}"
        told = list(speech.lines(report.groups, word))
        for line, group in told:
            yield f"  {line}"
            if group is not None:
                yield from details(group, speech)
        if word == "unknown":
            yield f"  {speech.word('unknown-general')}"
        elif not told:
            yield f"  {speech.word('nothing')}"
        yield ""
    yield from _custody(report, speech)
    if report.withheld:
        yield speech.word("withheld")
        yield from _few(
            [speech.withheld(path, w.reason, w.decision) for path, w in report.withheld.items()],
            speech,
            "  ",
        )
        yield ""
    yield speech.word("steps")
    for step in report.steps:
        yield from _step(step, speech)
    yield from _heads(report, speech)


def _custody(report: Report, speech: Speech) -> Iterator[str]:
    chains = list(custody_lines(report, speech))
    if not chains:
        return
    yield f"{speech.word('custody-list')}. {speech.word('custody-list-text')}"
    for exhibit, rows in chains:
        yield f"  {exhibit}"
        yield from (f"    {row}" for row in rows)
    yield ""


def _about(report: Report, speech: Speech) -> Iterator[str]:
    yield speech.word("about")
    told = list(about_lines(report, speech))
    yield speech.word("about-text") if told else f"  {speech.word('nothing')}"
    yield from (f"  {line}" for line in told)


def meaning(report: Report, speech: Speech, *, trusted: bool) -> Iterator[str]:
    """Yield what a verdict means, what failed and where, and whose keys are not those pinned."""
    first, (added, only) = report.leading, added_files(report)
    yield speech.verdict(
        report.verdict,
        first=first,
        exporter=report.exporter,
        trusted=trusted,
        unverified=report.heading == "not-verified",
        other_mode=report.other_mode,
        added=only,
    )
    if first is not None:
        _, finding = first
        yield f"  {_finding(finding, speech)}"
    for state in report.unlike_trust:
        yield speech.line_of("unlike-trust", state=speech.party(state))
    if added:
        yield speech.line_of("added-files", names=speech.listed(added))


def _verdict(report: Report, speech: Speech, *, trusted: bool) -> Iterator[str]:
    yield speech.word(report.heading)
    yield from meaning(report, speech, trusted=trusted)
    unpinned = {party for group in report.groups if _unpinned(group) for party in group.by}
    if trusted and unpinned:
        yield speech.line_of("unpinned-states", states=speech.names(sorted(unpinned)))
    exported = speech.line_of(
        "exported",
        party=speech.party(report.exporter or "?"),
        time=speech.fact(report.exported_at or "?"),
    )
    mode = f" ({speech.word(report.mode)})" if report.mode else ""
    yield f"{exported}{mode}"


def _unpinned(group: Group) -> bool:
    return (group.name, group.word) == ("party-keys", "attested")


def details(group: Group, speech: Speech) -> Iterator[str]:
    """Yield what stands under a line: states, or statements side by side, each with its file."""
    if group.name == "state":
        told = [
            speech.named(str(one.facts["conversation"]), speech.state(str(one.facts["main"])))
            for one in group.claims
        ]
        yield from _few(told, speech, "    ")
    if group.name in ("only-in-one", "left-out"):
        told = [
            f"{message_of(one, speech)} [{shown(str(one.facts['path']))}]" for one in group.claims
        ]
        yield from _few(told, speech, "    ")
    said = [one for claim in group.claims for one in claim.statements]
    yield from _few([f"{speech.statement(one)} [{shown(one.path)}]" for one in said], speech)


def message_of(claim: Claim, speech: Speech) -> str:
    """Return the message that a claim about two bundles is about."""
    facts = claim.facts
    return speech.head(str(facts["party"]), int(facts["sequence"]))


def _step(step: Outcome, speech: Speech) -> Iterator[str]:
    status = speech.word(f"status-{step.status}")
    title = speech.word(f"title-{step.number}")
    yield f"  {step.number:>2}  {status:<{_WIDTH}}  {title}"
    yield f"      {speech.summary(step.number, step.looked_at)}"
    yield from _few([_finding(one, speech) for one in step.findings], speech, "      ")


def _finding(finding: Finding, speech: Speech) -> str:
    """Return where something does not hold, and what that is."""
    return speech.named(finding.path, speech.detail(finding.reason))


def _heads(report: Report, speech: Speech) -> Iterator[str]:
    if report.first_failure is not None or not (report.heads or report.custody):
        return  # what failed may be what a head rests on
    yield ""
    yield speech.word("heads")
    for conversation, heads in report.heads.items():
        for party, head in sorted(heads.items()):
            place = speech.head(party, head["sequence"])
            yield f"  {speech.named(conversation, place)}, {head['content']}"
    for exhibit, head in report.custody.items():
        yield f"  {speech.say('exhibit', exhibit=exhibit, count=head['count'])}, {head['digest']}"


def _few(told: Sequence[str], speech: Speech, indent: str = "    ") -> Iterator[str]:
    yield from (f"{indent}{text}" for text in told[:MOST])
    if len(told) > MOST:
        yield f"{indent}{speech.say('more', count=len(told) - MOST)}"
