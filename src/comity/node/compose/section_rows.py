"""What a message says, as rows of label and text for any section."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.exchange.bodies import in_order
from comity.exchange.editions import KNOWN
from comity.instruments.amounts import amount_text
from comity.instruments.identifiers.text import isolated
from comity.node.assistance import solution_rows
from comity.node.assistance.topics import topic_named, topics_reviewed
from comity.node.compose.identifier_labels import KIND, NOTICE
from comity.node.evidence.labels import marked
from comity.node.law import assessment_rows
from comity.node.law.wording import UNREVIEWED, Said
from comity.node.messages.normalize_identifiers import seen
from comity.node.models import Mark
from comity.node.web import assistance_labels as assistance
from comity.node.web import labels
from comity.node.web.measure_labels import MEASURE

LABELS: Final = {
    "accounts": _("Accounts or identifiers"),
    "acknowledgement": _("Acknowledgement"),
    "amount_minor": _("Amount in the smallest unit"),
    "article": _("Article"),
    "authority": _("Investigating authority"),
    "basis": _("Legal basis"),
    "conditions": _("Conditions of use"),
    "confidential": _("Confidential"),
    "contact": _("How to reach them"),
    "costs": _("Costs"),
    "count": _("Events so far"),
    "currency": _("Currency"),
    "custody": _("Chain of custody"),
    "decision": _("Decision"),
    "delivery": _("Key for the evidence"),
    "description": _("Description"),
    "digest": _("Digest"),
    "domestic_order": _("Domestic order"),
    "end": _("Period to"),
    "execution": _("Execution"),
    "exhibit": _("Exhibit"),
    "extension": _("Extension"),
    "facts": _("Facts"),
    "files": _("Files"),
    "forwarding": _("Competent authority"),
    "grounds": _("Grounds"),
    "holder": _("Who holds the data"),
    "identifier": _("Identifier"),
    "information": _("Information"),
    "items": _("Item"),
    "instrument": _("Treaty or law"),
    "kind": _("Kind"),
    "links": _("Belongs to"),
    "measure": _("What is asked"),
    "name": _("Name of the authority"),
    "necessity": _("Why it is needed, and why now"),
    "note": _("Note"),
    "offence": _("Offence"),
    "offer": _("Sealed evidence"),
    "period": _("Period"),
    "preservation": _("Preservation"),
    "purpose": _("Purpose"),
    "purpose_limit": _("Only to be used for"),
    "reasons": _("Reasons"),
    "recipient": _("Recipient key"),
    "reference": _("Reference"),
    "relation": _("Relation"),
    "request": _("Request"),
    "review_by": _("To be reviewed by"),
    "root": _("Root of the sealed package"),
    "sealed_size_bytes": _("Sealed size in bytes"),
    "service": _("Service"),
    "start": _("Period from"),
    "status": _("Standing of the basis"),
    "subject": _("What exactly is asked"),
    "summary": _("Summary"),
    "text": _("Text"),
    "title": _("Title of who is in charge"),
    "to": _("Authority"),
    "until": _("Until"),
    "urgency": _("Urgency"),
    "use": _("Use"),
    **assistance.LABELS,
}
CODES: Final = {
    "in-force": _("in force between the two States"),
    "signed-not-in-force": _("signed, not in force"),
    "reciprocity": _("reciprocity"),
    "domestic-law": _("domestic law"),
    "normal": _("normal"),
    "urgent": _("urgent"),
    "emergency": _("emergency: life or limb"),
    "preservation": _("Preservation of data"),
    "follows": _("Follows it"),
    "parallel": _("Runs beside it"),
    "joint-investigation": _("Joint investigation"),
    "use-limitation": _("Limit on use"),
    "confidentiality": _("Confidentiality"),
    "return": _("Return"),
    "destruction": _("Destruction"),
    "other": _("Other"),
    "other-proceedings": _("Other proceedings"),
    "onward-transfer": _("Passing on to another State"),
    "exculpatory": _("It speaks for the accused"),
    "public": _("Public proceedings"),
    "accepted": _("accepted"),
    "refused": _("refused"),
    "postponed": _("postponed"),
    "done": _("done"),
    "nothing-found": _("done, nothing found"),
    **assistance.CODES,
}
_CODED: Final = frozenset(
    {"status", "urgency", "relation", "kind", "purpose", "outcome", "form"}
) | {"answer", "state"}
_MACHINE: Final = frozenset(
    {"block_size_bytes", "file_list", "tag_manifest", "recipients", "events", "approval"}
) | {"statement"}
_TIMES: Final = frozenset({"until", "start", "end", "review_by"}) | assistance.TIMES
_LAWFUL: Final = frozenset({"grounds", "topics"})
_LEFT_TO_RIGHT: Final = (
    frozenset({"conversation", "digest", "exhibit", "root", "recipient", "size_bytes"}) | _TIMES
)


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
    """

    label: str
    text: str = ""
    lang: str = ""
    depth: int = 0
    machine: bool = False
    safe: bool = False
    notices: tuple[str, ...] = ()


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
        found.append(Row(_label(name)))
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
            found.append(Row(_label("description"), marked(hiding), depth=1))
            members = {key: value for key, value in members.items() if key != "description"}
        found.extend(_members(members, depth=1))
    return found


