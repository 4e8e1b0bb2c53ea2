"""Things that exist at a node, by the names that paths of the API give them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.api.nodes import Office, Pair, preservation_request, text
from tests.desk import home
from tests.desk.everywhere import posted, solution
from tests.exchange.makers import ahead
from tests.exercise.world import hold
from tests.nodes.moving import made_package
from tests.paper.papers import SENEGAL, enter_authority, taken_in
from tests.privacy import said

from comity.client.api import Api
from comity.drills.blank import blank

type Things = Mapping[str, str]
"""``segment name`` or ``name`` of a part of a path -> what stands there; a path's first segment."""


_SPARE: Final = {"name": "nobody.depends", "role": "case"}


def things(pair: Pair, folder: Path, me: Callable[[str], str]) -> Things:
    """Let an office work until most of what a path can name is there.

    Args:
        pair: two offices; the asking one works.
        folder: for files that are handed in.
        me: role -> identifier of the person of that role who will call.
    """
    office = pair.asking
    sent = office.say(preservation_request())
    order = {"case": sent["case"], "reason": "For the court"}
    found = {
        "case": sent["case"],
        "digest": sent["conversation"],
        "messages digest": sent["content"],
        "export": office.ok("approver", "POST", "/exports", json=order)["id"],
        "sort": "case",
        "key": sent["case"],
        "kind": "exhibit",
        "instrument": "un-2024",
        "form": "csv",
        "round-tables form": "json",
        "privacy form": "pdf",
        "ladders kind": "overdue",
        "settings name": "goal_decided_hours",
    }
    return found | _acts(office, sent, me) | _evidence(office, sent, folder) | _rest(pair, folder)


def _acts(office: Office, sent: Mapping[str, Any], me: Callable[[str], str]) -> dict[str, str]:
    def act(name: str, told: Mapping[str, Any], case: str = "") -> str:
        body = {"act": name, "said": told, "case": case}
        return str(office.ok("author", "POST", "/docket", json=body)["item"])

    case = sent["case"]
    job = home.translation(sent["content"], me("translator"))
    enter_authority(office)
    waiting = {
        "type": "request.withdrawn",
        "conversation": sent["conversation"],
        "sections": {"note": {"text": text("Not needed.")}},
    }
    mail = taken_in(office)
    return {
        "draft": office.ok("author", "POST", "/drafts", json=waiting)["id"],
        "docket item": act("referral.sent", home.slip(), case),
        "translations item": act("translation.asked", job, case),
        "privacy item": act("breach.found", said.breach(SENEGAL)),
        "mail item": mail["item"],
        "originals digest": mail["original"],
        "letters item": posted(office),
        "shifts item": office.ok("duty", "POST", "/shifts", json={})["item"],
        "identifier": office.ok("operator", "POST", "/people", json=_SPARE)["identifier"],
    }


def _evidence(office: Office, sent: Mapping[str, Any], folder: Path) -> dict[str, str]:
    package = made_package(folder, 9000, seed=4711)
    session = Api(office.url, office.tokens["author"])
    session.upload(sent["conversation"], package.offer, package.path, acquired="By order 31")
    session.close()
    exhibit = package.offer["exhibit"]
    return {"root": package.root, "exhibits name": exhibit, "subject": exhibit}


def _rest(pair: Pair, folder: Path) -> dict[str, str]:
    office = pair.asking
    hold(office)
    solution(office, folder)
    own = {path: data.decode() for path, data in blank("an-own-one").items()}
    office.ok("trainer", "PUT", "/scenarios/an-own-one", json={"files": own, "edition": None})
    exercise = office.ok("trainer", "GET", "/exercises")["exercises"][0]["exercise"]
    teams = office.ok("trainer", "GET", f"/exercises/{exercise}")["teams"]
    lesson = {"text": "Ask first.", "owner": "Watch", "due": "2031-01-01"}
    lessons = f"/exercises/{exercise}/teams/{teams[0]['team']}/lessons"
    table = {"table": ahead("table")}
    called = office.say({"type": "table.called", "to": [pair.asked.party], "sections": table})
    return {
        "exercise": exercise,
        "team": teams[0]["team"],
        "exercises number": str(office.ok("trainer", "POST", lessons, json=lesson)["number"]),
        "scenario": "an-own-one",
        "solutions digest": office.ok("author", "GET", "/solutions")["solutions"][0]["digest"],
        "round-tables digest": called["conversation"],
        "assistance digest": called["conversation"],
    }
