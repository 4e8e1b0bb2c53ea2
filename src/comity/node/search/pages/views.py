"""One search over cases, messages, the docket, mail and evidence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comity.canonical import state_of
from comity.node.cases import paper_authorities
from comity.node.cases.subjects import subjects
from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.docket import labels
from comity.node.models import Officer, SearchDocument
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.search import audited_search, reindex
from comity.node.search.query_parser import SearchWordsError
from comity.node.search.result_rows import Found
from comity.node.search.results import Wanted, kinds
from comity.node.service.handle import this_service
from comity.node.web import labels as web_labels
from comity.node.web.measure_labels import MEASURE
from comity.node.web.permissions import caller, only
from comity.node.web.render import page, period_in

Kind = SearchDocument.Kind
KINDS: Final = {
    Kind.CASE: _("Cases"),
    Kind.MESSAGE: _("Messages"),
    Kind.ITEM: _("Domestic actions"),
    Kind.CALL: _("Calls"),
    Kind.MAIL: _("Mail"),
    Kind.EXHIBIT: _("Evidence"),
}
STANDS: Final = {**labels.STATE, **web_labels.STATE}


@only(Right.SEARCH)
def search(request: HttpRequest) -> HttpResponse:
    """Show what fits the words, surest first and then newest; each search is audited."""
    asking = request.GET
    officer, wanted = caller(request), _wanted(request)
    found: list[Found] = []
    period = period_in(asking)
    after, wrong = "", period.fault
    if wanted.words and not period.is_reversed:
        circle = circle_of(officer, at=now())
        try:
            found, after = audited_search.found(
                wanted, circle=circle, after=asking.get("after", "")
            )
        except PlaceError:
            return redirect(f"{reverse('search')}?{urlencode(narrowing(wanted))}")
        except SearchWordsError as fault:
            wrong = web_labels.fault(fault.code)
    own = narrowing(wanted)
    context = {
        "lines": [
            (one, KINDS[Kind(one.kind)], address(one, officer)) for one in _named(found, officer)
        ],
        "wanted": wanted,
        "narrowed": bool(set(own) - {"q"}),
        "begun": bool(asking.get("after")),
        "first": urlencode(own),
        "only_words": urlencode({"q": wanted.words}),
        "after": urlencode({**own, "after": after}) if after else "",
        "wrong": wrong,
        "building": reindex.is_building(),
        "kinds": [(kind, KINDS[Kind(kind)]) for kind in kinds(officer) if kind in KINDS]
        + ([(Kind.EXHIBIT, KINDS[Kind.EXHIBIT])] if Kind.SEALED in kinds(officer) else []),
        "states": _states(),
        "measures": MEASURE.items(),
        "standings": sorted(STANDS.items(), key=lambda pair: str(pair[1])),
    }
    return page(request, "search/search.html", context, status=422 if wrong else 200)


def _named(found: Sequence[Found], officer: Officer) -> list[Found]:
    """Return what was found, cases under their subjects with the reference below."""
    named = subjects((one.case for one in found if one.kind == Kind.CASE), reader=officer)
    return [
        replace(one, title=str(named[one.case]), detail=one.title)
        if one.kind == Kind.CASE and one.case in named
        else one
        for one in found
    ]


def _wanted(request: HttpRequest) -> Wanted:
    asking, period = request.GET, period_in(request.GET)
    return Wanted(
        words=asking.get("q", "").strip(),
        kind=asking.get("kind", "")[:8],
        state=asking.get("state", "")[:2],
        measure=asking.get("measure", "")[:40],
        stands=asking.get("stands", "")[:24],
        since=period.since,
        until=period.until,
    )


def narrowing(wanted: Wanted) -> dict[str, Any]:
    """Return what an address says of a search, its place in the list left out."""
    told = {
        "q": wanted.words,
        "kind": wanted.kind,
        "state": wanted.state,
        "measure": wanted.measure,
        "stands": wanted.stands,
        "since": wanted.since,
        "until": wanted.until,
    }
    return {name: value for name, value in told.items() if value}


def _states() -> list[str]:
    """Return the States with which this office can write, by their letters."""
    node = this_service().node
    parties = {*node.directory.parties(), *paper_authorities.parties()} - {node.party}
    return sorted({state_of(party) for party in parties})


def address(found: Found, officer: Officer) -> str:
    """Return the page of a thing that was found, or nothing where the officer has none."""
    if found.kind in (Kind.CASE, Kind.MESSAGE):
        return reverse("case", args=[found.case])
    if found.kind == Kind.EXHIBIT:
        content = may(officer, Right.READ_CONTENT)
        return reverse("exhibit", args=[found.exhibit]) if content else ""
    names = {Kind.ITEM: "docket-item", Kind.CALL: "call", Kind.MAIL: "mail-item"}
    return reverse(names[Kind(found.kind)], args=[found.subject])
