"""The circle of an officer: the one rule that says which cases the officer may see.

A case is seen by

1. whoever broke the glass of it, while that lasts;
2. otherwise, if it stands in a compartment, its members alone; and of those
3. everybody with a right to read cases, unless it is restricted;
4. whoever is assigned to it;
5. while nobody in office is assigned to it: whoever takes what is new (right ``unassigned``).

In a small office a case is open unless somebody restricts it; in a ministry it is restricted unless
somebody opens it. What belongs to no case is open to the office.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from comity.node.core.config import MINISTRY
from comity.node.core.prepared_queries import Prepared
from comity.node.models import (
    BrokenGlass,
    CaseAccess,
    CaseOfficer,
    Conversation,
    DocketItem,
    DraftRow,
    MessageRow,
    Officer,
    OutboxRow,
    Package,
    SearchDocument,
)
from comity.node.people.permissions import Right, may, preset

_RESTRICTED = CaseAccess.Openness.RESTRICTED


class OutsideError(ObjectDoesNotExist, Http404):
    """Something is named that is not here, or not for whoever names it: both look the same."""


@dataclass(frozen=True)
class Circle:
    """What one officer may see at one moment.

    Attributes:
        officer: who looks.
        at: this moment; a broken glass ends.
        open: whether nothing has to be kept from the officer, so that queries stay as they are.
    """

    officer: Officer
    at: datetime
    open: bool

    def _seen(self, field: str) -> Q:
        """Return the condition on a row whose ``field`` is the number of a case."""
        of_case = {"case": OuterRef(field)}
        decided, assigned = (
            CaseAccess.objects.filter(**of_case),
            CaseOfficer.objects.filter(**of_case),
        )
        glass = BrokenGlass.objects.filter(**of_case, officer=self.officer, until__gt=self.at)
        outside = decided.exclude(compartment=None).exclude(
            compartment__in=self.officer.compartments.all()
        )
        if preset() == MINISTRY:
            inside = Q(Exists(decided.filter(openness=CaseAccess.Openness.OFFICE)))
        else:
            inside = Q(~Exists(decided.filter(openness=_RESTRICTED)))
        inside |= Q(Exists(assigned.filter(officer=self.officer)))
        if may(self.officer, Right.UNASSIGNED):
            inside |= Q(~Exists(assigned.filter(officer__user__is_active=True)))
        return Q(Exists(glass)) | (Q(~Exists(outside)) & inside)

    def of_case(self, field: str = "case") -> Q:
        """Return the condition on rows that name a case, or none."""
        return Q() if self.open else Q(**{field: ""}) | self._seen(field)

    def conversations(self) -> QuerySet[Conversation]:
        """Return the conversations that may be seen."""
        return Conversation.objects.filter(self.of_case())

    def of_conversation(self, field: str = "conversation") -> Q:
        """Return the condition on rows that name a conversation."""
        return Q() if self.open else Q(**{f"{field}__in": self.conversations().values("digest")})

    def drafts(self) -> QuerySet[DraftRow]:
        """Return the drafts that may be seen; in a ministry those of no case yet by few."""
        if self.open:
            return DraftRow.objects.all()
        new = Q(case="")
        if preset() == MINISTRY and not may(self.officer, Right.UNASSIGNED):
            new &= Q(made_by=self.officer.user.get_username())
        return DraftRow.objects.filter(new | (~Q(case="") & self._seen("case")))

    def items(self) -> QuerySet[DocketItem]:
        """Return the items of the docket that may be seen, mail and letters among them."""
        return DocketItem.objects.filter(
            Q() if self.open else self.of_case() | Q(assigned=self.officer.identifier)
        )

    def documents(self) -> QuerySet[SearchDocument]:
        """Return what a search may find."""
        mine = Q(assigned=self.officer.identifier)
        return SearchDocument.objects.filter(Q() if self.open else self.of_case() | mine)

    def packages(self) -> QuerySet[Package]:
        """Return the sealed packages that may be seen."""
        return Package.objects.filter(self.of_conversation())

    def messages(self) -> QuerySet[MessageRow]:
        """Return the messages that may be seen."""
        return MessageRow.objects.filter(self.of_conversation())

    def outbox(self) -> QuerySet[OutboxRow]:
        """Return the deliveries that may be seen; an operator runs the queue and sees it whole."""
        if self.open or not may(self.officer, Right.READ_CASES):
            return OutboxRow.objects.all()
        return OutboxRow.objects.filter(record__in=self.messages().values("record"))

    def has_case(self, number: str) -> bool:
        """Tell whether the office has a case of this number that may be seen.

        One that is hidden is not there: whoever asks cannot tell it from one that never was.
        """
        return bool(number) and Conversation.objects.filter(self.of_case(), case=number).exists()

    def check_names(self, value: object) -> None:
        """Raise if what somebody said names a row outside the circle.

        Args:
            value: as it was checked and will be stored; every member is looked up as it stands.

        Raises:
            OutsideError: it does.
        """
        from comity.node.people.access.identifier_scope import (  # it looks through circles
            is_outside,
            named_in,
        )

        if not self.open and is_outside(self, named_in(value)):
            raise OutsideError

    def sees(self, case: str) -> bool:
        """Tell whether a case may be seen, as far as there is one."""
        if self.open:
            return True
        return not Conversation.objects.filter(case=case).exclude(self.of_case()).exists()


EVERYTHING: Final = Circle(Officer(), datetime.max.replace(tzinfo=UTC), open=True)
"""What the node itself and the operator at its machine see."""


def circle_of_user(name: str, *, at: datetime) -> Circle:
    """Return what the officer who signs in by a name may see; of no officer's name, everything."""
    officer = Officer.objects.filter(user__username=name).select_related("user").first()
    return circle_of(officer, at=at) if officer else EVERYTHING


def circle_of(officer: Officer, *, at: datetime) -> Circle:
    """Return what an officer may see at a moment.

    Args:
        officer: who looks.
        at: this moment, aware UTC.
    """
    return Circle(officer, at, may(officer, Right.EVERY_CASE) or not _anythingclosed())


def whole_office(*, at: datetime) -> Circle:
    """Return the circle of the node itself, which leaves nothing out.

    What it gives is shown to nobody as it is: who sees what is another circle's.

    Args:
        at: this moment, aware UTC.
    """
    return Circle(Officer(), at, open=True)


def closed_cases() -> QuerySet[CaseAccess, Any]:
    """Return the settings of cases that some officers may not see."""
    closed = Q(openness=_RESTRICTED) | Q(compartment__isnull=False)
    return CaseAccess.objects.filter(closed).values_list("pk")[:1]


_CLOSED: Final = Prepared(closed_cases)


def _anythingclosed() -> bool:
    if preset() == MINISTRY:
        return True
    return bool(_CLOSED.rows())
