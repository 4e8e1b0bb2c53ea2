"""Taking over a register: each row becomes a conversation on paper, or is refused by a code."""

import contextlib
import fcntl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from comity.canonical import ComityError, MisuseError, time_text
from comity.docket.correspondence import checked_sections
from comity.intake.register_mapping import folded
from comity.intake.register_table import RegisterRow
from comity.node.cases import docket_store, paper_authorities
from comity.node.cases.case_numbers import next_case
from comity.node.cases.docket_store import Doing
from comity.node.core.node import Node
from comity.node.evidence import originals
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.mail import transcription
from comity.node.mail.import_rows import ENDED, RowRefusedError, Source, entries_of, moment_text
from comity.node.models import Conversation, ImportedRow

ACTION: Final = "register.row"
BY: Final = "operator"


@dataclass
class Taken:
    """What became of the rows so far.

    Attributes:
        made: rows that became conversations now.
        known: rows that an earlier import took.
        refused: place of a row and why it was not taken.
    """

    made: int = 0
    known: int = 0
    refused: list[tuple[str, int, str]] = field(default_factory=list)


class ImportRunningError(MisuseError, code="import-running"):
    """Another import is at work at this node."""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold off a second import while the block runs.

    Args:
        folder: of the node.

    Raises:
        ImportRunningError: one is at work.
    """
    with (folder / "import.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise ImportRunningError("another import is at work; wait until it ends") from fault
        yield


def take_over(
    node: Node,
    committer: Committer,
    rows: Iterator[RegisterRow],
    source: Source,
    *,
    clock: Callable[[], datetime],
    dry_run: bool = False,
) -> Iterator[Taken]:
    """Take rows over, each in a transaction of its own; yield what became of them after each.

    Args:
        node: this node.
        committer: its committer.
        rows: that a person has seen in a trial.
        source: where they stand.
        clock: this node's.
        dry_run: only say what would be refused.
    """
    found, names = Taken(), _names(node)
    taken = ImportedRow.objects.filter(source=source.digest)
    done = set(taken.values_list("place", flat=True))
    for row in rows:
        if _place(row) in done:
            found.known += 1
        else:
            try:
                values = entries_of(node, row, source, names, at=clock())
                if not dry_run:
                    _record(node, committer, row, source, values, at=clock())
                found.made += 1
            except (RowRefusedError, ComityError) as fault:
                found.refused.append((row.sheet, row.row, fault.code))
        yield found


def _place(row: RegisterRow) -> str:
    return f"{row.row} {row.sheet}"[:200]


def _names(node: Node) -> Mapping[str, str]:
    """Return folded name to party: of authorities entered here, and of parties by their name."""
    found = {folded(party): party for party in node.directory.parties()}
    for party in paper_authorities.parties():
        item = paper_authorities.entered(party)
        found[folded(party)] = party
        if item is not None:
            found[folded(str(item.told["name"]))] = party
    return found


# ------------------------------------------------------------------ recording


def _record(
    node: Node,
    committer: Committer,
    row: RegisterRow,
    source: Source,
    values: list[dict[str, Any]],
    *,
    at: datetime,
) -> None:
    def work(batch: Batch) -> Conversation:
        doing = Doing(
            node=node, batch=batch, item=None, case="", value=values[0], officer=None, at=at
        )
        bodies = checked_sections(values[0]["sections"])
        made = transcription.opened(doing, bodies, next_case(at))
        for value in values[1:]:
            later = Doing(
                node=node, batch=batch, item=None, case="", value=value, officer=None, at=at
            )
            made = transcription.continued(later, made.digest, {})
        if row.due and row.status not in ENDED:
            _remind(doing, made.case, row)
        ImportedRow.objects.create(source=source.digest, place=_place(row))
        audit.note(at=at, actor=BY, action=ACTION, subject=source.digest, detail=_place(row))
        return made

    committer.run(work)


def _remind(doing: Doing, case: str, row: RegisterRow) -> None:
    """Let the office's own clock run to the moment that the register names, as an open slip."""
    words = f"due by the register that was taken over, row {row.row}"
    value = {
        "to": row.officer or doing.node.party,
        "task": {"lang": "en", "text": words},
        "due": moment_text(row.due),
    }
    docket_store.add(replace(doing, case=case, value=value), "referral.sent")


def keep(
    node: Node,
    committer: Committer,
    data: bytes,
    name: str,
    source: Source,
    *,
    at: datetime,
) -> None:
    """Keep the spreadsheet itself as an original, once.

    Args:
        node: this node.
        committer: its committer.
        data: its bytes.
        name: of the file.
        source: what is said of it.
        at: this node's clock.
    """
    if docket_store.items(kind="mail", about=source.digest, most=1)[0]:
        return
    value = {
        "name": name[:300],
        "channel": source.channel,
        "sender": node.party,
        "authority": None,
        "dated": None,
        "received_at": time_text(at.replace(microsecond=0)),
    }
    item = originals.receive(
        node, committer, data, value, reading=None, officer=None, case="", at=at
    )
    reasons = {"reasons": {"lang": "en", "text": "A register: it is taken over row by row."}}
    docket_store.record(
        node, committer, "mail.set-aside", reasons, officer=None, at=at, item=item.id
    )