def _label(name: str) -> str:
    return str(LABELS.get(name, name))


def _members(value: Any, *, depth: int) -> Iterator[Row]:
    if not isinstance(value, Mapping):
        return
    for name, member in value.items():
        if name in _MACHINE or member in (None, [], ""):
            continue
        yield from _member(name, member, depth=depth)


def _member(name: str, member: Any, *, depth: int) -> Iterator[Row]:
    if isinstance(member, Mapping) and set(member) == {"lang", "text"}:
        yield Row(_label(name), str(member["text"]), str(member["lang"]), depth)
    elif isinstance(member, Mapping):
        yield Row(_label(name), depth=depth)
        yield from _members(member, depth=depth + 1)
    elif isinstance(member, list) and name in _LAWFUL:
        yield from _lawful(name, member, depth)
    elif isinstance(member, list):
        for item in member:
            if name == "accounts":
                yield _account(item, depth)
            elif name == "items":
                yield Row(_label(name), _item(item), depth=depth)
            elif isinstance(item, Mapping):
                yield Row(_label(name), _joined(item), depth=depth)
            else:
                yield Row(_label(name), str(item), depth=depth)
    elif isinstance(member, bool):
        yield Row(_label(name), gettext("yes") if member else gettext("no"), depth=depth)
    else:
        yield Row(_label(name), _coded(name, member), "", depth, name in _LEFT_TO_RIGHT)


def _account(account: Mapping[str, str], depth: int) -> Row:
    """Return an identifier in the form for people, with what deserves a second look."""
    found = seen(account)
    if found is None:
        return Row(_label("accounts"), _joined(account), depth=depth)
    told = tuple(str(NOTICE[code]) for code in found.notices)
    if found.fault:
        told = (gettext("It does not have the form of its type: ask the other side."),)
    service = isolated(account["service"], technical=True)
    text = f"{service} · {found.display}"
    label = str(KIND[account["type"]]) if "type" in account else _label("accounts")
    return Row(label, text, depth=depth, safe=True, notices=told)


def _item(item: Mapping[str, Any]) -> str:
    """Return an item, its number first whatever order the members came in."""
    free = item.get("description") or item.get("text")
    said = free["text"] if free else item["outcome"]
    return f"{item['number']} · {_coded('outcome', said) if 'outcome' in item else said}"


def _lawful(name: str, texts: list[str], depth: int) -> Iterator[Row]:
    """Yield grounds or topics in the law's words; below the last stands if nobody reviewed them."""
    if name == "topics":
        reviewed = topics_reviewed()
        found = [Said(topic_named(text), "", reviewed=reviewed) for text in texts]
    else:
        found = [_ground(text) for text in texts]
    mark = () if all(said.reviewed for said in found) else (str(UNREVIEWED),)
    for number, said in enumerate(found, 1):
        told = mark if number == len(found) else ()
        yield Row(_label(name), said.text, depth=depth, notices=told)


def _ground(text: str) -> Said:
    """Return a ground of a treaty in words, with its article; one of a State's own law as it is."""
    instrument, _space, key = text.partition(" ")
    unheld = gettext("%(text)s (no ground of a treaty that is held here)") % {"text": text}
    return assessment_rows.ground(instrument, key) or Said(unheld, "", reviewed=True)


def _coded(name: str, value: Any) -> str:
    if name == "instrument":
        return str(labels.BASIS.get(value, value))
    if name == "article":
        return gettext("Article %(number)s") % {"number": value}
    if name == "measure":
        return str(MEASURE.get(value, value))
    if name in _TIMES:
        return str(value).replace("T", " ").replace(":00Z", " UTC")
    return str(CODES.get(value, value)) if name in _CODED else str(value)


def _joined(item: Mapping[str, Any]) -> str:
    """Return a small object on one line, for example an account."""
    parts = []
    for name, value in item.items():
        if value is None:
            continue
        inner = value.get("text", "") if isinstance(value, Mapping) else value
        parts.append(_coded(name, inner))
    return " · ".join(parts)
