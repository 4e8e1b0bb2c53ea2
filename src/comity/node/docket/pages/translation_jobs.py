"""The translator's own pages: jobs that name this person, and nothing of any case."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect

from comity.canonical import ComityError
from comity.docket import ACTS, Item
from comity.node.actions.action_form import done_by_page
from comity.node.cases import docket_actions
from comity.node.cases.broken_rules import placed
from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.docket import entry_rows, translation_jobs
from comity.node.docket import labels as dw
from comity.node.docket.actions import DO_JOB
from comity.node.docket.item_page import Line, line_of, lines_of
from comity.node.docket.pages import choices
from comity.node.docket.pages.forms import ActForm
from comity.node.docket.schemas import JobIn
from comity.node.evidence import download_original, originals
from comity.node.evidence.upload_handlers import MAX_FORM_BYTES
from comity.node.models import DocketItem, Mark
from comity.node.people.permissions import Right
from comity.node.sensitive import marks
from comity.node.service.handle import this_service
from comity.node.web import form_fields as f
from comity.node.web.error_labels import FAULT
from comity.node.web.permissions import caller, no_longer_than, only
from comity.node.web.render import going_on, page
from comity.node.web.section_form import LanguageForm, wrong_fields


class ScanForm(forms.Form):
    """The sworn paper, as a file."""

    scan = forms.FileField(
        label=dw.FIELD["original"],
        required=False,
        help_text=gettext_lazy("Scan of the signed or sworn document, if any."),
        widget=forms.ClearableFileInput(),
    )


@only(Right.TRANSLATE)
def jobs(request: HttpRequest) -> HttpResponse:
    """List the jobs that name the caller: what is due first; what is done only if asked for."""
    officer, asked = caller(request), request.GET
    everything, after = asked.get("all") == "yes", asked.get("after", "")
    try:
        found, following = translation_jobs.jobs_of(officer, only_open=not everything, after=after)
    except PlaceError:
        return redirect("jobs")
    narrowed = {"all": "yes"} if everything else {}
    context = {
        "lines": [(line, _ways(line.item)) for line in lines_of(found, officer)],
        "everything": everything,
        **going_on(narrowed, after, following),
    }
    return page(request, "docket/jobs.html", context)


def _job(request: HttpRequest, item_id: str) -> Item:
    try:
        return translation_jobs.job_of(caller(request), item_id)
    except DocketItem.DoesNotExist as fault:
        raise Http404 from fault


@no_longer_than(MAX_FORM_BYTES, FAULT["original-size"])
@csrf_protect
@only(Right.TRANSLATE, "GET", "HEAD", "POST")
def job(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show a job with its text; take it, or deliver the translation. The reading is audited."""
    found = _job(request, item_id)
    line = line_of(found, caller(request))
    act = ACTS[line.acts[0]] if line.acts else None
    data = request.POST if request.method == "POST" else None
    form = scan = language = None
    if act is not None:
        form = ActForm(
            act,
            data,
            initial=choices.proposed(act, found),
            without=choices.WITHOUT.get(act.name, ()),
        )
    if act is not None and act.name == "translation.delivered":
        language, scan = LanguageForm(data), ScanForm(data, request.FILES or None)
    every: list[forms.Form] = [one for one in (language, form, scan) if one is not None]
    for one in every:
        one.use_required_attribute = False
    wrong, status = "", 200
    if request.method == "POST":
        wrong, status = _done(request, found, form, language, scan)
        if not wrong and status == 302:
            return redirect("jobs")
    else:
        docket_actions.note_reading(item_id, by=request.user.get_username(), way="desk")
    context = {
        **_text_of(found),
        "line": line,
        "ways": _ways(found),
        "act": act.name if act else "",
        "parts": every,
        "scan": scan,
        "back": _back(found, line),
        "wrong": wrong,
        "wrong_fields": wrong_fields(every),
    }
    return page(request, "docket/job.html", context, status=status)


def _done(
    request: HttpRequest,
    found: Item,
    form: ActForm | None,
    language: LanguageForm | None,
    scan: ScanForm | None,
) -> tuple[str, int]:
    """Do the act; return what is wrong, or nothing, and the status."""
    every = [one for one in (form, language, scan) if one is not None]
    if form is None or not all([one.is_valid() for one in every]):  # noqa: C419 - every form shows its errors
        return "", 422
    said = form.value(language.cleaned_data["lang"] if language else "")
    try:
        if scan is not None:
            said["original"] = _kept(request, scan)
        told = JobIn(act=form.act.name, said=said)
        done_by_page(request, DO_JOB, told, item=found.id)
    except ComityError as fault:
        return placed(fault, every, label=dw.field), 422
    messages.success(request, _("Recorded."))
    return "", 302


def _kept(request: HttpRequest, scan: ScanForm) -> str | None:
    """Return the digest of the scan that was handed in, kept whole; None without one."""
    file = scan.cleaned_data["scan"]
    if file is None:
        return None
    if file.size > originals.MAX_BYTES:
        raise originals.OriginalError("an original is too large")
    service = this_service()
    return originals.keep(
        service.node,
        service.committer,
        file.read(),
        name=file.name,
        by=request.user.get_username(),
        at=now(),
    )


def _ways(found: Item) -> str:
    """Return from which language the text is translated into which; empty when it was erased."""
    names = {str(key): str(name) for key, name in f.WRITING}
    told = found.told
    if not told.get("source_language") or not told.get("target_language"):
        return ""
    source, target = (str(told[f"{one}_language"]) for one in ("source", "target"))
    return _("Language: %(source)s, into: %(target)s") % {
        "source": names.get(source, source),
        "target": names.get(target, target),
    }


def _back(found: Item, line: Line) -> str:
    if line.item.state != "sent-back":
        return ""
    said: dict[str, Any] = found.said("translation.sent-back")
    return str(said["reasons"]["text"]) if said else ""


def _text_of(found: Item) -> dict[str, Any]:
    """Return what is to be translated; nothing of it once the job is over."""
    source = translation_jobs.source_named(found.told.get("source", "")) if found.is_open else None
    if source is None:
        return {"texts": [], "paper": None, "marks": ()}
    kept = source.original
    return {
        "texts": [
            (entry_rows.part_named(path), lang, text)
            for path, lang, text in source.texts(str(found.told["what"]))
        ],
        "paper": kept,
        "marks": marks.on(Mark.Kind.ORIGINAL, kept.digest) if kept else (),
    }


@only(Right.TRANSLATE, "GET", "HEAD", "POST")
def paper(request: HttpRequest, item_id: str) -> HttpResponse:
    """Give the paper that is to be translated, as a download. The reading is audited.

    Of one that is marked, why is asked first.
    """
    found = _job(request, item_id)
    original = _text_of(found)["paper"]
    if original is None:
        raise Http404
    if (asking := download_original.first(request, original.digest)) is not None:
        return asking
    docket_actions.note_reading(item_id, by=request.user.get_username(), way="desk")
    answer = HttpResponse(bytes(original.data), content_type="application/octet-stream")
    answer["Content-Disposition"] = 'attachment; filename="original"'
    return answer
