"""What an entry of the docket says, as rows of label and text; no code stays a code."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comity.canonical import parse_time
from comity.docket import Done, Item
from comity.node.cases import docket_store
from comity.node.compose.section_rows import Row
from comity.node.core.formats import date_text, utc_text
from comity.node.docket import labels as dw
from comity.node.models import Conversation, DocketItem, Mark, MessageRow, Officer, Original
from comity.node.sensitive import marks
from comity.node.web import form_fields as f
from comity.node.web import labels
from comity.node.web.measure_labels import MEASURE
from comity.node.web.section_labels import part_label
from comity.node.web.story_names import state_text
from comity.node.web.text_format import shown

_MACHINE: Final = frozenset({"approval", "entry"})
_DIGESTS: Final = frozenset({"conversation", "original", "party", "record", "source", "transcript"})
_NAMED: Final = frozenset({"conversation", "original", "record", "source"})
_CODED: Final = frozenset(
    {
        "answer",
        "channel",
        "conclusion",
        "data",
        "decision",
        "functions",
        "ground",
        "grounds",
        "how",
        "identity",
        "measure",
        "outcome",
        "people",
        "question",
        "record_class",
        "right",
        "standing",
        "tells_its_users",
        "urgency",
    }
)
_LANGUAGES: Final = frozenset({"languages", "source_language", "target_language"})


def told(done: Done, *, without: Collection[str] = ()) -> list[Row]:
    """Return the rows of an entry, in the order of its model.

    Args:
        done: the entry.
        without: members that are hidden, because what they tell of is marked.
    """
    names = done.entry.row.body.model_fields
    return [
        row
        for name in names
        if name in done.body and name not in without
        for row in _member(done.entry.act, name, done.body[name], depth=0)
    ]


def _member(act: str, name: str, value: Any, *, depth: int) -> Iterator[Row]:
    if value in (None, [], "", {}) or name in _MACHINE:
        return
    kind, label = act.partition(".")[0], dw.field(act, name)
    if isinstance(value, Mapping):
        if set(value) == {"lang", "text"}:
            yield Row(label, str(value["text"]), str(value["lang"]), depth)
        elif set(value) == {"amount_minor", "currency"}:
            yield Row(label, money(value), depth=depth)
        else:
            yield Row(label, _line(value), depth=depth)
    elif isinstance(value, list):
        for one in value:
            text = _line(one) if isinstance(one, Mapping) else _word(name, one)
            yield Row(label, text, depth=depth)
    else:
        if kind == "translation" and name == "what":
            yield Row(label, part_named(str(value)), depth=depth)
            return
        in_words = kind in {"provider", "authority"} and name == "source"  # not a digest there
        if name in _NAMED and not in_words and (known := thing_named(str(value))):
            yield Row(label, known, depth=depth, safe=True)
            return
        machine = name in _DIGESTS and not in_words
        yield Row(label, _word(name, value), "", depth, machine)


def money(value: Mapping[str, Any]) -> str:
    """Return an amount with its currency; how many decimals a currency has is not known here."""
    return gettext("%(amount)s %(currency)s, in the smallest unit") % {
        "amount": value["amount_minor"],
        "currency": value["currency"],
    }


def _line(value: Mapping[str, Any]) -> str:
    """Return a small object on one line."""
    parts = []
    for name, member in value.items():
        if member in (None, "", []):
            continue
        if isinstance(member, Mapping):
            parts.append(str(member.get("text", "")))
        elif name == "days":
            parts.append(gettext("%(n)s days") % {"n": member})
        else:
            parts.append(_word(name, member))
    return " · ".join(parts)


def _word(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name in _LANGUAGES:
        return str(dict(f.WRITING).get(value, value))
    if name in {"assigned", "officer"}:
        return who(str(value))
    if name == "provider":
        return name_of(str(value))
    if name in _CODED:
        return dw.code(name, str(value))
    text = str(value)
    is_time = len(text) == 20 and text[10] == "T" and text.endswith("Z")
    return utc_text(parse_time(text)) if is_time else text


WHOLE: Final = "whole"


def part_named(path: str) -> str:
    """Return the words for the part of a message that a path names, ``grounds/facts``."""
    return gettext("The whole message") if path == WHOLE else part_label(path)


def thing_named(digest: str) -> SafeString:
    """Return the words for a request, a message or a paper of this office.

    Empty if it is unknown, or the paper is marked.
    """
    return format_html_join(" · ", "{}", ((shown(one),) for one in _pieces(digest) if one))


def _pieces(digest: str) -> tuple[str, ...]:
    opened = Conversation.objects.filter(digest=digest).first()
    if opened is not None:
        return pieces_of(opened)
    row = MessageRow.objects.filter(Q(content=digest) | Q(record=digest)).first()
    if row is not None:
        sent = date_text(row.sent_at)
        return str(labels.DONE.get(row.type, row.type)), state_text(row.author), sent
    paper = Original.objects.filter(digest=digest).only("name").first()
    if paper is None or marks.on(Mark.Kind.ORIGINAL, digest):
        return ()
    return (paper.name,)


def pieces_of(row: Conversation) -> tuple[str, ...]:
    """Return what a request is called by: what it asks, whose it is, and its reference."""
    what: Any = MEASURE.get(row.measure, "") or labels.DONE.get(row.type, row.type)
    return str(what), state_text(row.opener), row.reference


def who(identifier: str) -> str:
    """Return the account name of an officer, or the identifier where nobody has it."""
    return names_of([identifier])[identifier]


def names_of(identifiers: Iterable[str]) -> dict[str, str]:
    """Return the account names of officers, by identifier, as `who` does for one."""
    wanted = {one: gettext("the operator") if one == "operator" else one for one in identifiers}
    if wanted:
        known = Officer.objects.filter(identifier__in=wanted)
        wanted |= dict(known.values_list("identifier", "user__username"))
    return wanted


def name_of(item: str) -> str:
    """Return the name of a provider of the register, or its identifier."""
    try:
        return str(docket_store.item_named(item).told.get("name") or item)
    except DocketItem.DoesNotExist:
        return item


def moment_of(text: str | None) -> datetime | None:
    """Return a moment of an entry, or None where it was erased."""
    return parse_time(text) if text else None


def last_contact(item: Item) -> tuple[datetime | None, str] | None:
    """Return when an authority was last tried and how that went, or None if never."""
    said = item.said("authority.contacted")
    return (moment_of(said["at"]), dw.code("outcome", said["outcome"])) if said else None
