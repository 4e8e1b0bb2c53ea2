"""One exhibit: its life as a timeline with what is proved, where it lies, what may be done."""

from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity import __version__
from comity.canonical import ComityError, encode
from comity.evidence.passport import Passport
from comity.evidence.passport_case import case_document
from comity.node.core.clock import now
from comity.node.evidence import destruction_orders, exhibits, inspections, use_limits
from comity.node.evidence.custody_passport import passport_of
from comity.node.evidence.exhibits import Holding
from comity.node.evidence.labels import PROVEN, PROVEN_MEANS, READ
from comity.node.evidence.pages import forms
from comity.node.log import audit
from comity.node.models import AuditRow, Conversation, CustodyEvent, Exhibit, Mark, Package
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.sensitive import marks, reveal
from comity.node.service.handle import this_service
from comity.node.web import labels as desk_words
from comity.node.web.date_format import moment
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import page

ACTS: Final = {
    "note": forms.NoteForm,
    "hold": forms.HoldForm,
    "lift": forms.LiftForm,
    "retention": forms.RetentionForm,
    "part": forms.PartForm,
    "redacted": forms.RedactedForm,
}
_READINGS: Final = 50
_LANGUAGES: Final = {"ar", "en", "es", "fr", "ru", "vi", "zh-hans"}


@only(Right.READ_CONTENT)
def exhibit(request: HttpRequest, name: str) -> HttpResponse:
    """Show an exhibit. The reading is audited."""
    holding = named(name)
    exhibits.note_reading(holding.exhibit, by=request.user.get_username(), way="desk")
    return shown(request, holding)


def shown(
    request: HttpRequest, holding: Holding, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of an exhibit, with the form that has to be mended in the others' place."""
    node, at = this_service().node, now()
    name = holding.exhibit
    rows = list(seen(request).packages().filter(exhibit=name).order_by("changed_at"))
    kept = exhibits.kept_copy(name)
    threads = Conversation.objects.filter(digest__in=[row.conversation for row in rows])
    first = circle_of(caller(request), at=at).conversations()
    first = first.filter(digest__in={row.handed_in_for for row in rows})
    marked = marks.on(Mark.Kind.EXHIBIT, name)
    open_forms = {
        deed: kind(auto_id=f"{deed}_%s", use_required_attribute=False)
        for deed, kind in ACTS.items()
    }
    passport = passport_of(node, name, at=at)
    context = {
        "holding": holding,
        "passport": passport,
        "events": _events(passport),
        "proofs": [(code, PROVEN[code], PROVEN_MEANS[code]) for code in PROVEN],
        "copy": passport_of(node, kept, at=at) if kept else None,
        "packages": rows,
        "newest": rows[-1] if rows else None,
        "course": _course(rows[-1] if rows else None, passport),
        "cases": list(threads.values_list("case", flat=True).distinct()),
        "first_cases": sorted(set(first.values_list("case", flat=True))),
        "store": node.config.store or "vault",
        "here": [row for row in rows if row.stage in {"sealed", "stored"}],
        "bound": use_limits.bounds(node, name, same=rows[-1].offer if rows else None),
        "holds": exhibits.standing_holds(name),
        "kept": Exhibit.objects.filter(exhibit=name).exclude(retain_until=None).first(),
        "children": _children(passport),
        "inspected": bool(inspections.inspected([name])),
        "readings": _readings([name, *(row.root for row in rows)]),
        "marks": marked,
        "hidden": bool(marked)
        and reveal.hidden(Mark.Kind.EXHIBIT, name, user=request.user.get_username(), at=at),
        "abuse": any(mark.marker == marks.ABUSE for mark in marked),
        "ordered": destruction_orders.waiting(name),
        "two": node.config.destruction_officers == 2,
        "forms": {**open_forms, **(bound or {})},
        "wrong_deeds": set(bound or ()),
        "languages": [item for item in settings.LANGUAGE_NAMES.items() if item[0] in _LANGUAGES],
    }
    return page(request, "evidence/exhibit.html", context, status=status)


def named(name: str) -> Holding:
    """Return the exhibit of a name in an address, or answer that nothing is here."""
    try:
        return exhibits.find(name[:80])
    except (Exhibit.DoesNotExist, Package.DoesNotExist) as fault:
        raise Http404 from fault


def _events(passport: Passport) -> list[dict[str, Any]]:
    return [{"event": one.event, "status": one.status, "logs": one.logs} for one in passport.events]


def _course(package: Package | None, passport: Passport) -> list[tuple[str, Any, Any]]:
    """Return how far an exhibit has come: sealed, offered, received, opened or destroyed."""
    seen = {event.event: event.at for event in passport.chain}
    ended = "destroyed" if "destroyed" in seen else "returned" if "returned" in seen else "opened"
    if package is not None:
        seen.setdefault("sealed", package.changed_at)
    course = ["sealed", "offered", "received", ended]
    last = max((number for number, name in enumerate(course) if name in seen), default=-1)
    ways = ["done" if number < last else "now" if number == last else "next" for number in range(4)]
    return [
        (way, desk_words.CUSTODY[name], moment(seen[name]) if name in seen else "")
        for way, name in zip(ways, course, strict=True)
    ]


def _children(passport: Passport) -> list[tuple[Any, bool]]:
    """Return (event, known here) of each exhibit that was made of this one, or that it is of."""
    found = [event for event in passport.chain if event.related is not None]
    names = [event.related.exhibit for event in found if event.related]
    here = CustodyEvent.objects.filter(exhibit__in=names, number=1)
    known = set(here.values_list("exhibit", flat=True))
    return [(event, bool(event.related and event.related.exhibit in known)) for event in found]


def _readings(subjects: Iterable[str]) -> list[tuple[AuditRow, Any]]:
    """Return the newest rows that say who read it, with what that means."""
    rows = AuditRow.objects.filter(subject__in=list(subjects), action__in=list(READ))
    return [(row, READ[row.action]) for row in rows.order_by("-pk")[:_READINGS]]


@only(Right.READ_CONTENT)
def passport(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Give the passport as a file: ``json``, ``case``, or a language for the PDF. Audited."""
    holding = named(name)
    if form not in {"json", "case"} | _LANGUAGES:
        raise Http404
    at, user = now(), request.user.get_username()
    try:
        reveal.check(Mark.Kind.EXHIBIT, holding.exhibit, user=user, at=at)
    except marks.AbuseMaterialError:
        return page(request, "evidence/abuse.html", status=403)
    except marks.ReasonNeededError:
        return redirect("show-marked", kind=Mark.Kind.EXHIBIT, name=holding.exhibit)
    made = passport_of(this_service().node, holding.exhibit, at=at)
    audit.note(
        at=at,
        actor=user,
        action="evidence.passport",
        subject=made.exhibit,
        detail=form,
    )
    try:
        data, kind, ending = _file(made, form)
    except ComityError as fault:
        messages.error(request, desk_words.fault(fault.code))
        return redirect("exhibit", name=holding.exhibit)
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="passport-{made.exhibit}.{ending}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _file(made: Passport, form: str) -> tuple[bytes, str, str]:
    if form == "json":
        return encode(made.to_value()), "application/json", "json"
    if form == "case":
        return case_document(made, software_version=__version__), "application/ld+json", "jsonld"
    from comity.papers.passport import passport_pdf
    from comity.papers.typeset import FontPlaces
    from comity.papers.words import words

    made_at = made.generated_at
    pdf = passport_pdf(made, words(form), made_at=made_at, fonts=FontPlaces())
    return pdf, "application/pdf", f"{form}.pdf"


__all__ = ["ACTS", "exhibit", "named", "passport", "shown"]
