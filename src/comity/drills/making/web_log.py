"""A web server's log in the combined format of Apache and nginx.

Source: Apache HTTP Server 2.4, "Log Files", section "Combined Log Format".
"""

from datetime import datetime

from comity.drills.making.kinds import SAYS
from comity.drills.making.spelling import MONTHS
from comity.drills.making.story import Wanted
from comity.drills.making.world import World


def write_web_log(world: World, wanted: Wanted) -> bytes:
    """Return the log of one server; its first line says that it is an exercise."""
    begins = _bracketed(world.story.begins)
    address = world.machines[wanted.of].address
    lines = [f'{address} - - [{begins}] "GET /exercise HTTP/1.1" 204 - "-" "{SAYS}"']
    for event in world.events:
        visit = world.visit(event)
        if visit and visit.server.key == wanted.of:
            sent = f"{visit.method} {visit.path} HTTP/1.1"
            lines.append(
                f"{visit.client.address} - {visit.user or '-'} [{_bracketed(event.at)}] "
                f'"{sent}" {visit.status} {len(visit.body) or "-"} "-" "{visit.agent}"'
            )
    return ("\n".join(lines) + "\n").encode()


def _bracketed(at: datetime) -> str:
    return f"{at:%d}/{MONTHS[at.month - 1]}/{at:%Y:%H:%M:%S} +0000"
