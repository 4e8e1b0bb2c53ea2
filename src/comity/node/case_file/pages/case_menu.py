"""The menu of a case: everything that may be done now and is not the one thing to do first."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.docket import KINDS
from comity.node.case_file.pages.case_header import CaseHead, Move, move_link
from comity.node.case_file.pages.letter_links import Letters, letter_links
from comity.node.cases import docket_actions
from comity.node.cases.queries import Thread
from comity.node.docket import labels as docket_labels
from comity.node.models import Officer
from comity.node.people.permissions import Right, may
from comity.node.web import labels
from comity.node.web.measure_labels import MEASURE

_OF_A_REQUEST: Final = "letter.posted"
"""Of a message that goes by letter; the group of its request has the link."""

type Group = tuple[Any, list[tuple[str, Any]]]
"""A heading, and links with their words."""


def menu_groups(
    officer: Officer,
    number: str,
    threads: Sequence[Thread],
    moves: Mapping[str, Sequence[Move]],
    letters: Mapping[str, Letters],
    *,
    head: CaseHead,
) -> list[Group]:
    """Return the groups of the menu that are not empty, the leading request first.

    Args:
        officer: who looks.
        number: of the case.
        threads: its conversations.
        moves: what may be written in each conversation now, by its digest.
        letters: of each conversation that goes by letter, by its digest.
        head: of the case; its first step is not repeated.
    """
    ordered = sorted(threads, key=lambda one: one is not head.lead)
    groups = [
        _of_thread(
            officer,
            one,
            moves[one.row.digest],
            letters.get(one.row.digest, {}),
            head,
            many=len(threads) > 1,
        )
        for one in ordered
    ]
    groups += [_domestic(officer, number), _of_case(officer, number)]
    return [(title, links) for title, links in groups if links]


def _of_thread(
    officer: Officer,
    thread: Thread,
    moves: Sequence[Move],
    letters: Letters,
    head: CaseHead,
    *,
    many: bool,
) -> Group:
    row, links = thread.row, list[tuple[str, Any]]()
    if may(officer, Right.DRAFT):
        for name, about in moves:
            link = move_link(row.digest, name, about)
            if link != head.link:
                links.append((link, labels.DO.get(name, name)))
        links += [one for one in letter_links(letters) if one[0] != head.link]
        if row.measure == "preservation" and row.ours and not thread.is_over:
            ask = f"{reverse('new-request', args=['stored-data'])}?from={quote(row.digest)}"
            links.append((ask, _("Request the preserved data")))
        if row.measure and row.ours and not row.paper:
            copy = f"{reverse('new-request', args=[row.measure])}?like={quote(row.digest)}"
            links.append((copy, _("New request like this one")))
        if row.paper:
            link = f"{reverse('write-down')}?conversation={quote(row.digest)}"
            links.append((link, _("Transcribe a reply")))
    if may(officer, Right.EVIDENCE):
        links.append((reverse("hand-in", args=[row.digest]), _("Upload sealed package")))
    if not many:
        return _("Request"), links
    return str(MEASURE.get(row.measure) or labels.DONE.get(row.type) or row.type), links


def _domestic(officer: Officer, number: str) -> Group:
    if not may(officer, Right.DOCKET):
        return "", []
    beginning = [
        row
        for row in docket_actions.beginning(officer)
        if KINDS[row.kind].of_case and row.name != _OF_A_REQUEST
    ]
    return _("Domestic actions"), [
        (f"{reverse('docket-new', args=[one.name])}?case={quote(number)}",
         docket_labels.DO.get(one.name, one.name))
        for one in beginning
    ]  # fmt: skip


def _of_case(officer: Officer, number: str) -> Group:
    links: list[tuple[str, Any]] = []
    if may(officer, Right.ASSIGN):
        links.append((reverse("case-circle", args=[number]), _("Change case access")))
        links.append((reverse("case-subject", args=[number]), _("Change subject")))
    if may(officer, Right.EXPORT):
        link = f"{reverse('exports')}?case={quote(number)}"
        links.append((link, _("Request court bundle")))
    return _("Case"), links
