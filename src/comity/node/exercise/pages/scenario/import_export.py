"""Scenarios that come and go: copied, taken in from a file, given as one, changed by a table."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect

from comity.canonical import ComityError
from comity.drills.editing import renamed, table_of
from comity.drills.sheets import sheets_of, take_over
from comity.intake.scenario_files import (
    MAX_FILE_BYTES,
    read_sheets,
    read_zip,
    write_csv,
    write_workbook,
    write_zip,
)
from comity.node.exercise import scenario_editing
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.scenario.context import (
    SHOWN,
    Held,
    Refused,
    held,
    keep,
    keep_files,
    reader_language,
    refused,
    say_standing,
    shown,
)
from comity.node.exercise.scenario_editing import BLANK
from comity.node.people.permissions import Right
from comity.node.web import form_fields as f
from comity.node.web.permissions import no_longer_than, only
from comity.node.web.render import page

_ENVELOPE_BYTES: Final = 64 * 1024
TOO_LARGE: Final = gettext_lazy("The file is larger than any scenario. Nothing was imported.")
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV: Final = "text/csv; charset=utf-8"


def _name(*, required: bool = True) -> forms.RegexField:
    return forms.RegexField(
        r"^[a-z0-9]+(?:-[a-z0-9]+)*$",
        max_length=64,
        required=required,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Small letters, digits and hyphens: border-case."),
        error_messages={"invalid": gettext_lazy("Small letters, digits and hyphens alone.")},
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )


class CopyForm(forms.Form):
    """What is copied, and what the copy is called."""

    source = f.choice(gettext_lazy("Begin with"), ())
    name = _name()


class UploadForm(forms.Form):
    """A file that comes in."""

    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("A ZIP of a scenario's folder."),
        allow_empty_file=True,
    )
    name = _name(required=False)


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def new(request: HttpRequest) -> HttpResponse:
    """Copy a scenario, or the small one to begin with, under a new name."""
    form = CopyForm(
        request.POST if request.method == "POST" else None,
        initial={"source": request.GET.get("from", BLANK)},
    )
    form.use_required_attribute = False
    lines = scenario_editing.summaries(reader_language())
    first = (BLANK, _("A small one to begin with: one request, one hour"))
    f.set_choices(
        form, "source", [first, *((s.name, f"{s.title or s.name} ({s.name})") for s in lines)]
    )
    wrong = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            files = scenario_editing.files_of_copy(data["source"], data["name"])
            keep_files(request, data["name"], files, began=None)
        except ComityError as fault:
            wrong = refused(fault)
        else:
            say_standing(request, data["name"])
            return redirect("scenario", name=data["name"])
    return _form_page(request, "exercise/scenario_new.html", form, wrong)


@no_longer_than(MAX_FILE_BYTES + _ENVELOPE_BYTES, TOO_LARGE)
@csrf_protect
@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def upload(request: HttpRequest) -> HttpResponse:
    """Take a scenario in from a file; nothing that is here is replaced."""
    is_posted = request.method == "POST"
    form = UploadForm(request.POST if is_posted else None, request.FILES if is_posted else None)
    form.use_required_attribute = False
    wrong = None
    if is_posted and form.is_valid():
        data = form.cleaned_data
        try:
            name, files = _brought(data["file"], data["name"])
            keep_files(request, name, files, began=None)
        except ComityError as fault:
            wrong = refused(fault)
        else:
            say_standing(request, name)
            return redirect("scenario", name=name)
    return _form_page(request, "exercise/scenario_upload.html", form, wrong)


def _brought(file: Any, wanted: str) -> tuple[str, dict[str, bytes]]:
    """Return name and files of a ZIP that came in."""
    files = read_zip(file.read(MAX_FILE_BYTES + 1))
    head = table_of(files).get("scenario")
    said = str(head.get("name", "")) if isinstance(head, dict) else ""
    if wanted and wanted != said:
        files = renamed(files, wanted)
    return wanted or said, files


@only(Right.TRAIN)
@here
def download(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Give a scenario as one file."""
    one = held(name)
    if form not in _FORMS:
        raise Http404
    kind, ending, make = _FORMS[form]
    try:
        data = make(one)
    except ComityError as fault:
        return shown(request, "exercise/scenario_refused.html", one, {}, refused(fault, one.files))
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}{ending}"'
    return answer


def _table(sheet: str) -> Callable[[Held], bytes]:
    return lambda one: write_csv(sheets_of(one.name, one.files)[sheet])


_FORMS: Final[Mapping[str, tuple[str, str, Callable[[Held], bytes]]]] = {
    "zip": ("application/zip", ".zip", lambda one: write_zip(one.name, one.files)),
    "xlsx": (_XLSX, ".xlsx", lambda one: write_workbook(sheets_of(one.name, one.files))),
    "texts-csv": (_CSV, "-texts.csv", _table("texts")),
    "injects-csv": (_CSV, "-injects.csv", _table("injects")),
    "tasks-csv": (_CSV, "-tasks.csv", _table("tasks")),
    "hints-csv": (_CSV, "-hints.csv", _table("hints")),
}


@only(Right.TRAIN)
@here
def files(request: HttpRequest, name: str) -> HttpResponse:
    """Offer a scenario as files."""
    return shown(request, "exercise/scenario_out.html", held(name), {})


@no_longer_than(MAX_FILE_BYTES + _ENVELOPE_BYTES, TOO_LARGE)
@csrf_protect
@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def table(request: HttpRequest, name: str) -> HttpResponse:
    """Change a scenario by a spreadsheet: all of it is taken over, or nothing."""
    one, wrong, problems, number = held(name), None, [], 0
    if request.method == "POST":
        try:
            given = request.FILES.get("file")
            if not isinstance(given, UploadedFile):
                wrong = Refused(text=_("Choose a file first."))
            else:
                said = read_sheets(given.read(MAX_FILE_BYTES + 1))
                taken = take_over(name, one.files, said)
                number, problems = len(taken.problems), list(taken.problems[:SHOWN])
                if problems:
                    wrong = Refused(
                        text=_("Nothing was imported. Correct these rows and try again.")
                    )
                else:
                    wrong = keep(request, one, taken.files)
                    for note in taken.notes if wrong is None else ():
                        messages.info(request, f"{note.sheet} {note.key}: {note.text}")
        except ComityError as fault:
            wrong = refused(fault, one.files)
        if wrong is None:
            return redirect("scenario", name=name)
        one = held(name)
    context = {"problems": problems, "number": number}
    return shown(request, "exercise/scenario_table.html", one, context, wrong)


def _form_page(
    request: HttpRequest, template: str, form: forms.Form, wrong: Refused | None
) -> HttpResponse:
    is_wrong = wrong is not None or (form.is_bound and not form.is_valid())
    context = {
        "form": form,
        "refusal": wrong,
        "wrong": wrong.text if wrong else "",
        "wrong_fields": [field for field in form if field.errors],
    }
    return page(request, template, context, status=422 if is_wrong else 200)
