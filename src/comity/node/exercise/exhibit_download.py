"""The bytes of an exhibit, given as a file that no browser shows."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from comity.drills import exhibit_bytes
from comity.node.exercise import scenario_library
from comity.node.exercise.room import Shown
from comity.node.models import TeamMember


def file_of(member: TeamMember, shown: Shown) -> HttpResponse:
    """Return an exhibit that was found to be before this player."""
    scenario = scenario_library.scenario_of(member.team.exercise.edition)
    data = exhibit_bytes(scenario, scenario.plan.exhibits[shown.key]) or b""
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=shown.name
    )
    return answer
