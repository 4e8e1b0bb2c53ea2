"""How many officers sign, in one sentence for the form, the draft and the list of measures."""

from dataclasses import replace

from django.utils.translation import gettext, ngettext

from comity.exchange import KNOWN, Floor
from comity.node.cases.queries import needs_of
from comity.node.cases.severity import EMERGENCY, PRESERVATION
from comity.node.core.node import Node

_REQUEST = "request.submitted"


def signatures_needed(node: Node, measure: str, urgency: str = "") -> str:
    """Return in words how many officers sign a request before it goes.

    Args:
        node: this node, whose policy may ask for more than the table.
        measure: that is asked for; empty for what holds of most.
        urgency: of the request; empty where it is not chosen yet.
    """
    move = KNOWN.newest.row(_REQUEST)
    need = needs_of(node, move) if move else Floor()
    late, every = signature_sentence(need), signature_sentence(replace(need, late_hours=None))
    if late == every or measure in (PRESERVATION, EMERGENCY) or urgency == EMERGENCY:
        return late
    return every if urgency else f"{every} {gettext('In an emergency:')} {late}"


def signature_sentence(need: Floor, given: int | None = None) -> str:
    """Return in words how many officers sign.

    Args:
        need: signatures by role; ``late_hours`` only where a countersignature may follow.
        given: of those due before sending, how many are there; None where there is no draft yet.
    """
    if need.late_hours and need.approver:
        hours = {"n": need.author, "hours": need.late_hours}
        if given is None:
            return (
                ngettext(
                    "%(n)d signature before sending; "
                    "countersignature by an approver within %(hours)d hours of sending.",
                    "%(n)d signatures before sending; "
                    "countersignature by an approver within %(hours)d hours of sending.",
                    need.author,
                )
                % hours
            )
        return ngettext(
            "%(n)d signature before sending (%(given)d given); "
            "countersignature by an approver within %(hours)d hours of sending.",
            "%(n)d signatures before sending (%(given)d given); "
            "countersignature by an approver within %(hours)d hours of sending.",
            need.author,
        ) % {**hours, "given": given}
    number = need.author + need.approver
    if not number:
        return gettext("No signature is needed.")
    return ngettext("%(n)d officer signs.", "%(n)d officers sign.", number) % {"n": number}
