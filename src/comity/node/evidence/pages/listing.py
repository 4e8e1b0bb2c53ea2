"""The list of evidence in and out."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.evidence.exhibit_list import Line, Wanted, lines
from comity.node.evidence.labels import NEXT
from comity.node.models import Package
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import page

_WAYS = frozenset({"in", "out"})


@only(Right.READ_CASES)
def evidence(request: HttpRequest) -> HttpResponse:
    """List evidence, the last changed first, a page after the other."""
    asked = request.GET
    stage, way = asked.get("stage", ""), asked.get("way", "")
    wanted = Wanted(
        case=asked.get("case", "").strip()[:40],
        name=asked.get("exhibit", "").strip()[:80],
        stage=stage if stage in Package.Stage.values else "",
        way=way if way in _WAYS else "",
    )
    circle = circle_of(caller(request), at=now())
    try:
        found, after = lines(
            wanted,
            seen=circle.packages(),
            threads=circle.conversations(),
            after=asked.get("after", ""),
        )
    except PlaceError:
        return redirect("evidence")
    narrowed = {
        name: value
        for name, value in (
            ("case", wanted.case),
            ("exhibit", wanted.name),
            ("stage", wanted.stage),
            ("way", wanted.way),
        )
        if value
    }
    context = {
        "lines": [(line, NEXT.get(next_of(line), "")) for line in found],
        "wanted": wanted,
        "narrowed": bool(narrowed),
        "begun": "after" in asked,
        "first": urlencode(narrowed),
        "after": urlencode({**narrowed, "after": after}) if after else "",
        "stages": [(code, labels.STAGE[code]) for code in Package.Stage.values],
    }
    return page(request, "evidence/list.html", context)


def next_of(line: Line) -> str:
    """Return the code of what to do next with a package, or an empty text."""
    row, stage = line.package, Package.Stage
    due = line.retain_until is not None and line.retain_until < now()
    by_stage = {stage.FAILED: "ask-again", stage.WAITING: "make-room", stage.WANTED: "wait"}
    if row.stage == stage.DESTROYED:
        return ""
    if line.ordered:
        return "confirm-destruction"
    if row.stage in by_stage:
        return by_stage[stage(row.stage)]
    if due and not line.held:
        return "retention"
    if row.outgoing:
        return "" if row.offered_in or line.ended else "offer"
    return "" if line.opened else "open"
