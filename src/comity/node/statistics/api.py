"""Figures, authorities, treaties and the office's settings over the API."""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import StringConstraints

from comity.canonical import state_of
from comity.node.actions.mount import mount
from comity.node.authorities.listing import Authority, authorities
from comity.node.core.clock import now
from comity.node.core.law_library import lawbook
from comity.node.law.treaty_grid import grid
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.statistics.actions import ACTIONS
from comity.node.statistics.answers import settings_value
from comity.node.statistics.counts import Figures
from comity.node.statistics.disclosure_control import Published
from comity.node.statistics.exports import as_csv, as_pdf, release
from comity.node.statistics.periods import parse_period
from comity.node.statistics.queries import read_figures
from comity.node.statistics.schemas import (
    AuthorityList,
    FiguresOut,
    PublishedOut,
    SettingList,
    TreatyOut,
)
from comity.node.web.api_permissions import caller, only
from comity.node.web.inputs import Lang

router = Router(tags=["reports"])
Name = Annotated[str, Query(max_length=64)]
Form = Annotated[str, StringConstraints(pattern="^(csv|minister|conference)$")]


@router.get("/statistics", auth=only(Right.STATISTICS), response=FiguresOut)
def statistics(request: HttpRequest, period: Name) -> dict[str, Any]:
    """Give the figures of a period, whole, for the office itself."""
    found = read_figures(this_service().node.party, parse_period(period), at=now())
    return _figures(found, period)


@router.get("/statistics/released", auth=only(Right.STATISTICS), response=PublishedOut)
def released(request: HttpRequest, period: Name) -> dict[str, Any]:
    """Give the figures of a period as they may leave the office; null: hidden."""
    return _published(release(this_service().node, parse_period(period), at=now()))


@router.get("/statistics/files/{form}", auth=only(Right.STATISTICS))
def statistics_file(
    request: HttpRequest, form: Annotated[Form, Path()], period: Name, lang: Lang = "en"
) -> HttpResponse:
    """Give a file that may leave the office: csv, or a paper (PDF); audited."""
    node, at, by = this_service().node, now(), caller(request).user.get_username()
    out = release(node, parse_period(period), at=at)
    if form == "csv":
        data = as_csv(node, out, lang=lang, by=by, at=at)
        return HttpResponse(data, content_type="text/csv; charset=utf-8")
    reader: Any = form
    data = as_pdf(node, out, reader, lang=lang, by=by, at=at)
    return HttpResponse(data, content_type="application/pdf")


@router.get("/directory", auth=only(Right.READ_DIRECTORY), response=AuthorityList)
def list_authorities(request: HttpRequest) -> dict[str, Any]:
    """List every authority that the office knows: the directory's, and those entered by hand."""
    at, node = now(), this_service().node
    age = node.directory.age(now=at)
    found = authorities(node, at=at)
    return {
        "age_s": age.seconds,
        "old": age.old,
        "authorities": [{**asdict(one), "reached": _reached(one)} for one in found],
    }


@router.get("/treaties/{instrument}", auth=only(Right.READ_DIRECTORY), response=TreatyOut)
def treaty(
    request: HttpRequest, instrument: Annotated[str, Path(max_length=64)], lang: Lang = "en"
) -> dict[str, Any]:
    """Tell who is bound by a treaty, and what is in force between us and each State."""
    node, today = this_service().node, now().date()
    found = grid(lawbook(node.config).library, instrument, state_of(node.party), today, lang=lang)
    return {
        "instrument": found.instrument.key,
        "on": today,
        "complete": found.register.complete,
        "as_of": found.register.as_of,
        "states": [
            {
                "state": line.state,
                "name": line.name,
                "between": line.between,
                "value": line.standing.value,
                "reason": line.standing.reason,
                "since": line.standing.since,
                "confirmed": line.confirmed,
                "contradictions": list(line.disputed),
            }
            for line in found.lines
        ],
    }


@router.get("/settings", auth=only(Right.SETTINGS), response=SettingList)
def list_settings(request: HttpRequest) -> dict[str, Any]:
    """List what the office sets itself."""
    return settings_value()


def _reached(one: Authority) -> str:
    return one.reach.now(now()) if one.has_node else ""


def _figures(found: Figures, period: str) -> dict[str, Any]:
    return {
        "period": period,
        "received": found.received,
        "sent": found.sent,
        "on_paper": found.on_paper,
        "splits": {
            key: [{"code": code, "counts": counts} for code, counts in split.rows.items()]
            for key, split in found.splits.items()
        },
        "times": [asdict(timed) for timed in found.timed],
        "times_by_month": [
            {
                "step": one.step,
                "urgency": one.urgency,
                "months": [
                    {"month": month, "received": asdict(received), "sent": asdict(sent)}
                    for month, (received, sent) in one.months.items()
                ],
            }
            for one in found.by_month
        ],
        "refusals": [
            {"code": code, "counts": counts} for code, counts in found.besides.refusals.items()
        ],
        "evidence_in": asdict(found.besides.evidence_in),
        "evidence_out": asdict(found.besides.evidence_out),
        "translations_asked": found.besides.translations_asked,
        "translations_delivered": found.besides.translations_delivered,
        "open_work": asdict(found.besides.open_work),
    }


def _published(out: Published) -> dict[str, Any]:
    return {
        "party": out.party,
        "office": out.office,
        "period": out.period.name,
        "threshold": out.threshold,
        "splits": {
            one.key: [{"code": code, "counts": counts} for code, counts in one.rows]
            for one in out.counts
        },
        "times": [asdict(time) for time in out.times],
        "times_by_month": [asdict(time) for time in out.by_month],
        "refusals": [{"code": code, "counts": counts} for code, counts in out.refusals],
    }


mount(router, *ACTIONS)
