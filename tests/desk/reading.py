"""Which pages and calls show what was written in a case, and who was written down to read it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

from tests.api.nodes import ROLES, Office
from tests.api.test_rights import OPERATIONS, right_of

from comity.node.people.permissions import RIGHTS, Right

OF_CONTENT: Final = {
    Right.READ_CONTENT, Right.READ_CASES, Right.READ_DOCKET, Right.DRAFT, Right.APPROVE,
    Right.DOCKET, Right.PRIVACY, Right.HOLDINGS, Right.EVIDENCE, Right.EXPORT, Right.MARK,
    Right.SHOW_MARKED, Right.CONFIRM_DESTRUCTION, Right.ASSIGN, Right.SEARCH, Right.TRANSLATE,
    Right.WATCH, Right.CALL, Right.CALL_OUT, Right.PEOPLE, Right.ASSISTANCE, Right.SOLUTIONS,
}  # fmt: skip
"""Whoever has none of these reads nothing that belongs to a case, or of people."""
LISTS: Final = {
    "approvals", "assistance", "cases", "docket", "drafts", "evidence", "exports", "jobs",
    "my-work", "privacy", "privacy-due", "round-tables", "shifts", "solutions", "watch",
}  # fmt: skip
"""They tell numbers, titles and states, to choose from; what is chosen is audited."""
FORMS: Final = {
    "assistance-new", "call-new", "discard", "docket-act", "docket-new", "hand-in",
    "letter-arrived", "letter-came-back", "move", "new",
    "new-information", "new-note", "new-request", "posted", "privacy-held", "search",
    "shift-hand-over", "show-marked", "solution-withdraw", "take-in",
}  # fmt: skip
"""Empty ones: what is done by them is audited, as is a search."""
OTHERS: Final = {
    "approval-policy", "case-circle", "case-subject", "marks", "preview", "privacy-codes",
    "solution",
}  # fmt: skip
"""Rules, who may see a case, digests and markers, what any officer may read of a solution."""
EMPTY: Final = {"/write-down"}
"""A form that is empty unless its address names a piece of mail."""
HIDDEN: Final = (
    "Names and texts are hidden until you state a reason.",
    "The original is labelled as sensitive. State your reason.",
)
"""A page that says one of these shows nothing that was read."""
WITHOUT_CONTENT: Final = LISTS | FORMS | OTHERS
CALLS_WITHOUT_CONTENT: Final = {
    "/approvals", "/assistance", "/cases", "/docket", "/drafts", "/exports", "/packages",
    "/privacy", "/privacy/due", "/round-tables", "/shifts", "/solutions", "/strays",
    "/translations", "/unfinished-forms", "/uploads", "/watch", "/work-items",
    "/work-items/filters",  # lists
    "/approvals/policy", "/cases/{case}/access", "/compartments", "/drafts/{draft}/onward",
    "/exports/{export}", "/numbers", "/openings", "/packages/{root}/handover",
    "/packages/{root}/offer", "/privacy/codes", "/sensitive/{kind}/{subject}",
    "/solutions/{digest}",
}  # fmt: skip
NOT_MADE: Final = {
    "/exhibits/{name}/destruction/confirmation",
    "/messages/{digest}/record",
    "/exports/{export}/file", "/packages/{root}", "/privacy/releases/{item}/{form}",
    "/privacy/requests/{item}/paper", "/round-tables/{digest}/minutes/{form}",
    "/solutions/{digest}/file", "/statistics/files/{form}", "/assistance/export/{form}",
}  # fmt: skip
"""Files and an order that waits, each audited where its own test says so."""

_ITEM: Final = "SELECT item FROM node_docketitem WHERE kind = "
GIVEN: Final = {
    "case": "SELECT \"case\" FROM node_conversation WHERE type = 'request.submitted'",
    "draft": "SELECT id FROM node_draftrow WHERE stage = 'awaiting'",
    "name": "SELECT exhibit FROM node_package",
    "identifier": "SELECT identifier FROM node_officer",
    "sort": "SELECT 'item'",
    "key": f"{_ITEM} 'mail'",
    "docket/item": f"{_ITEM} 'call'",
    "mail/item": f"{_ITEM} 'mail'",
    "translations/item": f"{_ITEM} 'translation'",
    "shifts/item": f"{_ITEM} 'shift'",
    "privacy/item": f"{_ITEM} 'breach'",
    "assistance/digest": "SELECT conversation FROM node_boardline",
    "conversations/digest": "SELECT digest FROM node_conversation WHERE type = 'request.submitted'",
    "messages/digest": "SELECT record FROM node_draftrow WHERE record != ''",
    "originals/digest": "SELECT digest FROM node_original",
    "round-tables/digest": "SELECT digest FROM node_conversation WHERE type = 'table.called'",
}
"""What stands in an address: where one is found in the register."""

QUERY: Final = {"/privacy/register": "?kind=breach", "/search": "?q=mailbox"}


def newest(office: Office) -> int:
    """Return the number of the newest row of an office's audit."""
    return int(_asked(office, "SELECT max(id) FROM node_auditrow")[0][0])


def acts_of(office: Office, who: str, after: int) -> list[str]:
    """Return what somebody was written down to have done after a row."""
    asked = "SELECT action FROM node_auditrow WHERE id > ? AND actor = ? ORDER BY id"
    return [str(row[0]) for row in _asked(office, asked, after, who)]


def _asked(office: Office, sql: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(office.process.folder / "node.sqlite3")) as db:
        return db.execute(sql, values).fetchall()


def calls(office: Office) -> Iterator[tuple[str, str, str]]:
    """Yield each call of the API that shows content: its pattern, who asks, and its address.

    Args:
        office: that is asked, and has something of everything.
    """
    for method, path in sorted(OPERATIONS):
        right = right_of(method, path)
        if method != "GET" or right not in OF_CONTENT or path in CALLS_WITHOUT_CONTENT | NOT_MADE:
            continue
        who = next(one for one, role in ROLES.items() if right in RIGHTS[role])
        area = path.split("/")[1]

        def value(found: re.Match[str], area: str = area) -> str:
            asked = GIVEN.get(f"{area}/{found[1]}") or GIVEN[found[1]]
            return str(_asked(office, asked)[0][0])

        yield path, who, re.sub(r"{(\w+)}", value, path) + QUERY.get(path, "")
