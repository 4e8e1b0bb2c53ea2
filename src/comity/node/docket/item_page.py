"""The page of one docket entry: its facts, links and what can be done with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy

from comity.docket import Item
from comity.node.cases import docket_actions, docket_store
from comity.node.core.clock import now
from comity.node.docket import entry_rows, translation_jobs
from comity.node.docket.pages import rights_checks
from comity.node.mail import mailbox
from comity.node.models import DocketItem, Mark, Officer
from comity.node.people.permissions import Right, may
from comity.node.privacy.links import links_of
from comity.node.sensitive import reveal
from comity.node.web import form_fields as f
from comity.node.web.permissions import caller

OWN_PAGES: Final = frozenset({"call.passed-on", "rights.recorded", "rights.signed"})
"""Acts that have a page of their own."""
CONFIRMED: Final = frozenset({"order.ended"})
"""Acts whose consequences are ticked before they are done."""
OWN_ITEMS: Final = ("call", "shift")
"""Kinds of items that have a page of their own, under their own name."""
TOLD_OF_MARKED: Final = ("name", "sender")
"""What an entry says of mail that is hidden while its original is marked."""
_REGISTERS: Final = ("provider", "authority", "agreement")


class ConfirmForm(forms.Form):
    """A tick under what follows."""

    read = f.tick(gettext_lazy("I have read what follows from it."))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["read"].required = True


@dataclass(frozen=True)
class Line:
    """One item on a page.

    Attributes:
        item: as it stands.
        title: whom or what it is about.
        stale: a translation whose request was amended.
        owner: who has it now, as far as somebody said.
        acts: what the officer may do now, but for what has a page of its own.
        to_sign: a rights check that the officer may sign now.
        marks: what is sensitive in the original of mail; the title is hidden then.
        original: digest of that original, or empty.
    """

    item: Item
    title: str
    stale: bool
    owner: str
    acts: tuple[str, ...]
    to_sign: bool
    marks: tuple[Mark, ...]
    original: str


def line_of(item: Item, officer: Officer) -> Line:
    """Return an item as lists show it."""
    (line,) = lines_of([item], officer)
    return line


def _line(
    item: Item,
    officer: Officer,
    names: Mapping[str, str],
    stale: frozenset[str],
    marked: tuple[Mark, ...],
) -> Line:
    told, kind = item.told, item.kind.name
    owner = str(told.get("owner") or told.get("translator") or "")
    if not owner and told.get("assigned"):
        owner = names[str(told["assigned"])]
    own_job = kind == "translation" and told.get("assigned") == officer.identifier
    title = ""
    if not marked and (own_job or may(officer, Right.READ_CONTENT)):
        title = docket_actions.title_of(item)
    if kind == "translation":
        title = entry_rows.part_named(title)
    rows = docket_actions.possible(item, officer)
    return Line(
        item=item,
        title=title,
        stale=item.id in stale,
        owner=owner,
        acts=tuple(row.name for row in rows if row.name not in OWN_PAGES),
        to_sign=any(row.name == "rights.signed" for row in rows),
        marks=marked,
        original=mailbox.original_of(item) if marked else "",
    )


def lines_of(items: Iterable[Item], officer: Officer) -> list[Line]:
    """Return items as lists show them; how many there are costs the database nothing."""
    found = list(items)
    assigned = {str(one.told["assigned"]) for one in found if one.told.get("assigned")}
    names, stale = entry_rows.names_of(assigned), translation_jobs.stale_among(found)
    marked = mailbox.marks_of(found)
    return [_line(item, officer, names, stale, marked.get(item.id, ())) for item in found]


def item_or_404(item_id: str) -> Item:
    """Return an item, or answer that nothing is here."""
    try:
        return docket_store.item_named(item_id)
    except DocketItem.DoesNotExist as fault:
        raise Http404 from fault


def item_context(request: HttpRequest, found: Item, wrong: str = "") -> dict[str, Any]:
    """Return what the page of an item shows."""
    officer = caller(request)
    line = line_of(found, officer)
    kept = Mark.Kind.ORIGINAL, line.original
    user = officer.user.get_username()
    secret = line.marks and reveal.hidden(*kept, user=user, at=now())
    return {
        "line": line,
        "entries": [
            {
                "entry": done.entry,
                "rows": entry_rows.told(done, without=TOLD_OF_MARKED if secret else ()),
                "by": entry_rows.who(done.entry.by),
                "erased": done.section is None,
            }
            for done in found.entries
        ],
        "links": links_of(found, officer),
        "letter": found.kind.name == "translation"
        and translation_jobs.for_letter(found) is not None,
        "wrong": wrong,
        **rights_checks.signing(request, found, officer),
    }
