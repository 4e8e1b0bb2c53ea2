"""Those who look on in a room: hundreds ask each second, and one reading of the rows answers them.

Who asked with a session, and was let in, is known for half a minute: until then the next question
of the same browser is answered from what is read here three times a second for all of them
together. What is read each time includes whether the session and the place still stand (ADR 0067).
"""

import threading
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from comity.drills import Run
from comity.node.exercise import team_events
from comity.node.models import DeskSession, Team, TeamMember
from comity.node.people.permissions import Right, roles_with

KNOWN_S: Final = 30.0
"""After so long the session is opened again, which counts as its use."""
FRESH_S: Final = 0.3
"""How old what is told may be."""
MOST: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class Looker:
    """A browser that was let in.

    Attributes:
        session: its key.
        how: what else the answer depends on, such as the language that the browser asks for.
        member: the place in a team; its team and exercise are as they were last read.
        lang: of the answer.
        until_s: monotonic.
    """

    session: str
    how: Hashable
    member: TeamMember
    lang: str
    until_s: float


class _Lookers:
    """All of this process."""

    def __init__(self) -> None:
        self.by_session: dict[str, Looker] = {}
        self.runs: dict[str, Run] = {}
        self.read_at_s = 0.0
        self.reading = threading.Lock()


_all: Final = _Lookers()


def let_in(session: str, how: Hashable, member: TeamMember, lang: str) -> None:
    """Remember whom a session let in; nobody more where there are very many."""
    if len(_all.by_session) >= MOST:
        _forget_old()
    if len(_all.by_session) < MOST:
        until_s = time.monotonic() + KNOWN_S
        _all.by_session[session] = Looker(
            session=session, how=how, member=member, lang=lang, until_s=until_s
        )


def _forget_old() -> None:
    """Forget those whose session has to be opened again: nothing is read for who went away."""
    now_s = time.monotonic()
    for one in list(_all.by_session.values()):
        if one.until_s <= now_s:
            _all.by_session.pop(one.session, None)


def looker(session: str, how: Hashable) -> Looker | None:
    """Return whom a session let in a short while ago, and still would let in; else None."""
    if session in _all.by_session:
        _refresh()
    found = _all.by_session.get(session)
    if found is None or found.how != how or found.until_s <= time.monotonic():
        return None
    return found


def run_of(team: Team) -> Run | None:
    """Return a team's run as this process knows it best, without reading, or None.

    A page that was made a moment ago may have read more than was read for all.
    """
    found = [one for one in (_all.runs.get(team.pk), team_events.known(team)) if one is not None]
    return max(found, key=lambda one: len(one.events), default=None)


def _refresh() -> None:
    """Read anew what all depend on, unless that was done just now; one thread does it for all."""
    if time.monotonic() - _all.read_at_s < FRESH_S:
        return
    with _all.reading:
        begun_s = time.monotonic()
        if begun_s - _all.read_at_s >= FRESH_S:
            _forget_old()
            _read(list(_all.by_session.values()))
            _all.read_at_s = begun_s


def _read(known: Sequence[Looker]) -> None:
    rows = DeskSession.objects.filter(session_key__in=[one.session for one in known])
    sessions = dict(rows.values_list("session_key", "user"))
    standing = TeamMember.objects.filter(
        pk__in=[one.member.pk for one in known],
        officer__role__in=roles_with(Right.PLAY),
        officer__user__is_active=True,
    )
    people = dict(standing.values_list("pk", "officer__user"))
    places = Team.objects.select_related("exercise__edition").defer("exercise__edition__files")
    teams = places.in_bulk({one.member.team_id for one in known})
    for one in known:
        team, person = teams.get(one.member.team_id), people.get(one.member.pk)
        if team is None or person is None or sessions.get(one.session) != person:
            _all.by_session.pop(one.session, None)
        else:
            one.member.team = team
    _all.runs = team_events.read_all([team for team in teams.values() if team.run is not None])
