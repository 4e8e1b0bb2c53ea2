"""The first page of a bundle: what this one claims as proved, attested and unknown.

It explains and proves nothing itself. Everything on it follows from what is in the bundle, so two
exports of one moment say the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from comity.bundle import layout
from comity.bundle.case import Case
from comity.bundle.layout import Kind
from comity.bundle.readme_commands import commands
from comity.bundle.readme_words import summaries
from comity.bundle.statement import Withheld
from comity.canonical import time_text
from comity.evidence.limits import Limit
from comity.exchange import Message

_SHOWN: Final = 200  # lines of one list; data/bundle.json has all
_HEAD: Final = """\
COURT BUNDLE
exported by {exporter} at {at} (its own clock), mode {mode}

This page explains; it proves nothing. Whoever could change this folder could change this page.
What counts is what a program finds with a trust file that did NOT come with this folder:

    comity verify THIS-FOLDER --trust TRUST-FILE

It ends 0 if the bundle is intact, 1 if it is damaged (it names step and file) or its exporter
contradicts itself, 3 if the trust file does not vouch for every key, or there was none, 4 if
statements of the parties do not fit together. It lists each claim with whose word it is. A summary
in seven languages stands at the end of this page."""
_PROVED: Final = """\
PROVED at most by that program, given the trust file
  who signed each message, and that nothing signed was changed;
  an answer to a message, if another State's authority signed it, or signed that it holds it;
  the state of a conversation when the other side last signed a statement in it;
  that the log of {exporter} still has all that another party signed for;
  that a sealed package is byte for byte the one that was offered;
  that custody of an exhibit was transferred, if both sides signed it;
  by when a message existed, if a witness or a trusted time stamp shows it.
No number is missing up to the heads below, as {exporter} states them, or it ends 1."""
_ATTESTED: Final = """\
ATTESTED: the party named signed it, nobody else confirms it
  clock readings, that of the export among them;
  approvals: a State certified its own officers, and what a screen showed them nobody can prove;
  answers that no other State has signed for, the last ones of a case among them;
  that the files of an opened exhibit are those in the sealed package (a key to it can show it);
  events of custody, by whoever recorded them;"""
_UNKNOWN: Final = """\
UNKNOWN
  whether both sides invented the case together: no bundle can show it;
  whether {exporter} left out what only its own log names. Compare this bundle with one that
  another party exports;
  what was never put into a log; whether evidence was collected lawfully;
  who else holds a copy or a key;
  whether the case has other conversations, or these have messages after the heads, and whether
  newer directory records revoke a key: {exporter} chose what is here. Ask the other parties;
  whether a log without a witness's signature has another branch, shown to others;"""


def readme(case: Case, evidence: Iterable[str]) -> bytes:
    """Return ``data/README.txt``.

    Args:
        case: what the bundle holds.
        evidence: paths of sealed packages and of files of opened exhibits.
    """
    paths = sorted(evidence)
    proved = _PROVED.format(exporter=case.exporter)
    parts = [
        _HEAD.format(exporter=case.exporter, at=time_text(case.exported_at), mode=case.mode),
        "\n".join((proved, *_contents(case, paths), *_heads(case.messages))),
        "\n".join((_ATTESTED, *_attested(case.chains))),
        "\n".join((_UNKNOWN.format(exporter=case.exporter), *_unknown(case))),
        "\n".join(_limits(case.limits)),
        "\n".join(_withheld(case.withheld)),
        commands(case, paths),
        *summaries().values(),
    ]
    return ("\n\n\n".join(parts) + "\n").encode("utf-8")


def _contents(case: Case, paths: Sequence[str]) -> Iterator[str]:
    """Yield what is there, counted."""
    packages = sum(path.startswith("data/evidence/") for path in paths)
    opened = len({path.split("/")[2] for path in paths if path.startswith("data/exhibits/")})
    yield (
        f"Here: messages {len(case.messages)}, receipts {len(case.receipts)}, custody chains "
        f"{len(case.chains)}, sealed packages {packages}, opened exhibits {opened},"
    )
    yield (
        f"logs {len(case.checkpoints)}, proved entries {len(case.leaves)}, time-stamped "
        f"checkpoints {len(case.stamps)}."
    )


def _heads(messages: Sequence[Message]) -> Iterator[str]:
    heads: dict[str, dict[str, int]] = {}
    for message in messages:
        found = heads.setdefault(message.conversation, {})
        author = message.draft.author
        found[author] = max(found.get(author, 0), message.draft.sequence)
    for conversation, found in sorted(heads.items()):
        yield f"Conversation {conversation}: complete up to"
        yield from (f"  message {count} of {party}" for party, count in sorted(found.items()))


def _attested(chains: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Yield each chain's length, and which of its events nobody can prove."""
    if not chains:
        yield "  no custody chain is in this bundle."
    for exhibit, events in sorted(chains.items()):
        told = ", ".join(str(event["number"]) for event in events if event["attested"])
        alone = f"number {told} (before sealing, or destruction)" if told else "none"
        amount = f"of exhibit {exhibit}, {len(events)} events"
        yield f"  {amount}; by its recorder's word alone: {alone}."


def _unknown(case: Case) -> Iterator[str]:
    if case.stamps:
        newest = {item.epoch: item.tree_size for item in case.stamps}
        for epoch, size in sorted(newest.items()):
            yield f"  by a time stamp: when entries beyond {size} of log {epoch} existed;"
    else:
        yield "  no trusted time stamp: not proved by one when anything here existed;"
    if case.snapshot_proof is None:
        yield "  since when the directory said this: no log here proves a snapshot of it;"
    waiting = sum(layout.kind_of(path) is Kind.RECEIPT for path in case.withheld)
    if waiting:
        yield f"  whether {waiting} messages were recorded, or refused: receipts are not here;"
    yield "  the content of what is withheld."


def _limits(limits: Sequence[Limit]) -> Iterator[str]:
    """Yield the conditions of use, which bind whoever reads this."""
    if not limits:
        yield "CONDITIONS OF USE that bind this evidence: none is known to the exporter."
        return
    yield f"CONDITIONS OF USE that bind this evidence: {len(limits)}"
    for limit in limits[:_SHOWN]:
        yield f"  {limit.kind}, {limit.standing}, set by {limit.by}"
        yield f"      by message {limit.source}"
        yield f"      {_line(limit.text) or 'no text, or its text is withheld'}"
    if len(limits) > _SHOWN:
        yield f"  and {len(limits) - _SHOWN} more, in the messages"
    yield "  A condition that was refused was never agreed to. Ask its author before another use."


def _withheld(withheld: Mapping[str, Withheld]) -> Iterator[str]:
    """Yield what is not there on purpose, each with reason and decision."""
    if not withheld:
        yield "WITHHELD: nothing."
        return
    yield f"WITHHELD: {len(withheld)} files; the rest verifies without them"
    for path, why in sorted(withheld.items())[:_SHOWN]:
        yield f"  {path}"
        yield f"      {_line(why.reason)}"
        decision = "nobody's decision" if why.decision is None else _line(why.decision)
        yield f"      decision: {decision}"
    if len(withheld) > _SHOWN:
        yield f"  and {len(withheld) - _SHOWN} more, listed in data/bundle.json"


def _line(text: str) -> str:
    """Return free text on one line, so that it cannot pass for a part of this page."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
