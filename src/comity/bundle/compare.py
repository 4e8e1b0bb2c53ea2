"""Two bundles of one case, by two parties: what both hold, and what stands in one only.

Each is judged by itself; then the statements of both are taken together. What stands in one only
may have come after the other was made. It was left out if the other's exporter signed that it had
it: it wrote it, answered it, or a message of its own has seen it, before it made its bundle.

Source: spec/16-bundles.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.bundle.claims import Assertion, Claim, Fact, Group, Word, grouped, unproved
from comity.bundle.contents import Bundle
from comity.bundle.errors import NotOfOneCaseError
from comity.bundle.layout import STATEMENT
from comity.bundle.reader import Reader
from comity.bundle.verdict import EXIT, Notes, Report, Verdict
from comity.bundle.verify import judge
from comity.directory import TrustFile
from comity.exchange import Message
from comity.ledger import Checkpoint, LogOrigin, peek_checkpoint

_ORDER: Final[tuple[Verdict, ...]] = ("damaged", "unpinned", "disputed", "intact")


@dataclass(frozen=True)
class Comparison:
    """What two bundles amount to.

    Attributes:
        reports: the verdict on each.
        claims: about both together.
    """

    reports: tuple[Report, Report]
    claims: tuple[Claim, ...]

    @property
    def verdict(self) -> Verdict:
        """The first of damaged, unpinned, disputed that applies to one of them or to both."""
        exporters = {report.exporter for report in self.reports}
        own = any(c.word == "contradicted" and exporters & set(c.by) for c in self.claims)
        odd = any(c.word == "disputed" for c in self.claims)
        found = {report.verdict for report in self.reports}
        found |= {"damaged"} if own else set()
        found |= {"disputed"} if odd else set()
        return next(word for word in _ORDER if word in found)

    @property
    def heading(self) -> str:
        """Name of the words above the verdict: its own, or ``not-verified`` as `Report.heading`."""
        damaged = {one.heading for one in self.reports if one.verdict == "damaged"}
        return "not-verified" if damaged == {"not-verified"} else self.verdict

    @property
    def exit_status(self) -> int:
        """Return 0, 1, 3 or 4 (spec 16)."""
        return EXIT[self.verdict]

    @property
    def failed(self) -> bool:
        """Whether a step failed for one of them: they were then not held against each other."""
        return any(report.first_failure is not None for report in self.reports)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The claims about both as the lines of a verdict."""
        return grouped(self.claims)

    def lacking(self, name: str) -> tuple[Claim, ...] | None:
        """Return the claims of a name that are not proved; None if there is none of that name."""
        return unproved(self.claims, name)

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "bundles": [report.value() for report in self.reports],
            "claims": [claim.value() for claim in self.claims],
            "exit_status": self.exit_status,
            "heading": self.heading,
            "intact": self.verdict != "damaged",
            "verdict": self.verdict,
        }


def compare(one: Reader, other: Reader, *, trust: TrustFile | None) -> Comparison:
    """Judge two bundles, each by itself and both together.

    Args:
        one: a bundle, all of it untrusted.
        other: one of the same case by another party.
        trust: from outside both; None: nothing is proved.

    Raises:
        NotOfOneCaseError: no step failed for either, and they share no conversation, or are the
            same bundle.
        As `comity.bundle.verify.verify`.
    """
    (first, report), (second, another) = judge(one, trust=trust), judge(other, trust=trust)
    if report.first_failure is not None or another.first_failure is not None:
        # What failed may be what a claim rests on: nothing is borne out, nobody accused.
        return Comparison((report, another), ())
    _check_case(first, second)
    notes = Notes()
    for bundle, against in ((first, second), (second, first)):
        _messages(notes, bundle, against)
    _held_by_both(notes, first, second)
    _answers(notes, first, second)
    _places(notes, first, second)
    _trees(notes, first, second)
    _states(notes, first, second)
    notes.claim("nothing-later", "unknown", first.exporter, second.exporter)
    notes.claim("not-invented-together", "unknown")
    return Comparison((report, another), tuple(notes.claims))


def _check_case(first: Bundle, second: Bundle) -> None:
    """Raise unless two bundles tell of the same conversations, at least in part.

    Each party numbers its cases itself, so two bundles of one number may be of two cases.
    """
    if not first.replays.keys() & second.replays.keys():
        raise NotOfOneCaseError(
            "the two bundles share no conversation: they are of different cases; a party numbers "
            "its cases itself, so ask the other party for the case that has this conversation"
        )
    mine, theirs = first.statement_jws, second.statement_jws
    if mine is not None and theirs is not None and mine.record == theirs.record:
        raise NotOfOneCaseError("this is one bundle given twice; name the other party's")


def _word(*bundles: Bundle) -> Word:
    """Return how sure what both exporters signed is: proved if they are of two pinned States."""
    first, second = bundles
    both = first.independent(second.exporter) and second.independent(first.exporter)
    return "proved" if both else "attested"


def _held_by_both(notes: Notes, first: Bundle, second: Bundle) -> None:
    by = (first.exporter, second.exporter)
    word = _word(first, second)
    for record in sorted(first.by_record.keys() & second.by_record.keys()):
        path = first.path_of(first.by_record[record])
        notes.claim("held-by-both", word, *by, path=path)


