"""Items of the docket as the API tells them."""

from typing import Any, Final

from comity.canonical import b64
from comity.docket import Done, Item
from comity.node.cases import docket_actions
from comity.node.docket import translation_jobs
from comity.node.mail import mailbox
from comity.node.models import DocketEntry, Officer
from comity.node.people.permissions import Right, may
from comity.node.sensitive import redaction

_TELLS: Final = "mail.received"
"""The act that says what an original is called and whom it is from."""


def line_of(
    item: Item, officer: Officer, *, stale: bool = False, hidden: bool = False
) -> dict[str, Any]:
    """Return an item as lists give it; without its title where that is hidden."""
    told = may(officer, Right.READ_CONTENT) and not hidden
    return {
        "item": item.id,
        "kind": item.kind.name,
        "case": item.case,
        "state": item.state,
        "open": item.is_open,
        "due_at": item.due,
        "title": docket_actions.title_of(item) if told else "",
        "stale": stale,
        "changed_at": item.entries[-1].entry.at,
        "acts": [row.name for row in docket_actions.possible(item, officer)],
    }


def value_of(item: Item, officer: Officer) -> dict[str, Any]:
    """Return an item as the API gives it."""
    rows = {row.number: row for row in DocketEntry.objects.filter(item=item.id)}
    hidden = redaction.hides(officer, mailbox.marks_of([item]).get(item.id, ()))
    letter = translation_jobs.for_letter(item) if item.kind.name == "translation" else None
    return {
        **line_of(item, officer, stale=bool(translation_jobs.stale_among([item])), hidden=hidden),
        "entries": [
            _entry(done, rows[done.entry.number], hidden=hidden and done.entry.act == _TELLS)
            for done in item.entries
        ],
        "translation": letter,
    }


def _entry(done: Done, row: DocketEntry, *, hidden: bool) -> dict[str, Any]:
    entry, section = done.entry, None if hidden else done.section
    return {
        "number": entry.number,
        "act": entry.act,
        "at": entry.at,
        "by": entry.by,
        "digest": entry.digest,
        "said": section.value if section else None,
        "erased_because": row.erased_because,
        "entry": b64(entry.encode()),
        "salt": b64(section.salt) if section else None,
        "epoch": row.epoch,
        "log_index": row.index,
    }
