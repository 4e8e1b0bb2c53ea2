"""The papers of a case: those that can be made now, and those that came or were made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comity.canonical import parse_time
from comity.docket import Item
from comity.node.case_file.sidebar import Held
from comity.node.cases.queries import Event, Thread
from comity.node.compose.letter_preview import has_letter
from comity.node.core.formats import papers_language
from comity.node.docket.item_page import Line
from comity.node.docket.labels import STATE
from comity.node.evidence.labels import EXPORT
from comity.node.mail import mailbox
from comity.node.models import CourtExport, DraftRow, Mark, Officer
from comity.node.people.permissions import Right, may
from comity.node.web import labels
from comity.node.web.form_fields import WRITING

MOST_BUNDLES: Final = 20
_LANGUAGES: Final = dict(WRITING)


@dataclass(frozen=True, kw_only=True)
class Document:
    """One paper of a case.

    Attributes:
        what: what it is.
        title: what it is about, as somebody wrote it or as its kind is called; or empty.
        lang: code of its language, or empty where nobody said.
        by: who made or sent it, or empty.
        at: when it was made or came; None where it is made at the download.
        state: how it stands, or empty.
        href: where it is downloaded, or where one reads more; or empty.
        is_file: whether that is a download.
        original: digest of the original, where it is marked as sensitive.
        marks: what is sensitive in it.
    """

    what: Any
    title: Any = ""
    lang: str = ""
    by: str = ""
    at: datetime | None = None
    state: Any = ""
    href: str = ""
    is_file: bool = True
    original: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def language(self) -> Any:
        """Return what its language is called."""
        return _LANGUAGES.get(self.lang.partition("-")[0], self.lang)


@dataclass(frozen=True)
class Documents:
    """The papers of a case.

    Attributes:
        made: those that came or were made, the newest first.
        can: those that a download makes now.
    """

    made: list[Document]
    can: list[Document]

    @property
    def count(self) -> int:
        """Return how many there are of both."""
        return len(self.made) + len(self.can)


def documents_of(
    officer: Officer,
    number: str,
    threads: Sequence[Thread],
    *,
    items: Sequence[Item],
    home: Iterable[Line],
    exhibits: Iterable[Held],
) -> Documents:
    """Return the papers of a case, for who may read content.

    Args:
        officer: who looks.
        number: of the case.
        threads: its conversations.
        items: of its docket, mail among them.
        home: those that the page shows, as lines.
        exhibits: that the page shows.
    """
    marked = mailbox.marks_of(items)
    made = [*_mails(items, marked), *_translations(home)]
    if may(officer, Right.EXPORT):
        made += _bundles(number)
    made.sort(key=lambda one: one.at.timestamp() if one.at else 0.0, reverse=True)
    lang = papers_language()
    return Documents(made, [*_letters(threads, lang), *_passports(exhibits, lang)])


def _letters(threads: Sequence[Thread], lang: str) -> Iterable[Document]:
    """Return the letters that drafts and messages make, the newest first."""
    for thread in threads:
        for draft in thread.drafts:
            if has_letter(draft.type):
                yield _draft(draft, lang)
        for event in reversed(thread.events):
            if event.transcript is None and not event.erased and has_letter(event.row.type):
                yield _message(event, lang)


def _draft(row: DraftRow, lang: str) -> Document:
    return Document(
        what=_("Preview of a letter, PDF"),
        title=labels.DONE.get(row.type, row.type),
        lang=lang,
        by=row.made_by,
        at=row.made_at,
        state=_("Draft"),
        href=reverse("draft-letter", args=[row.id]),
    )


def _message(event: Event, lang: str) -> Document:
    return Document(
        what=_("Letter, PDF"),
        title=labels.DONE.get(event.row.type, event.row.type),
        lang=lang,
        by=event.row.author,
        at=event.row.sent_at,
        href=reverse("message-letter", args=[event.row.record]),
    )


def _passports(exhibits: Iterable[Held], lang: str) -> Iterable[Document]:
    for one in exhibits:
        exhibit = one.package.exhibit
        yield Document(
            what=_("Custody passport, PDF"),
            title=exhibit,
            lang=lang,
            href=reverse("exhibit-passport", args=[exhibit, lang]),
        )


def _mails(items: Sequence[Item], marked: Mapping[str, tuple[Mark, ...]]) -> Iterable[Document]:
    """Return what came on paper or by mail: letters, scans, attachments."""
    for item in items:
        if item.kind.name != "mail":
            continue
        told, marks = item.said("mail.received"), marked.get(item.id, ())
        digest = mailbox.original_of(item)
        yield Document(
            what=_("Original received"),
            title="" if marks else told.get("name", ""),
            by="" if marks else str(told.get("sender", "")),
            at=_at(told.get("received_at"), item),
            href=reverse("original", args=[digest]) if digest else "",
            original=digest if marks else "",
            marks=marks,
        )


def _translations(lines: Iterable[Line]) -> Iterable[Document]:
    """Return translations; one that is not delivered yet, or is a text, has a page and no file."""
    for line in lines:
        item = line.item
        if item.kind.name != "translation":
            continue
        done = item.said("translation.delivered")
        scan = str(done.get("original") or "")
        yield Document(
            what=_("Translation"),
            title=line.title,
            lang=str(item.told.get("target_language") or ""),
            by=str(done.get("made_by") or line.owner),
            at=_at(None, item),
            state=STATE.get(item.state, item.state),
            href=reverse("original" if scan else "docket-item", args=[scan or item.id]),
            is_file=bool(scan),
        )


def _bundles(number: str) -> Iterable[Document]:
    rows = CourtExport.objects.filter(case=number).order_by("-at", "-id")[:MOST_BUNDLES]
    for row in rows:
        ready = row.stage == CourtExport.Stage.READY
        yield Document(
            what=_("Court bundle, ZIP"),
            lang=row.papers,
            by=row.by,
            at=row.at,
            state=EXPORT.get(row.stage, row.stage),
            href=reverse("export-file", args=[row.id]) if ready else reverse("exports"),
            is_file=ready,
        )


def _at(text: Any, item: Item) -> datetime:
    """Return a moment that somebody wrote down, or else when the item changed last."""
    return parse_time(str(text)) if text else item.entries[-1].entry.at
