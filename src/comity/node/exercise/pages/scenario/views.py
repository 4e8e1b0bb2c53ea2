"""Scenarios for trainers: the library, one told, how it would run, taken in and given as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from pydantic import ValidationError

from comity.canonical import ComityError
from comity.drills import SKILLS, DrillError, Finding, Scenario, read_scenario, unplayable
from comity.drills.reading import check_files, name_in
from comity.drills.telling import course, rehearsal, said, story
from comity.files.drills import shipped_names
from comity.instruments.language_files import line_of
from comity.instruments.words import ENGLISH
from comity.intake.scenario_files import MAX_FILE_BYTES, read_zip, write_zip
from comity.node.actions.action_form import done_by_page
from comity.node.exercise import scenario_library
from comity.node.exercise.actions import DROP_SCENARIO, KEEP_SCENARIO
from comity.node.exercise.errors import ExerciseError, ScenarioUnknownError
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.schemas_scenarios import FilesIn
from comity.node.people.permissions import Right
from comity.node.web.labels import DONE
from comity.node.web.permissions import no_longer_than, only
from comity.node.web.render import Confirm, confirm, page

_SHOWN: Final = 100
"""Findings that one page lists; the number of all of them is said."""
_ENVELOPE_BYTES: Final = 64 * 1024
_TOO_LARGE: Final = gettext_lazy("The file is larger than any scenario. Nothing was imported.")
_SKILL: Final = "good"


@dataclass(frozen=True, kw_only=True)
class Held:
    """A scenario as it stands now."""

    name: str
    files: Mapping[str, bytes]
    own: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """A finding in words, with the line where it stands."""

    finding: Finding
    text: str
    line: int
    language: str


class UploadForm(forms.Form):
    """A file that comes in."""

    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("A ZIP of a scenario's folder."),
        allow_empty_file=True,
    )


@only(Right.TRAIN)
@here
def scenarios(request: HttpRequest) -> HttpResponse:
    """List the library."""
    context = {"lines": scenario_library.summaries(_reader_language())}
    return page(request, "exercise/scenarios.html", context)


@only(Right.TRAIN)
@here
def scenario(request: HttpRequest, name: str) -> HttpResponse:
    """Tell a scenario as a trainer reads it, with what is to mend."""
    one = _held(name)
    found = _told(one)
    read = _readable(one)
    context: dict[str, Any] = {
        "findings": found[:_SHOWN],
        "number": len(unplayable(line.finding for line in found)),
        "english": sum(line.finding.is_warning for line in found),
        "story": story(read, _reader_language(), answers=True) if read else None,
        "begins": read.plan.begins if read else None,
        "kinds": words.INJECT,
        "shipped": name in shipped_names(),
    }
    return _page(request, "exercise/scenario.html", one, context)


@only(Right.TRAIN)
@here
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Show how an exercise would run with a scripted team."""
    one, skill = _held(name), request.GET.get("players", _SKILL)
    if skill not in SKILLS:
        raise Http404
    read, lang = _readable(one), _reader_language()
    context: dict[str, Any] = {"skill": skill, "skills": words.SKILL.items(), "lines": None}
    if read:
        context["lines"] = [
            {**line, "who": _who(read, line, lang), "what": _what(read, line, lang)}
            for line in course(read, lang, skill=skill)
        ]
        context["report"] = rehearsal(read, lang, skill=skill)
        context["ideal"] = [
            {"minute": good.minute, "text": said(read, f"good.{key}", lang), "cite": good.cite}
            for key, good in sorted(read.plan.good.items(), key=lambda pair: pair[1].minute)
        ]
    return _page(request, "exercise/scenario_run.html", one, context)


@no_longer_than(MAX_FILE_BYTES + _ENVELOPE_BYTES, _TOO_LARGE)
@csrf_protect
@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def upload(request: HttpRequest) -> HttpResponse:
    """Take a scenario in from a file; nothing that is here is replaced."""
    is_posted = request.method == "POST"
    form = UploadForm(request.POST if is_posted else None, request.FILES if is_posted else None)
    form.use_required_attribute = False
    refusal: dict[str, Any] | None = None
    if is_posted and form.is_valid():
        files: dict[str, bytes] = {}
        try:
            files = read_zip(form.cleaned_data["file"].read(MAX_FILE_BYTES + 1))
            name = name_in(files)
            _keep(request, name, files)
        except ComityError as fault:
            refusal = _refusal(fault, files)
        else:
            _say_standing(request, name)
            return redirect("scenario", name=name)
    is_wrong = refusal is not None or (form.is_bound and not form.is_valid())
    context = {
        "form": form,
        "refusal": refusal,
        "wrong": refusal["text"] if refusal else "",
        "wrong_fields": [field for field in form if field.errors],
    }
    return page(request, "exercise/scenario_upload.html", context, status=422 if is_wrong else 200)


