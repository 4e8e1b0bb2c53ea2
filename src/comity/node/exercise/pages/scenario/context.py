"""A scenario that a page is about, its findings in words, and keeping it once it was changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from pydantic import ValidationError

from comity.canonical import ComityError
from comity.drills import Finding, unplayable
from comity.drills.reading import check_files, edition
from comity.instruments.places import line_of
from comity.node.actions.action_form import done_by_page
from comity.node.exercise import scenario_editing, scenario_library
from comity.node.exercise.actions import KEEP_SCENARIO
from comity.node.exercise.errors import ExerciseError, ScenarioStaleError, ScenarioUnknownError
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.schemas_scenarios import FilesIn
from comity.node.web.render import page

SHOWN: Final = 100
"""Findings that one page lists; the number of all of them is said."""

_BEGINS_WITH: Final = {"scenario-texts": ("en", "frame")}
"""What the address of a page names besides the scenario, when one comes to it first."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A scenario as it stands now."""

    name: str
    files: Mapping[str, bytes]
    edition: str
    own: bool


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Why a change was not kept.

    Attributes:
        text: in the reader's language.
        detail: English: what exactly, as the reader of the files says it.
        stale: somebody else saved meanwhile; ``held`` is what stands now.
        findings: what the change would break.
    """

    text: str
    detail: str = ""
    file: str = ""
    line: int = 0
    stale: bool = False
    status: int = 422
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """A finding in words, with the line where it stands."""

    finding: Finding
    text: str
    line: int
    language: str


def reader_language() -> str:
    """Return the language of the page, as scenarios call it."""
    return (get_language() or "en").lower()


def held(name: str) -> Held:
    """Return a scenario.

    Raises:
        Http404: there is none of that name.
    """
    try:
        files = scenario_library.files_of(name)
    except ScenarioUnknownError as fault:
        raise Http404 from fault
    return Held(name=name, files=files, edition=edition(files), own=scenario_library.is_own(name))


def told(one: Held) -> list[Told]:
    """Return what is to mend in a scenario, in words."""
    return [
        Told(
            finding=found,
            text=words.finding(found.code),
            line=line_of(one.files.get(found.file, b""), found.key, text=found.text),
            language=_language(found.file),
        )
        for found in scenario_editing.findings(one.name, one.files)
    ]


def _language(file: str) -> str:
    """Return the name of the language whose texts a file holds; empty for any other file."""
    if not file.startswith("texts/"):
        return ""
    lang = file.removeprefix("texts/").removesuffix(".toml")
    return str(settings.LANGUAGE_NAMES.get(lang, lang))


def keep(request: HttpRequest, one: Held, files: Mapping[str, bytes]) -> Refused | None:
    """Keep a change, and say on the next page how the scenario stands; or return why not."""
    began = request.POST.get("edition", "")
    if files == one.files and began == one.edition:
        messages.success(request, _("Nothing was changed."))
        return None
    try:
        keep_files(request, one.name, files, began=began)
    except ScenarioStaleError as fault:
        return replace(refused(fault, files), stale=True, status=409)
    except ComityError as fault:
        return refused(fault, files)
    say_standing(request, one.name)
    return None


def keep_files(
    request: HttpRequest, name: str, files: Mapping[str, bytes], *, began: str | None
) -> None:
    """Keep files that a page made or took.

    Args:
        request: that the guard let in.
        name: of the scenario.
        files: all of them, as they shall be; untrusted.
        began: edition that the trainer saw; None of a scenario that is new.

    Raises:
        ComityError: they are not kept; says why.
    """
    try:
        texts = {path: data.decode("utf-8") for path, data in files.items()}
        told = FilesIn(files=texts, edition=began and began[:71])
    except UnicodeDecodeError as fault:
        raise ExerciseError("a file of the scenario is not UTF-8") from fault
    except ValidationError:
        check_files(name, files)  # says in words what is too many or too long
        raise
    done_by_page(request, KEEP_SCENARIO, told, scenario=name)


def say_standing(request: HttpRequest, name: str) -> None:
    """Say on the next page that a scenario was kept, and how much is to mend in it."""
    found = scenario_editing.findings(name, scenario_library.files_of(name))
    number = len(unplayable(found))
    english = len(found) - number
    if number:
        told_ = ngettext(
            "Saved. Correct %(n)d error before it can be played.",
            "Saved. Correct %(n)d errors before it can be played.",
            number,
        )
        messages.success(request, told_ % {"n": number})
    elif english:
        told_ = ngettext(
            "Saved. It can be played. English replaces %(n)d missing text.",
            "Saved. It can be played. English replaces %(n)d missing texts.",
            english,
        )
        messages.success(request, told_ % {"n": english})
    else:
        messages.success(request, _("Saved. It can be played as it stands."))


def refused(fault: ComityError, files: Mapping[str, bytes] | None = None) -> Refused:
    """Return why something was refused, with the line where the files say so."""
    facts = getattr(fault, "facts", {})
    file, key = (str(facts.get(name, "")) for name in ("file", "key"))
    return Refused(
        text=words.fault(fault.code),
        detail="" if isinstance(fault, ScenarioStaleError) else str(fault)[:500],
        file=file,
        line=line_of((files or {}).get(file, b""), key, text=str(fault)),
    )


def _tabs(one: Held, place: str) -> list[tuple[str, Any, str]]:
    """Return address and words of each page of a scenario, and which one this page lies under."""
    under = next((tab for start, tab in words.UNDER if place.startswith(start)), place)
    return [
        (
            reverse(tab, args=[one.name, *_BEGINS_WITH.get(tab, ())]),
            said,
            ("page" if tab == place else "true") if tab == under else "",
        )
        for tab, said in words.TAB.items()
    ]


def shown(
    request: HttpRequest,
    template: str,
    one: Held,
    context: Mapping[str, Any],
    wrong: Refused | None = None,
) -> HttpResponse:
    """Return a page about a scenario; what was typed stays on it, whatever was refused."""
    place = request.resolver_match.url_name if request.resolver_match else ""
    own = reverse("scenario", args=[one.name])
    frame = {
        "one": one,
        "refusal": wrong,
        "wrong": wrong.text if wrong else "",
        "tabs": _tabs(one, place or ""),
        "trail": [(reverse("scenarios"), _("Scenarios"))]
        + ([] if place == "scenario" else [(own, one.name)]),
    }
    status = wrong.status if wrong else 200
    return page(request, template, {**frame, **context}, status=status)
