"""A form that makes a draft, or opens one again: the same form, as it was filled."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.actions.action_form import done_by_page
from comity.node.cases import read_audit
from comity.node.core.formats import comma
from comity.node.messages import draft_changes, draft_editing
from comity.node.messages.actions import EDIT_DRAFT, MAKE_DRAFT
from comity.node.messages.draft_changes import needs_signature
from comity.node.messages.form_input import (
    MAX_CHARS,
    MAX_FIELDS,
    DraftByForm,
    EditByForm,
    FilledForm,
)
from comity.node.models import DraftRow
from comity.node.people.permissions import Right, may
from comity.node.service.handle import this_service
from comity.node.web import form_saving, labels
from comity.node.web.form_saving import Writing
from comity.node.web.permissions import caller, seen
from comity.node.web.schemas import DraftIn
from comity.node.web.section_labels import member_label
from comity.node.web.unfinished_forms import MAX_PATH

DRAFT: Final = "draft"
"""Of an address: the draft that its form opens again."""
READ: Final = "draft-version"
"""Field: the version of the draft that stood in the form."""


@dataclass
class DraftWriting:
    """A form that makes a draft.

    Attributes:
        form: as it stands.
        draft: that it changes, or None.
        version: of that draft which is replaced.
        signed: whether an officer has to sign what it makes.
    """

    form: Writing
    draft: DraftRow | None = None
    version: int = 0
    signed: bool = True

    @property
    def data(self) -> Any:
        """Return what the page's forms are bound to."""
        return self.form.data

    def told(self, fault: ComityError) -> str:
        """Return what is said of a fault; of a draft that was changed meanwhile, by whom and where.

        What was typed stays in the form, and is saved in place of the other text when its button
        is pressed once more.
        """
        if self.draft is None or not isinstance(fault, draft_editing.DraftChangedError):
            return str(labels.fault(fault.code))
        self.draft.refresh_from_db()
        edits = draft_editing.edits_since(self.draft, self.version)
        self.version = self.draft.version
        words = [
            _("%(who)s changed this draft on %(when)s UTC: %(what)s.")
            % {
                "who": one.by,
                "when": one.at.strftime("%Y-%m-%d %H:%M"),
                "what": comma().join(map(_member, one.changed)) or _("nothing that differs"),
            }
            for one in edits
        ]
        words.append(
            _("Your text is below and not saved. Compare it with the draft, then save again.")
        )
        return " ".join(words)


def _member(path: str) -> str:
    section, _dot, member = path.partition(".")
    return str(member_label(section, member)) if member else _("To")


def begin(
    request: HttpRequest, label: str, about: Iterable[str] = (), *, message_type: str
) -> DraftWriting:
    """Return the form of a page that makes a draft; one that the address names is opened again.

    The reading of a draft is audited.

    Args:
        request: of the page.
        label: what the form is for.
        about: what it is about.
        message_type: that it makes.

    Raises:
        Http404: no such draft of this form is here for the officer.
    """
    row, signed = _named(request), needs_signature(this_service().node, message_type)
    if row is None:
        return DraftWriting(form_saving.begin(request, label, about), signed=signed)
    about = (*about, f"draft:{row.id}", *([f"case:{row.case}"] if row.case else []))
    first = form_saving.typed_data(row.form["fields"])
    form = form_saving.begin(request, label, about, first=first)
    version = str(form.data.get(READ, ""))[:9]
    if request.method != "POST":
        read_audit.note_draft(row, by=caller(request).user.get_username())
    read = int(version) if version.isdigit() else row.version
    return DraftWriting(form, row, read, signed=signed)


def _named(request: HttpRequest) -> DraftRow | None:
    """Return the draft that an address names."""
    if DRAFT not in request.GET:
        return None
    row = seen(request).drafts().filter(id=request.GET[DRAFT][:36]).first()
    if row is None or not can_edit(request, row):
        raise Http404
    if urlsplit(row.form["path"]).path != request.path:
        raise Http404
    return row


def can_edit(request: HttpRequest, row: DraftRow) -> bool:
    """Tell whether an officer may open a draft's form again, and there is one."""
    officer = caller(request)
    rights = may(officer, Right.DRAFT) and may(officer, Right.READ_CONTENT)
    return rights and row.stage in draft_changes.OPEN and bool(row.form)


def edit_address(row: DraftRow) -> str:
    """Return where a draft's form is opened as it was filled."""
    path = row.form["path"]
    return f"{path}{'&' if '?' in path else '?'}{urlencode({DRAFT: row.id})}"


def drafted(request: HttpRequest, writing: DraftWriting, told: DraftIn) -> DraftRow:
    """Make a draft out of a form, or change the one that it opened; the form is finished then.

    Raises:
        As the acts `MAKE_DRAFT` and `EDIT_DRAFT`.
    """
    form = _filled(request, writing)
    if writing.draft is None:
        said = DraftByForm(**told.model_dump(), form=form) if form else told
        row: DraftRow = done_by_page(request, MAKE_DRAFT, said)
    else:
        change = EditByForm(
            version=max(writing.version, 1),
            sections=told.sections,
            to=None if told.conversation else told.to,
            form=form,
        )
        row = done_by_page(request, EDIT_DRAFT, change, draft=writing.draft.id)
    writing.form.finish(request)
    return row


def _filled(request: HttpRequest, writing: DraftWriting) -> FilledForm | None:
    """Return the form as it was filled; None if it is too long to be opened again."""
    fields = form_saving.typed_fields(request.POST)
    fields.pop(READ, None)
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    count = sum(map(len, fields.values()))
    path = writing.draft.form["path"] if writing.draft else writing.form.path
    if size > MAX_CHARS or count > MAX_FIELDS or len(path) > MAX_PATH:
        return None
    return FilledForm(path=path, fields=fields)