@only(Right.TRAIN)
@here
def download(request: HttpRequest, name: str) -> HttpResponse:
    """Give a scenario's folder as a ZIP."""
    one = _held(name)
    answer = HttpResponse(write_zip(name, one.files), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def drop(request: HttpRequest, name: str) -> HttpResponse:
    """Ask, and drop the office's own edition of a name."""
    one = _held(name)
    if not one.own:
        raise Http404
    is_shipped = name in shipped_names()
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        done_by_page(request, DROP_SCENARIO, scenario=name)
        messages.success(request, _("The office's own edition is gone."))
        return redirect("scenario", name=name) if is_shipped else redirect("scenarios")
    follows = _("The scenario that comes with the software will be shown again under this name.")
    asked = Confirm(
        heading=_("Delete own edition"),
        facts=((_("Scenario"), name),),
        consequences=(
            follows if is_shipped else _("There will be no scenario of this name here any more."),
            _("The changes of your trainers will no longer be shown. Download it first."),
            _("Exercises that were made with it continue with the edition they began with."),
        ),
        button=_("Delete own edition"),
        action=request.path,
        back=reverse("scenario", kwargs={"name": name}),
    )
    return confirm(request, asked)


def _readable(one: Held) -> Scenario | None:
    """Return a scenario that can be told and rehearsed: nothing but languages is to mend."""
    found = scenario_library.findings(one.name, one.files)
    if any(_stops(finding.file) for finding in found):
        return None
    try:
        return read_scenario(one.name, one.files)
    except DrillError:
        return None


def _stops(file: str) -> bool:
    return not file.startswith("texts/") or file == f"texts/{ENGLISH}.toml"


def _who(scenario: Scenario, line: dict[str, Any], lang: str) -> Any:
    """Return the name of the role that does what a line tells."""
    role = line["by"]
    return said(scenario, f"roles.{role}.title", lang) if role in scenario.plan.roles else role


def _what(scenario: Scenario, line: dict[str, Any], lang: str) -> list[Any]:
    """Return the words of one line: the title of what comes, or what is done and to what."""
    if line["text"]:
        return [line["text"]]
    names = line["names"]
    parts: list[Any] = [words.DEED[line["kind"]]]
    if "to" in names:
        parts.append(said(scenario, f"parties.{names['to']}", lang))
    for name, table in (("inject", "injects.{}.title"), ("task", "tasks.{}.ask")):
        if name in names:
            parts.append(said(scenario, table.format(names[name]), lang))
    parts += [DONE.get(names["type"], names["type"])] if "type" in names else []
    parts += [names[name] for name in ("answer", "exhibit") if name in names]
    return parts


def _reader_language() -> str:
    """Return the language of the page, as scenarios call it."""
    return (get_language() or "en").lower()


def _held(name: str) -> Held:
    """Return a scenario.

    Raises:
        Http404: there is none of that name.
    """
    try:
        files = scenario_library.files_of(name)
    except ScenarioUnknownError as fault:
        raise Http404 from fault
    return Held(name=name, files=files, own=scenario_library.is_own(name))


def _told(one: Held) -> list[Told]:
    """Return what is to mend in a scenario, in words."""
    return [
        Told(
            finding=found,
            text=words.finding(found.code),
            line=line_of(one.files.get(found.file, b""), found.key, text=found.text),
            language=_language(found.file),
        )
        for found in scenario_library.findings(one.name, one.files)
    ]


def _language(file: str) -> str:
    """Return the name of the language whose texts a file holds; empty for any other file."""
    if not file.startswith("texts/"):
        return ""
    lang = file.removeprefix("texts/").removesuffix(".toml")
    return str(settings.LANGUAGE_NAMES.get(lang, lang))


def _keep(request: HttpRequest, name: str, files: Mapping[str, bytes]) -> None:
    """Keep the files of a scenario that is new here.

    Raises:
        ComityError: they are not kept; says why.
    """
    try:
        texts = {path: data.decode("utf-8") for path, data in files.items()}
        given = FilesIn(files=texts, edition=None)
    except UnicodeDecodeError as fault:
        raise ExerciseError("a file of the scenario is not UTF-8") from fault
    except ValidationError:
        check_files(name, files)  # says in words what is too many or too long
        raise
    done_by_page(request, KEEP_SCENARIO, given, scenario=name)


def _say_standing(request: HttpRequest, name: str) -> None:
    """Say on the next page that a scenario was kept, and how much is to mend in it."""
    found = scenario_library.findings(name, scenario_library.files_of(name))
    number = len(unplayable(found))
    english = len(found) - number
    if number:
        text = ngettext(
            "Saved. Correct %(n)d error before it can be played.",
            "Saved. Correct %(n)d errors before it can be played.",
            number,
        )
        messages.success(request, text % {"n": number})
    elif english:
        text = ngettext(
            "Saved. It can be played. English replaces %(n)d missing text.",
            "Saved. It can be played. English replaces %(n)d missing texts.",
            english,
        )
        messages.success(request, text % {"n": english})
    else:
        messages.success(request, _("Saved. It can be played as it stands."))


def _refusal(fault: ComityError, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return why a file was not taken in, with the line where it says so."""
    file, key = (str(fault.facts.get(name, "")) for name in ("file", "key"))
    return {
        "text": words.fault(fault.code),
        "detail": str(fault)[:500],
        "file": file,
        "line": line_of(files.get(file, b""), key, text=str(fault)),
    }


def _page(
    request: HttpRequest, template: str, one: Held, context: Mapping[str, Any]
) -> HttpResponse:
    """Return a page about a scenario."""
    place = request.resolver_match.url_name if request.resolver_match else ""
    trail = [(reverse("scenarios"), _("Scenarios"))]
    if place != "scenario":
        trail.append((reverse("scenario", args=[one.name]), one.name))
    frame = {
        "one": one,
        "tabs": [
            (reverse(tab, args=[one.name]), label, "page" if tab == place else "")
            for tab, label in words.TAB.items()
        ],
        "trail": trail,
    }
    return page(request, template, {**frame, **context})
