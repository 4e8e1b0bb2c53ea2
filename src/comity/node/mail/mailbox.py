"""Mail of the office: taken in with what a program read in it, and listed until written down."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q, QuerySet

from comity.docket import Item, check_said
from comity.docket.acts import ACTS
from comity.forensics.errors import ExtraMissingError
from comity.node.cases import docket_store
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.pagination import Place, moment, place_in, place_text, text
from comity.node.evidence import originals
from comity.node.evidence.originals import MAX_BYTES, OriginalError
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.mail.letters import message_named
from comity.node.models import Conversation, DocketItem, Mark, Officer, Original
from comity.node.sensitive import marks, reveal
from comity.node.service.handle import Service

if TYPE_CHECKING:
    from comity.intake.original import Original as Told

PAGE: Final = 50
_PLACE: Final = Place(moment, text)
_NO_DIGEST: Final = f"sha256:{'0' * 64}"  # while the form of what is said is checked


@dataclass(frozen=True)
class Mail:
    """An original that came, with the entry that says how.

    Attributes:
        item: of the docket.
        original: as kept, without its bytes.
        marks: what is sensitive in it.
        opened: its reader said why, or is a program; of abuse material it opens nothing.
    """

    item: Item
    original: Original
    marks: tuple[Mark, ...] = ()
    opened: bool = False

    @property
    def abuse(self) -> bool:
        """Tell whether it is marked as abuse material: only metadata and digests are shown."""
        return any(mark.marker == Mark.Marker.ABUSE for mark in self.marks)

    @property
    def hidden(self) -> bool:
        """Tell whether names and texts are not to be seen."""
        return bool(self.marks) and (self.abuse or not self.opened)

    @property
    def told(self) -> dict[str, Any]:
        """Return what was said when it was brought."""
        return self.item.said("mail.received")

    @property
    def reading(self) -> dict[str, Any]:
        """Return what a program read in it; nothing where none could, or it is not to be seen."""
        return {} if self.hidden else self.original.reading or {}

    @property
    def read(self) -> dict[str, Any]:
        """Return the original as it was read, or nothing."""
        return self.reading.get("original") or {}


def take_in(
    node: Node,
    committer: Committer,
    data: bytes,
    value: dict[str, Any],
    *,
    officer: Officer | None,
    case: str,
    at: datetime,
) -> Item:
    """Keep an original that came, read it in a limited process, and enter it.

    Args:
        node: this node.
        committer: its committer.
        data: the bytes, untrusted.
        value: of act ``mail.received`` but for its ``original``.
        officer: who brought it, or None for the operator.
        case: of the office, or empty.
        at: this node's clock.

    Raises:
        OriginalError: nothing, or too much.
        EntryMalformedError: what is said of it breaks its form; nothing was kept.
    """
    if not 0 < len(data) <= MAX_BYTES:
        raise OriginalError(f"an original has 1 to {MAX_BYTES} bytes; seal what is larger")
    check_said(ACTS["mail.received"], {**value, "original": _NO_DIGEST})
    return originals.receive(
        node,
        committer,
        data,
        value,
        reading=reading_of(data, str(value["name"])),
        officer=officer,
        case=case,
        at=at,
    )


def reading_of(data: bytes, name: str) -> dict[str, Any]:
    """Return what a program reads in an original, as JSON; claims and proposals, nothing more.

    Returns:
        ``original`` (or null where its library is not installed), ``proposals`` for it and for
        what is attached, and ``fault``, a code where it was not read at all.
    """
    from comity.intake.reader import read_original  # slow to load, and most offices never come here

    try:
        found = read_original(data, name)
    except ExtraMissingError as fault:
        return {"fault": fault.code, "original": None, "proposals": []}
    return {"fault": "", "original": found.to_value(), "proposals": _proposed(found)}


def _proposed(one: "Told") -> list[dict[str, Any]]:
    from comity.intake.identifiers_found import identifiers
    from comity.intake.templates import proposals

    template, fields = proposals(one.texts)
    found = [proposal.to_value() for proposal in (*fields, *identifiers(one.texts))]
    here = [{"proposals": found, "sha256": one.sha256, "template": template}] if found else []
    return here + [row for inside in one.attachments for row in _proposed(inside)]


# ------------------------------------------------------------------ reading


def listed(
    among: QuerySet[DocketItem], *, only_waiting: bool = True, after: str = "", most: int = PAGE
) -> tuple[list[Mail], str]:
    """Return mail, and the place where the next page begins.

    Args:
        among: items that the reader may see.
        only_waiting: what was not written down or set aside, the oldest first; else all, the newest
            first.
        after: a place that a page before gave, or empty.
        most: page size.

    Raises:
        PlaceError: ``after`` is no such place.
    """
    rows = among.filter(kind="mail")
    if only_waiting:
        rows = rows.filter(state="received").order_by("changed_at", "item")
    else:
        rows = rows.order_by("-changed_at", "item")
    if after:
        at, last = place_in(after, _PLACE)
        way = "gt" if only_waiting else "lt"
        here = Q(changed_at=at, item__lte=last)
        rows = rows.filter(~here, **{f"changed_at__{way}e": at})
    page = list(rows[: most + 1])
    end = page[most - 1] if len(page) > most else None
    found = docket_store.items_of(row.item for row in page[:most])
    digests = {item.said("mail.received").get("original", "") for item in found}
    kept = Original.objects.defer("data", "reading").in_bulk(digests)
    pairs = [(item, kept.get(item.said("mail.received").get("original", ""))) for item in found]
    marked = marks.of(Mark.Kind.ORIGINAL, kept)
    shown = [Mail(item, one, marked.get(one.digest, ())) for item, one in pairs if one is not None]
    return shown, place_text(end.changed_at, end.item) if end else ""


def mail_named(identifier: str) -> Mail:
    """Return one piece of mail with what was read in it.

    Raises:
        DocketItem.DoesNotExist, Original.DoesNotExist: no such mail here.
    """
    if not DocketItem.objects.filter(item=identifier, kind="mail").exists():
        raise DocketItem.DoesNotExist
    item = docket_store.item_named(identifier)
    digest = item.said("mail.received").get("original", "")
    original = Original.objects.defer("data").get(digest=digest)
    return Mail(item, original, marks.on(Mark.Kind.ORIGINAL, digest))


def opened_for(mail: Mail, *, user: str, at: datetime) -> Mail:
    """Return a piece of mail as somebody may see it on its own pages.

    Args:
        mail: as it was found.
        user: who looks.
        at: this node's clock.
    """
    if not mail.marks:
        return mail
    still = reveal.hidden(Mark.Kind.ORIGINAL, mail.original.digest, user=user, at=at)
    return replace(mail, opened=not still)


def marks_of(items: Iterable[Item]) -> dict[str, tuple[Mark, ...]]:
    """Return the markers on the originals of items that are mail, by item, in one query."""
    digests = {one.id: original_of(one) for one in items if one.kind.name == "mail"}
    marked = marks.of(Mark.Kind.ORIGINAL, digests.values()) if digests else {}
    return {name: marked[digest] for name, digest in digests.items() if digest in marked}


def original_of(item: Item) -> str:
    """Return the digest of the original that an item of mail came with, or an empty text."""
    return str(item.said("mail.received").get("original") or "")


def take_out(digest: str, *, by: str, at: datetime) -> Original:
    """Return an original with its bytes; who took it out is noted.

    Raises:
        Original.DoesNotExist: no such original here.
    """
    row = Original.objects.get(digest=digest)
    audit.note(at=at, actor=by, action="original.read", subject=digest)
    return row


def note_reading(mail: Mail, *, by: str, at: datetime) -> None:
    """Write down who read a piece of mail, and its case if it has one."""
    audit.note(at=at, actor=by, action="mail.read", subject=mail.item.id, detail=mail.item.case)


def note_listing(*, by: str, at: datetime) -> None:
    """Write down who read the list of mail, which tells senders and files."""
    audit.note(at=at, actor=by, action="mail.read", subject="mail")


def author_of(mail: Mail) -> str | None:
    """Return the name of the authority that mail is said to be of, or None."""
    wanted = mail.told.get("authority")
    row = DocketItem.objects.filter(item=wanted, kind="authority").first() if wanted else None
    return row.about if row else None


# ------------------------------------------------------------------ letters of ours


def post(service: Service, message: str, value: dict[str, Any], *, officer: Officer) -> Item:
    """Record that a message of ours left as a letter; return the letter's item.

    Args:
        service: of this node.
        message: content digest, or the code at the foot of the letter.
        value: of act ``letter.posted`` but for its ``record``.
        officer: who posted it.

    Raises:
        CodeUnknownError, DocketRuleError, EntryMalformedError: what is wrong, by code.
    """
    row = message_named(message)
    case = Conversation.objects.values_list("case", flat=True).get(digest=row.conversation)
    return docket_store.record(
        service.node,
        service.committer,
        "letter.posted",
        {**value, "record": row.record},
        officer=officer,
        at=now(),
        case=case,
    )


def letters_of(records: Iterable[str]) -> dict[str, Item]:
    """Return the newest letter of each record that left as one."""
    rows = DocketItem.objects.filter(kind="letter", about__in=list(records)).order_by("changed_at")
    return {row.about: docket_store.item_named(row.item) for row in rows}
