"""Who of the office can sign, by name, on any page."""

from django import template

from comity.node.core.clock import now
from comity.node.duty import roster_store
from comity.node.messages.countersigners import countersigners as named
from comity.node.service.handle import this_service
from comity.node.web.text_format import listed

register = template.Library()


@register.simple_tag
def countersigners(case: str = "") -> str:
    """Return who can sign as approver, those on duty first, or an empty text.

    Args:
        case: number of the case that they have to see.
    """
    at = now()
    shift = roster_store.on_duty(at)
    crew = shift.crew if shift else None
    duty = [crew.officer, crew.second, crew.deputy] if crew else []
    return listed(named(this_service().node, case, at=at, on_duty=[one for one in duty if one]))
