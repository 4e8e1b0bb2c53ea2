"""Figures on screen, whole; and the files in which small numbers are hidden."""

from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.node.core.clock import now
from comity.node.core.formats import month_of, papers_language
from comity.node.people import office_settings
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.statistics.counts import Figures
from comity.node.statistics.durations import Spread
from comity.node.statistics.exports import Labels, as_csv, as_pdf, release
from comity.node.statistics.pages import labels as statistics_labels
from comity.node.statistics.pages.charts import begun, late, month_chart, month_figures, time_chart
from comity.node.statistics.periods import Period, PeriodError, offered, parse_period
from comity.node.statistics.queries import read_figures
from comity.node.web import labels as desk_words
from comity.node.web.permissions import only
from comity.node.web.render import page

_SHOWN: Final = ("measures", "states", "partners", "stands")
HELP: Final = (
    _("This page counts the requests that were opened in a period, and how long they took."),
    _("Only this office sees whole numbers. Exported files suppress small ones."),
    _("The reference “Figures of the statistics” defines each figure."),
)


@only(Right.STATISTICS)
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period."""
    at, node = now(), this_service().node
    period, wrong = _period(request)
    found = read_figures(node.party, period, at=at)
    labels, rtl = Labels(node, papers_language()), get_language_bidi()
    months = begun(found.splits["months"], at=at)
    refused = found.besides.refusals.items()
    refusals = [(labels.of("refusals", code), *pair) for code, pair in refused]
    slow = late(found.timed)
    context = {
        "help": HELP,
        "period": period,
        "periods": offered(at=at),
        "wrong": wrong,
        "found": found,
        "keys": _keys(found),
        "slow": [(statistics_labels.STEP[one.step], one.received) for one in slow[:1]],
        "months": [(month_of(month), *pair) for month, pair in months.items()],
        "month_chart": month_chart(months, rtl=rtl),
        "time_chart": time_chart(found.timed, rtl=rtl),
        "by_month": month_figures(found.by_month, at=at, rtl=rtl),
        "timed": [
            (statistics_labels.STEP[one.step], one)
            for one in found.timed
            if one.received.count or one.sent.count
        ],
        "splits": [_split(found, key, labels) for key in _SHOWN],
        "refusals": refusals,
        "unreviewed": labels.unreviewed,
        "forms": statistics_labels.FORM.items(),
        "hidden_up_to": office_settings.threshold() - 1,
    }
    return page(request, "statistics/statistics.html", context)


def _keys(found: Figures) -> dict[str, Spread]:
    """Return the response times that stand as key figures, as far as there are any."""
    by_step = {one.step: one.received for one in found.timed}
    shown = {"emergency": by_step["emergency"], "acknowledged": by_step["acknowledged"]}
    return {step: one for step, one in shown.items() if one.count}


@only(Right.STATISTICS)
def file(request: HttpRequest, form: str) -> HttpResponse:
    """Give figures as a file that may leave the office. That it was made is audited."""
    if form not in statistics_labels.FORM:
        raise Http404
    period, wrong = _period(request)
    if wrong:
        raise Http404
    at, node, by = now(), this_service().node, request.user.get_username()
    lang = papers_language()
    try:
        out = release(node, period, at=at)
        if form == "csv":
            data, kind = as_csv(node, out, lang=lang, by=by, at=at), "text/csv; charset=utf-8"
        else:
            reader = cast("Any", form)
            data = as_pdf(node, out, reader, lang=lang, by=by, at=at)
            kind = "application/pdf"
    except ComityError as fault:
        messages.error(request, desk_words.fault(fault.code))
        return redirect(f"{reverse('statistics')}?period={period.name}")
    answer = HttpResponse(data, content_type=kind)
    name = f"statistics-{period.name}-{form}.{'csv' if form == 'csv' else 'pdf'}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _period(request: HttpRequest) -> tuple[Period, bool]:
    """Return the period that was asked for, or this year and that it was none."""
    this_year = parse_period(str(now().year))
    asked = request.GET.get("period", "")
    try:
        return (parse_period(asked[:16]), False) if asked else (this_year, False)
    except PeriodError:
        return this_year, True


def _split(found: Figures, key: str, labels: Labels) -> dict[str, Any]:
    rows = [
        (labels.of(key, code), received, sent, received + sent)
        for code, (received, sent) in found.splits[key].rows.items()
    ]
    rows.sort(key=lambda row: (-row[3], row[0]))
    return {
        "key": key,
        "title": statistics_labels.SPLIT[key],
        "first": statistics_labels.FIRST[key],
        "rows": rows,
    }
