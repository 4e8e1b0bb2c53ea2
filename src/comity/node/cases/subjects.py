"""What cases are about, in words: made by rule of their first message, or given by an officer.

By rule a subject names offence, measure, the kind of identifier asked about and the other State, by
codes, in the reader's language; nothing that a message says in free text is in it. Who may read
content is shown the first identifier instead of its kind, so that two cases of one kind differ, and
what an officer wrote instead of the rule; neither is shown while a sensitivity label is set on an
exhibit or original of the case.

Source: ADR 0102.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.node.core.labels import read_labels
from comity.node.core.signals import cases_changed
from comity.node.log import audit
from comity.node.models import CaseSubject, Conversation, MessageRow, Officer, SectionRow
from comity.node.people.permissions import Right, may
from comity.node.web import labels
from comity.node.web.assistance_labels import KIND
from comity.node.web.identifier_kinds import KIND as TARGET
from comity.node.web.measure_labels import MEASURE
from comity.node.web.story_names import state_text

OFFENCE: Final = read_labels(__package__)["offence"]
LABELLED: Final = RawSQL(
    "EXISTS (SELECT 1 FROM node_conversation AS c JOIN node_package AS p ON p.conversation = "
    "c.digest JOIN node_mark AS m ON m.kind = 'exhibit' AND m.subject = p.exhibit AND m.lifted_at "
    'IS NULL WHERE c."case" = node_conversation."case") OR EXISTS (SELECT 1 FROM node_docketitem '
    "AS d JOIN node_mark AS m ON m.kind = 'original' AND m.subject = d.about AND m.lifted_at IS "
    'NULL WHERE d.kind = \'mail\' AND d."case" = node_conversation."case")',
    (),
    output_field=BooleanField(),
)
"""A sensitivity label is set on an exhibit or an original of a conversation's case."""
_TABLE: Final = "table.called"
_MOST_CHARS: Final = 60
"""Of an identifier in a subject; the case shows it whole."""
_OTHER: Final = "other"
"""The kind of identifier that says nothing."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a case is about; as a text, in the language of whoever reads it now.

    Attributes:
        case: its number.
        type: of the message that opened it.
        measure: that it asks, or empty.
        offence: code of `OFFENCE`, or empty.
        party: the other side.
        target: kind of the first identifier that is asked about, or empty.
        targets: how many identifiers that is about.
        identifier: the first itself; empty where the reader may not see it.
        own: what an officer wrote instead; empty where nothing is, or the reader may not see it.
        hidden: whether a sensitivity label hides what an officer wrote.
    """

    case: str
    type: str
    measure: str
    offence: str
    party: str
    target: str = ""
    targets: int = 0
    identifier: str = ""
    own: str = ""
    hidden: bool = False

    @property
    def by_rule(self) -> str:
        """Return the subject as the rule makes it, in the reader's language."""
        measure, state = self._measure(), state_text(self.party)
        if self.offence not in OFFENCE:
            return _("%(measure)s, %(state)s") % {"measure": measure, "state": state}
        return _("%(offence)s: %(measure)s, %(state)s") % {
            "offence": str(OFFENCE[self.offence]),
            "measure": _lowered(measure),
            "state": state,
        }

    def _measure(self) -> str:
        if self.type == _TABLE:
            return str(KIND["table"])
        measure = str(MEASURE.get(self.measure) or labels.DONE.get(self.type) or self.type)
        target = self._target()
        return (
            _("%(measure)s, %(target)s") % {"measure": measure, "target": target}
            if target
            else measure
        )

    def _target(self) -> str:
        """Return what is asked about: the first identifier or its kind, and how many more."""
        first = self.identifier
        if not first and self.target in TARGET and self.target != _OTHER:
            first = _lowered(str(TARGET[self.target]))
        more = self.targets - 1
        if not first or more < 1:
            return first
        return ngettext("%(target)s and %(n)s more", "%(target)s and %(n)s more", more) % {
            "target": first,
            "n": more,
        }

    def __str__(self) -> str:
        """Return what an officer wrote, or else what the rule makes."""
        return self.own or self.by_rule


def subjects(numbers: Iterable[str], *, reader: Officer | None) -> dict[str, Subject]:
    """Return the subjects of cases, by number, by one statement however many there are.

    Args:
        numbers: of cases that the reader may see; of what is no case nothing is returned.
        reader: for whom; None for the node itself and for what leaves it without anybody signed in
            (a notice, a webhook): nothing that an officer wrote is told then.
    """
    wanted = sorted({number for number in numbers if number})
    if not wanted:
        return {}
    found: dict[str, Subject] = {}
    told = reader is not None and may(reader, Right.READ_CONTENT)
    for row in _rows(wanted, own=told):
        if row["case"] in found:  # a later conversation of the same case
            continue
        own = str(row.get("own") or "")
        covered = told and bool(row["marked"]) and _is_browser(reader)
        identifier = "" if covered else " ".join(str(row.get("identifier") or "").split())
        others = (one for one in row["members"] if one != row["opener"])
        found[row["case"]] = Subject(
            case=row["case"],
            type=row["type"],
            measure=row["measure"],
            offence=row["offence"],
            party=next(others, "") if row["ours"] else row["opener"],
            target=row["target"],
            targets=row["targets"],
            identifier=_cut(identifier),
            own="" if covered else own,
            hidden=bool(own and covered),
        )
    return found


def labelled(numbers: Iterable[str]) -> set[str]:
    """Return those of the cases in which a sensitivity label is set."""
    rows = Conversation.objects.filter(LABELLED, case__in=sorted(set(numbers)))
    return set(rows.values_list("case", flat=True))


def change(case: str, text: str, *, at: datetime, by: str) -> bool:
    """Give a case a subject, inside the caller's transaction; tell whether that changed it.

    Args:
        case: which.
        text: one line; empty for the subject made by rule.
        at: this moment.
        by: for the audit, which is not told the words.
    """
    before = CaseSubject.objects.filter(case=case).values_list("text", flat=True).first()
    if (before or "") == text:
        return False
    if text:
        given = {"text": text, "at": at, "by": by}
        CaseSubject.objects.update_or_create(case=case, defaults=given)
    else:
        CaseSubject.objects.filter(case=case).delete()
    detail = "own" if text else "rule"
    audit.note(at=at, actor=by, action="case.subject", subject=case, detail=detail)
    cases_changed.send(None, cases=[case])
    return True


def _lowered(label: str) -> str:
    """Return a label as it stands within a sentence; an abbreviation stays as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARS else f"{text[: _MOST_CHARS - 1]}…"


def _is_browser(reader: Officer | None) -> bool:
    """Tell whether somebody came in with a browser: a program's token is told all (ADR 0045)."""
    return reader is None or reader.token is None


def _rows(numbers: list[str], *, own: bool) -> Any:
    rows = Conversation.objects.filter(case__in=numbers).order_by("opened_at", "digest")
    names = ("case", "type", "measure", "offence", "target", "targets", "opener", "members", "ours")
    if not own:
        return rows.values(*names)
    given = CaseSubject.objects.filter(case=OuterRef("case"))
    opening = MessageRow.objects.filter(content=OuterRef(OuterRef("digest"))).values("record")[:1]
    said = SectionRow.objects.filter(record=Subquery(opening), name="subject", salt__isnull=False)
    return rows.annotate(
        own=Subquery(given.values("text")),
        identifier=Subquery(said.values_list(KT("value__accounts__0__identifier"))[:1]),
        marked=Case(When(Q(targets__gt=0) | Exists(given), then=LABELLED), default=Value(False)),
    ).values(*names, "own", "identifier", "marked")
