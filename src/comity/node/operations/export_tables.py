"""What else an office holds, as tables of its export: the fields of a model, secrets left out.

Every model of this program is here, has a table of its own shape, or says why it is not exported.

Source: docs/reference/register-export.md.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import ForeignKey, Model

from comity.canonical import b64, time_text
from comity.node import models as m

_CHUNK: Final = 500
_DOCUMENTS: Final = frozenset({"event", "document"})
"""Fields whose bytes are JSON."""

type Line = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """A model that is exported as it is.

    Attributes:
        model: whose rows.
        without: fields that are secrets, or mean nothing outside this node.
    """

    model: type[Model]
    without: frozenset[str] = frozenset()

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns, as the model has them."""
        return tuple(name for name in _fields(self.model) if name not in self.without)

    def lines(self) -> Iterator[Line]:
        """Yield the rows, in order of their keys."""
        columns, fields = self.columns(), _fields(self.model)
        linked = [name for name in columns if isinstance(fields[name], ForeignKey)]
        rows = self.model._default_manager.order_by("pk")  # noqa: SLF001 - documented by Django
        for row in (rows.select_related(*linked) if linked else rows).iterator(chunk_size=_CHUNK):
            yield {name: _value(name, getattr(row, name)) for name in columns}


def _fields(model: type[Model]) -> dict[str, Any]:
    return {one.name: one for one in model._meta.concrete_fields}  # noqa: SLF001 - documented


def _value(name: str, value: Any) -> Any:
    """Return a field as JSON: times in UTC to the second, another row by its name or key."""
    if isinstance(value, m.Officer):
        return value.identifier
    if isinstance(value, m.Compartment):
        return value.name
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, datetime):
        return time_text(value.replace(microsecond=0))
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = bytes(value)
        return json.loads(data) if name in _DOCUMENTS else b64(data)
    return value


HELD: Final[Mapping[str, Held]] = {
    "drafts": Held(m.DraftRow),
    "departed-approvals": Held(m.DepartedApproval),
    "draft-approvals": Held(m.DraftApproval),
    "draft-edits": Held(m.DraftEdit),
    "unfinished-forms": Held(m.UnfinishedForm, frozenset({"fields"})),
    "removed-certificates": Held(m.RemovedCertificate),
    "case-access": Held(m.CaseAccess),
    "case-officers": Held(m.CaseOfficer),
    "case-subjects": Held(m.CaseSubject),
    "work-owners": Held(m.WorkOwner),
    "work-filters": Held(m.WorkFilter),
    "compartments": Held(m.Compartment),
    "broken-glass": Held(m.BrokenGlass),
    "glass-notices": Held(m.GlassNotice),
    "leaving-steps": Held(m.LeavingStep),
    "ended-cases": Held(m.EndedCase),
    "exhibits": Held(m.Exhibit),
    "custody-events": Held(m.CustodyEvent),
    "packages": Held(m.Package),
    "given-bytes": Held(m.GivenBytes),
    "strays": Held(m.StrayPackage),
    "inspections": Held(m.InspectionRow),
    "marks": Held(m.Mark),
    "viewings": Held(m.Viewing),
    "destruction-orders": Held(m.DestructionOrder),
    "court-exports": Held(m.CourtExport),
    "erasures": Held(m.Erasure),
    "outbox": Held(m.OutboxRow),
    "roster-weekly": Held(m.WeeklyShift),
    "roster-changes": Held(m.RosterChange),
    "contacts": Held(m.Reached),
    "ladders": Held(m.LadderRow),
    "alarms": Held(m.Alarm),
    "alarm-steps": Held(m.AlarmStep),
    "notices": Held(m.Notice),
    "imported-rows": Held(m.ImportedRow),
    "deadline-notices": Held(m.DeadlineNotice),
    "partner-test-failures": Held(m.PartnerTestFailure),
    "office-settings": Held(m.OfficeSetting),
    "hooks": Held(m.Hook, frozenset({"secret", "url"})),
    "solutions": Held(m.SolutionRow),
    "scenarios": Held(m.ScenarioEdition),
    "exercises": Held(m.Exercise, frozenset({"hall"})),
    "teams": Held(m.Team, frozenset({"code", "desk"})),
    "team-members": Held(m.TeamMember, frozenset({"pin"})),
    "team-events": Held(m.TeamEvent),
    "quiz-papers": Held(m.QuizPaper),
    "lessons": Held(m.Lesson),
    "lesson-wordings": Held(m.LessonWording),
    "partner-checkpoints": Held(m.PartnerCheckpoint),
    "epoch-explanations": Held(m.EpochExplanation),
    "witnessed-trees": Held(m.WitnessedTree),
    "timestamps": Held(m.Timestamp),
}
"""Name of a table to what it holds."""

SHAPED: Final[Mapping[str, str]] = {
    "node.Conversation": "register/conversations, register/cases",
    "node.MessageRow": "register/messages, messages/",
    "node.SectionRow": "register/messages, messages/",
    "node.ReceiptRow": "register/messages",
    "node.DocketItem": "register/docket-items",
    "node.DocketEntry": "register/docket-entries",
    "node.Original": "register/originals",
    "node.SolutionFile": "register/solutions/",
    "node.AuditRow": "register/audit",
    "node.Officer": "people/",
    "auth.User": "people/",
    "node.LogEntry": "log/",
    "node.LogHead": "log/",
    "node.LogNode": "log/",
    "node.OwnCheckpoint": "log/",
}
"""Models that are exported in a form of their own, with the place."""

_SEARCH: Final = "an index, made of what is exported"
_SECRET: Final = "a secret, or worth nothing without one"  # noqa: S105 - says why none is exported
_FRAME: Final = "of the frame that this program is built on: it holds nothing of the office"
LEFT_OUT: Final[Mapping[str, str]] = {
    "node.BoardLine": _SEARCH,
    "node.BoardFacet": _SEARCH,
    "node.SearchDocument": _SEARCH,
    "node.WorkItem": _SEARCH,
    "node.WorkCheck": "how the work items, made of what is exported, were found",
    "node.AuditCheck": "how the anchors over the audit, which is exported, were found",
    "node.SearchClock": _SEARCH,
    "node.SearchState": _SEARCH,
    "node.ApiToken": _SECRET,
    "node.LogToken": _SECRET,
    "node.DeskSession": _SECRET,
    "mfa.Authenticator": _SECRET,
    "account.EmailConfirmation": _SECRET,
    "socialaccount.SocialApp": _SECRET,
    "socialaccount.SocialToken": _SECRET,
    "socialaccount.SocialAccount": "how somebody signs in to this node, and to nothing else",
    "node.SignInFailure": "counts of failed tries, which end by themselves; the audit has the fact",
    "node.HookEvent": "what programs are told of rows that are exported",
    "node.OperatorSetting": "digests under a secret of this node, worth nothing without it",
    "node.HookDelivery": "what a program was told of rows that are exported, until it took it",
    "node.RepeatedCall": "answers kept so that a call made twice acts once",
    "node.PartnerCursor": "how far a partner's list was read",
    "node.OutsideContact": "when this node was last reached, which says nothing of another one",
    "node.Refusal": "what a partner's system refused, which this node would ask for again",
    "node.TimestampAuthority": "when an authority was last asked",
    "node.Upload": "a package that has not arrived whole, which its sender still has",
    "account.EmailAddress": _FRAME,
    "auth.Group": _FRAME,
    "auth.Permission": _FRAME,
    "contenttypes.ContentType": _FRAME,
}
"""Models that are not exported, and why."""
