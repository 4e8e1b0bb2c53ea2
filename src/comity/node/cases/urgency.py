"""How urgent a request says it is: on its opening message, or on the paper that opened it."""

from typing import Final

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from comity.node.cases.severity import EMERGENCY, URGENT
from comity.node.models import DocketEntry, MessageRow, SectionRow

UNDECIDED: Final = ("submitted", "acknowledged", "clarifying")


def says(urgency: str) -> Q:
    """Return the condition that a conversation's opening says how urgent it is.

    Args:
        urgency: ``normal``, ``urgent`` or ``emergency``.
    """
    opening = MessageRow.objects.filter(content=OuterRef(OuterRef("digest"))).values("record")
    told = Exists(SectionRow.objects.filter(
        name="request", value__urgency=urgency, record__in=opening
    ))  # fmt: skip
    written = DocketEntry.objects.filter(
        digest=OuterRef("digest"), value__sections__request__urgency=urgency
    )
    return Q(told) | Q(Exists(written))


def said() -> Case:
    """Return the expression of what a conversation's opening says: emergency, urgent, or empty."""
    pressing = (When(says(word), then=Value(word)) for word in (EMERGENCY, URGENT))
    return Case(*pressing, default=Value(""), output_field=CharField())


def emergencies() -> QuerySet[SectionRow, str]:
    """Return the records of messages whose request says that it is an emergency."""
    says_so = Q(value__urgency=EMERGENCY) | Q(value__measure=EMERGENCY)
    return SectionRow.objects.filter(says_so, name="request").values_list("record", flat=True)
