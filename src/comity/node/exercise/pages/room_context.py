"""What every page of the room begins with: whose team it is, and how a deed is answered."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.drills import DrillEventError
from comity.node.core.clock import now
from comity.node.exercise import membership, player_actions
from comity.node.exercise.pages import room_labels as rw
from comity.node.exercise.player_timeline import room_of
from comity.node.exercise.room import Room
from comity.node.models import TeamMember
from comity.node.web import labels
from comity.node.web.permissions import caller
from comity.node.web.render import page


def member_in(request: HttpRequest) -> TeamMember | None:
    """Return the caller's place in a team."""
    return membership.member_of(caller(request))


def no_team(request: HttpRequest) -> HttpResponse:
    """Say that the person is in no team, and how one joins."""
    return page(request, "exercise/no_team.html", status=HTTPStatus.NOT_FOUND)


def room_for(member: TeamMember) -> Room:
    """Return what a member sees now, in the page's language."""
    return room_of(member, now(), (get_language() or "en").lower())


def done(
    request: HttpRequest,
    member: TeamMember,
    kind: str,
    names: Mapping[str, str],
    fields: Sequence[str] = (),
) -> str:
    """Do a deed and tell what came of it on the next page; return why not, or nothing."""
    try:
        found = player_actions.act(member, kind, names, at=now(), fields=fields)
    except DrillEventError as fault:
        state = room_for(member).state
        return str(rw.STATE_MEANS.get(state) or labels.fault(fault.code))
    except ComityError as fault:
        return labels.fault(fault.code)
    if not found.kept:
        messages.info(request, _("A member of your team had already done that."))
    elif found.right == "yes":
        messages.success(request, _("Right."))
    elif found.right == "no":
        messages.error(request, _wrong(found.tries_left))
    else:
        messages.success(request, f"{rw.DONE[kind]}.")
    return ""


def _wrong(left: int | None) -> str:
    if left is None:
        return _("Not right. Try again.")
    if not left:
        return _("Not right, and no try is left.")
    told = ngettext("Not right. %(n)d try is left.", "Not right. %(n)d tries are left.", left)
    return told % {"n": left}


def report_link() -> str:
    """Return the address of the report of a player's team."""
    return reverse("room-report")
