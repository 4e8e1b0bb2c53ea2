"""What a message says, as rows of label and text for any section."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self, get_origin

from django.utils.translation import gettext

from comity.canonical import in_zone, parse_time
from comity.exchange.bodies import SECTIONS, in_order
from comity.exchange.editions import KNOWN
from comity.exchange.values import is_number, kind_of, model_of, name_of, plain_of
from comity.instruments.amounts import amount_text
from comity.instruments.identifiers.text import isolated
from comity.node.assistance import solution_rows
from comity.node.assistance.topics import topic_named, topics_reviewed
from comity.node.compose.identifier_labels import NOTICE
from comity.node.core.formats import date_text
from comity.node.core.local_time import UTC_NAMES, city
from comity.node.evidence.labels import marked
from comity.node.law import assessment_rows
from comity.node.law.wording import UNREVIEWED, Said
from comity.node.messages.normalize_identifiers import seen
from comity.node.models import Mark
from comity.node.web import labels
from comity.node.web.identifier_kinds import KIND
from comity.node.web.measure_labels import MEASURE
from comity.node.web.moment_field import office_zone
from comity.node.web.section_labels import code_label, member_label, section_label

MACHINE: Final[Mapping[str, frozenset[str]]] = {
    "countersignature": frozenset({"approval"}),
    "custody": frozenset({"events"}),
    "offer": frozenset({"block_size_bytes", "file_list", "tag_manifest", "recipients"}),
    "solution": frozenset({"statement"}),
    "withdrawal": frozenset({"statement"}),
}
"""Section to its members that only machines read; they are left to the record."""
_LEFT_TO_RIGHT: Final = frozenset({"Digest", "Id", "Recipient", "Time"})
"""Types that are set in a fixed face, left to right."""


SHORT: Final = 6
"""Rows of a message in short, at most."""
_ASKED: Final = (
    ("request", "measure"),
    ("subject", "description"),
    ("subject", "accounts"),
    ("subject", "period"),
    ("request", "urgency"),
    ("grounds", "necessity"),
)
"""Of a request, what an officer has to know before answering: section and member."""


@dataclass(frozen=True)
class _Place:
    """A member of a section.

    Attributes:
        section: its name.
        path: of the member, the places in lists left out; empty for the section itself.
        kind: its type, or None where no model of this version has it.
    """

    section: str
    path: str
    kind: Any

    @property
    def name(self) -> str:
        """Return the name of the member itself."""
        return self.path.rpartition(".")[2]

    @property
    def label(self) -> str:
        """Return what it is called."""
        return str(member_label(self.section, self.path))

    def member(self, name: str) -> Self:
        """Return the place of a member of it."""
        model = model_of(self.kind)
        field = model.model_fields.get(name) if model else None
        kind = None if field is None else kind_of(field.annotation)[0]
        return type(self)(self.section, f"{self.path}.{name}".lstrip("."), kind)


@dataclass(frozen=True)
class Row:
    """One line of what is told.

    Attributes:
        label: what it is.
        text: what it says; foreign, to be shown with care.
        lang: BCP 47 tag of free text, or empty.
        depth: how far it stands in.
        machine: whether it is a code, to be set in a fixed face, left to right.
        safe: whether what is invisible in the text is visible already.
        notices: what deserves a second look.
        local: of a moment, the same on the clock of this office, where that is not UTC.
    """

    label: str
    text: str = ""
    lang: str = ""
    depth: int = 0
    machine: bool = False
    safe: bool = False
    notices: tuple[str, ...] = ()
    local: str = ""


def tell(
    sections: Mapping[str, Any], message_type: str, secret: Mapping[str, tuple[Mark, ...]]
) -> list[Row]:
    """Return the rows of a message's sections, in the order of its type and of their models.

    Members that only machines read are left to the record.

    Args:
        sections: of the message.
        message_type: its type.
        secret: markers on exhibits that are offered (`marks.of_offers`); their names are hidden.
    """
    found: list[Row] = []
    row = KNOWN.row(message_type)
    listed = () if row is None else tuple(row.sections)
    for name in (*listed, *sorted(sections.keys() - set(listed))):  # the rest: of private use
        if name not in sections:
            continue
        found.append(Row(str(section_label(name))))
        place = _Place(name, "", SECTIONS.get(name))
        members = in_order(name, sections[name])
        if name in solution_rows.SECTIONS:
            found += [
                Row(str(label), said, lang, depth=1, machine=machine)
                for label, said, lang, machine in solution_rows.lines(name, members)
            ]
            continue
        if name == "costs":
            shown = amount_text(members["amount_minor"], members["currency"])
            found.append(Row(gettext("Amount"), shown, depth=1, machine=True))
            members = {"note": members["note"]}
        if name == "offer" and (hiding := secret.get(str(members["exhibit"]))):
            found.append(Row(place.member("description").label, marked(hiding), depth=1))
            members = {key: value for key, value in members.items() if key != "description"}
        found.extend(_members(place, members, depth=1))
    return found


def in_short(
    sections: Mapping[str, Any], message_type: str, secret: Mapping[str, tuple[Mark, ...]]
) -> list[Row]:
    """Return the rows of a message that an officer has to know before answering, at most six.

    Of a request: what is asked, which data, period, urgency and reasons; of others the first rows.

    Args:
        sections: of the message.
        message_type: its type.
        secret: as of `tell`.
    """
    if "request" not in sections:
        told = tell(sections, message_type, secret)
        return [row for row in told if row.text and not row.machine][:SHORT]
    found = []
    for section, name in _ASKED:
        value = sections.get(section, {}).get(name)
        if value in (None, [], ""):
            continue
        place = _Place(section, "", SECTIONS.get(section)).member(name)
        if name == "period":
            found.append(Row(place.label, _joined(place, value)))
            continue
        rows = list(_member(place, value, depth=1))
        more = f" (+{len(rows) - 1})" if len(rows) > 1 else ""
        found.append(replace(rows[0], text=f"{rows[0].text}{more}"))
    return found[:SHORT]


def _members(place: _Place, value: Any, *, depth: int) -> Iterator[Row]:
    if not isinstance(value, Mapping):
        return
    for name, member in value.items():
        if name in MACHINE.get(place.section, ()) or member in (None, [], ""):
            continue
        yield from _member(place.member(name), member, depth=depth)


def _member(place: _Place, member: Any, *, depth: int) -> Iterator[Row]:
    if isinstance(member, Mapping) and set(member) == {"lang", "text"}:
        yield Row(place.label, str(member["text"]), str(member["lang"]), depth)
    elif isinstance(member, Mapping):
        yield Row(place.label, depth=depth)
        yield from _members(place, member, depth=depth + 1)
    elif isinstance(member, list) and (place.name == "grounds" or name_of(place.kind) == "Topic"):
        yield from _lawful(place, member, depth)
    elif isinstance(member, list):
        for item in member:
            if place.name == "accounts":
                yield _account(place, item, depth)
            elif place.name == "items":
                yield Row(place.label, _item(place, item), depth=depth)
            elif isinstance(item, Mapping):
                yield Row(place.label, _joined(place, item), depth=depth)
            else:
                yield Row(place.label, str(item), depth=depth)
    elif isinstance(member, bool):
        yield Row(place.label, gettext("yes") if member else gettext("no"), depth=depth)
    else:
        kind = name_of(place.kind)
        local = _local(str(member)) if kind == "Time" else ""
        fixed = kind in _LEFT_TO_RIGHT
        yield Row(place.label, _coded(place, member), "", depth, fixed, local=local)


def _local(text: str) -> str:
    """Return a moment on the clock of this office, with its city; nothing where that is UTC."""
    zone = office_zone()
    if zone.key in UTC_NAMES:
        return ""
    seen_here = in_zone(parse_time(text), zone)
    return f"{date_text(seen_here)} {seen_here:%H:%M} · {city(zone)}"


def _account(place: _Place, account: Mapping[str, str], depth: int) -> Row:
    """Return an identifier in the form for people, with what deserves a second look."""
    found = seen(account)
    if found is None:
        return Row(place.label, _joined(place, account), depth=depth)
    told = tuple(str(NOTICE[code]) for code in found.notices)
    if found.fault:
        told = (gettext("The text does not have the form of its type: ask the partner authority."),)
    service = isolated(account["service"], technical=True)
    text = f"{service} · {found.display}"
    label = str(KIND[account["type"]]) if "type" in account else place.label
    return Row(label, text, depth=depth, safe=True, notices=told)


def _item(place: _Place, item: Mapping[str, Any]) -> str:
    """Return an item, its number first whatever order the members came in."""
    free = item.get("description") or item.get("text")
    said = free["text"] if free else _coded(place.member("outcome"), item["outcome"])
    return f"{item['number']} · {said}"


def _lawful(place: _Place, texts: list[str], depth: int) -> Iterator[Row]:
    """Yield grounds or topics in the law's words; below the last stands if nobody reviewed them."""
    if place.name == "topics":
        reviewed = topics_reviewed()
        found = [Said(topic_named(text), "", reviewed=reviewed) for text in texts]
    else:
        found = [_ground(text) for text in texts]
    mark = () if all(said.reviewed for said in found) else (str(UNREVIEWED),)
    for number, said in enumerate(found, 1):
        told = mark if number == len(found) else ()
        yield Row(place.label, said.text, depth=depth, notices=told)


def _ground(text: str) -> Said:
    """Return a ground of a treaty in words, with its article; one of a State's own law as it is."""
    instrument, _space, key = text.partition(" ")
    unheld = gettext("%(text)s (no ground of a treaty that is held here)") % {"text": text}
    return assessment_rows.ground(instrument, key) or Said(unheld, "", reviewed=True)


def _coded(place: _Place, value: Any) -> str:
    if place.name == "instrument":
        return str(labels.BASIS.get(value, value))
    if place.name == "article":
        alone = is_number(str(value))
        return gettext("Article %(number)s") % {"number": value} if alone else str(value)
    if place.name == "measure":
        return str(MEASURE.get(value, value))
    if name_of(place.kind) == "Time":
        return str(value).replace("T", " ").replace(":00Z", " UTC")
    if get_origin(plain_of(place.kind)) is Literal:
        return str(code_label(place.section, place.path, str(value)))
    return str(value)


def _joined(place: _Place, item: Mapping[str, Any]) -> str:
    """Return a small object on one line, for example an account."""
    parts = []
    for name, value in item.items():
        if value is None:
            continue
        inner = value.get("text", "") if isinstance(value, Mapping) else value
        parts.append(_coded(place.member(name), inner))
    return " · ".join(parts)