def _messages(notes: Notes, bundle: Bundle, against: Bundle) -> None:
    """Claim of each message that only one bundle has whether the other's exporter left it out."""
    for path, message in bundle.messages.items():
        if message.record in against.by_record:
            continue
        facts: dict[str, Fact] = {
            "path": path,
            "party": message.draft.author,
            "sequence": message.draft.sequence,
            "exporter": bundle.exporter,
        }
        if message.conversation not in against.replays:  # a party may keep it as another case
            notes.claim("only-in-one", "unknown", bundle.exporter, told=facts)
            continue
        had = _had(bundle, message, against.exporter, against.exported_at)
        if had is None:
            notes.claim("only-in-one", "unknown", bundle.exporter, told=facts)
            continue
        both = (had, Assertion(against.exporter, STATEMENT, "not-there"))
        notes.claim("left-out", "contradicted", against.exporter, statements=both, told=facts)


def _had(bundle: Bundle, message: Message, party: str, until: datetime) -> Assertion | None:
    """Return how a party signed that it had a message, before it made its own bundle; or None."""
    if party not in message.draft.members:
        return None
    for path, (_, receipt) in bundle.receipts.items():
        answered = (receipt.record, receipt.addressee) == (message.record, party)
        if answered and receipt.received_at <= until:
            return Assertion(party, path, "answered", {"outcome": receipt.outcome})
    for path, later in bundle.messages.items():
        if later.draft.author != party or later.draft.sent_at > until:
            continue
        if later is message:
            return Assertion(party, path, "message", {"sequence": later.draft.sequence})
    seen = bundle.seeing.get((party, message.content))
    if seen is not None and seen.draft.sent_at <= until:
        facts: dict[str, str | int] = {"sequence": seen.draft.sequence}
        return Assertion(party, bundle.path_of(seen), "message", facts)
    return None


def _answers(notes: Notes, first: Bundle, second: Bundle) -> None:
    """Claim two answers of one party to one message, which contradict one another."""
    mine = {(r.record, r.addressee): (path, r) for path, (_, r) in first.receipts.items()}
    for path, (_, receipt) in second.receipts.items():
        where, told = mine.get((receipt.record, receipt.addressee), (path, receipt))
        same = (told.outcome, told.received_at) == (receipt.outcome, receipt.received_at)
        if same:
            continue
        by = receipt.addressee
        both = tuple(
            Assertion(by, place, "answered", {"outcome": one.outcome, "exporter": exporter})
            for place, one, exporter in (
                (where, told, first.exporter),
                (path, receipt, second.exporter),
            )
        )
        notes.claim("receipt", "contradicted", by, statements=both, path=path, addressee=by)


def _places(notes: Notes, first: Bundle, second: Bundle) -> None:
    """Claim two messages of one author in one place, one in each bundle."""

    def places(bundle: Bundle) -> dict[tuple[str, str, int], set[str]]:
        found: dict[tuple[str, str, int], set[str]] = {}
        for message in bundle.messages.values():
            place = (message.conversation, message.draft.author, message.draft.sequence)
            found.setdefault(place, set()).add(message.content)
        return found

    mine, theirs = places(first), places(second)
    for place in sorted(mine.keys() & theirs.keys()):
        if mine[place] == theirs[place]:
            continue
        _, party, sequence = place
        facts: dict[str, str | int] = {"sequence": sequence}
        both = tuple(
            Assertion(party, bundle.path_of(bundle.by_content[min(contents)]), "message", facts)
            for bundle, contents in (
                (first, mine[place] - theirs[place] or mine[place]),
                (second, theirs[place] - mine[place] or theirs[place]),
            )
        )
        facts = {**facts, "path": both[0].path}
        notes.claim("one-message-a-place", "contradicted", party, statements=both, told=facts)


def _trees(notes: Notes, first: Bundle, second: Bundle) -> None:
    """Claim of each log that both bundles show whether the trees of one size are one tree."""

    def trees(bundle: Bundle) -> Iterator[tuple[str, Checkpoint]]:
        for signed in bundle.checkpoints.values():
            yield "", signed.checkpoint
        for path, (_, receipt) in bundle.receipts.items():
            if receipt in bundle.held.get(receipt.record, ()):
                yield path, peek_checkpoint(receipt.checkpoint.encode())

    seen: dict[tuple[str, int], tuple[str, bytes]] = {}
    for bundle in (first, second):
        for path, tree in trees(bundle):
            where, root = seen.setdefault((tree.origin, tree.tree_size), (path, tree.root))
            if root == tree.root:
                continue
            party = LogOrigin.parse(tree.origin).party
            both = tuple(
                Assertion(party, place, "holds-tree", {"count": tree.tree_size})
                for place in (where, path)
            )
            notes.claim("log-single", "contradicted", party, statements=both, path=path)


def _states(notes: Notes, first: Bundle, second: Bundle) -> None:
    """Claim the state that both state; where they hold the same messages and differ, a dispute."""
    for conversation in sorted(first.replays.keys() & second.replays.keys()):
        mine, theirs = first.replays[conversation], second.replays[conversation]
        if mine.lacking or theirs.lacking:
            continue  # of an edition that this verifier does not know, the state is unknown
        by = (first.exporter, second.exporter)
        facts = {"conversation": conversation, "main": mine.state.main}
        if mine.state.to_value() == theirs.state.to_value():
            notes.claim("state-agreed", _word(first, second), *by, told=facts)
        elif mine.standing.keys() == theirs.standing.keys():
            both = tuple(
                Assertion(party, STATEMENT, "state", {"main": found.state.main})
                for party, found in zip(by, (mine, theirs), strict=True)
            )
            notes.claim("state-agreed", "disputed", *by, statements=both, told=facts)
