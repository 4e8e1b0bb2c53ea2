"""Changing the texts of a scenario, a language beside English, and its files as they stand."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.drills import DrillError
from comity.drills.editing import checked, with_texts
from comity.drills.parse import FILE
from comity.drills.reading import EXHIBITS, MAX_BYTES, STORIES, TEXTS, read_texts
from comity.drills.texts import check_text, due_keys, may_keys
from comity.instruments.model import LANGUAGES
from comity.instruments.words import ENGLISH
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.scenario import labels as words
from comity.node.exercise.pages.scenario.context import (
    Held,
    Refused,
    held,
    keep,
    refused,
    shown,
    told,
)
from comity.node.people.permissions import Right
from comity.node.web.permissions import only
from comity.node.web.render import Confirm, confirm

_BEFORE: Final = "t:"
"""What stands before a key in the name of a field."""


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def texts(request: HttpRequest, name: str, lang: str, part: str) -> HttpResponse:
    """Change a part of the texts of one language, with the English ones beside it."""
    path = f"texts/{lang}.toml"
    if part not in words.PART or not TEXTS.fullmatch(path):
        raise Http404
    one, wrong = held(name), None
    try:
        given = read_texts(path, one.files.get(path, b""))
        english = read_texts(f"texts/{ENGLISH}.toml", one.files.get(f"texts/{ENGLISH}.toml", b""))
        plan = checked(name, one.files)
        due = due_keys(plan) | may_keys(plan)
    except DrillError as fault:
        broken = {"path": str(fault.facts.get("file") or FILE)}
        return shown(
            request, "exercise/scenario_broken.html", one, broken, refused(fault, one.files)
        )
    keys = _keys(part, english, due)
    typed, faults = dict[str, str](), dict[str, str]()
    if request.method == "POST":
        typed = {
            key: _typed(request, _BEFORE + key) for key in keys if _BEFORE + key in request.POST
        }
        faults = _faults(path, typed)
        if faults:
            wrong = Refused(text=_("Some texts cannot be saved; see the reason beside each."))
        else:
            wrong = keep(request, one, with_texts(one.files, lang, typed))
            if wrong is None:
                return redirect(request.path)
            one = held(name)
    context = {
        "lang": lang,
        "part": part,
        "parts": words.PART.items(),
        "tongues": _languages(one),
        "runs": "rtl" if lang.partition("-")[0] in {"ar", "fa", "he", "ur"} else "ltr",
        "beside": lang != ENGLISH,
        "rows": _rows(one, lang, keys, (given, english, typed, faults)),
    }
    return shown(request, "exercise/scenario_texts.html", one, context, wrong)


def _keys(part: str, english: dict[str, str], due: frozenset[str]) -> list[str]:
    """Return the keys of a part: in the order of the English file, then those it lacks."""
    order = dict.fromkeys([*(key for key in english if key in due), *sorted(due)])
    return [key for key in order if key.partition(".")[0] in words.HEADS[part]]


def _faults(path: str, typed: dict[str, str]) -> dict[str, str]:
    found = {}
    for key, text in typed.items():
        try:
            check_text(text, file=path, key=key)
        except DrillError as fault:
            found[key] = str(fault).partition(f"{key!a} ")[2] or str(fault)
    return found


def _rows(
    one: Held,
    lang: str,
    keys: list[str],
    said: tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]],
) -> list[dict[str, Any]]:
    given, english, typed, faults = said
    path = f"texts/{lang}.toml"
    now_stands = read_texts(path, one.files.get(path, b""))
    wrong: dict[str, list[str]] = {}
    for line in told(one):
        if line.finding.file == path:
            wrong.setdefault(line.finding.key, []).append(line.text)
    return [
        {
            "key": key,
            "label": words.label(key),
            "name": _BEFORE + key,
            "id": f"text-{number}",
            "english": english.get(key, ""),
            "value": typed.get(key, given.get(key, "")),
            "findings": wrong.get(key, []),
            "fault": faults.get(key, ""),
            "stale": key in typed and not faults and typed[key].strip() != now_stands.get(key, ""),
            "other": now_stands.get(key, ""),
            "rows": 2 if len(english.get(key, "")) < 120 else 5,
        }
        for number, key in enumerate(keys, 1)
    ]


def _languages(one: Held) -> list[tuple[str, str]]:
    """Return the languages due, then those that are there besides: each with its own name."""
    found = {match[1] for path in one.files if (match := TEXTS.fullmatch(path))}
    known = settings.LANGUAGE_NAMES
    return [(lang, known.get(lang, lang)) for lang in (*LANGUAGES, *sorted(found - {*LANGUAGES}))]


# ------------------------------------------------------------------ files as they stand


@only(Right.TRAIN)
@here
def sources(request: HttpRequest, name: str) -> HttpResponse:
    """List a scenario's files; a new one is opened by its name."""
    one, wanted = held(name), request.GET.get("new", "")
    wrong = None
    if wanted:
        if _is_file(wanted):
            return redirect("scenario-source", name=name, file=wanted)
        wrong = Refused(text=_("exhibits/NAME.txt, stories/NAME.toml or texts/LANGUAGE.toml."))
    counted = [(path, len(data)) for path, data in sorted(one.files.items())]
    return shown(
        request, "exercise/scenario_sources.html", one, {"lines": counted, "new": wanted}, wrong
    )


@only(Right.TRAIN, "GET", "HEAD", "POST")
@here
def source(request: HttpRequest, name: str, file: str) -> HttpResponse:
    """Change a file as it stands: comments stay, and nothing is written but what was typed."""
    if not _is_file(file):
        raise Http404
    one, wrong = held(name), None
    stands = one.files.get(file, b"").decode("utf-8", "replace")
    typed = stands
    if request.method == "POST" and request.POST.get("remove") == "1":
        return _remove(request, one, file)
    if request.method == "POST":
        typed = _typed(request, "text")
        if len(typed.encode()) > MAX_BYTES:
            wrong = Refused(text=_("The file is larger than a file of a scenario may be."))
        else:
            wrong = keep(request, one, {**one.files, file: typed.encode()})
        if wrong is None:
            return redirect(request.path)
        one = held(name)
    now_stands = one.files.get(file, b"").decode("utf-8", "replace")
    context = {
        "file": file,
        "text": typed,
        "other": now_stands if wrong and wrong.stale else "",
        "there": file in one.files,
        "removable": file in one.files and file != FILE,
        "findings": [line for line in told(one) if line.finding.file == file],
        "lines": max(6, min(40, typed.count("\n") + 2)),
    }
    return shown(request, "exercise/scenario_source.html", one, context, wrong)


def _remove(request: HttpRequest, one: Held, file: str) -> HttpResponse:
    """Ask, and take a file out."""
    here = reverse("scenario-source", kwargs={"name": one.name, "file": file})
    if file == FILE or file not in one.files:
        raise Http404
    if request.POST.get("confirmed") == "1":
        left = {path: data for path, data in one.files.items() if path != file}
        wrong = keep(request, one, left)
        if wrong is None:
            return redirect("scenario-sources", name=one.name)
        messages.error(request, wrong.text)
        return redirect(here)
    asked = Confirm(
        heading=_("Remove the file"),
        facts=((_("Scenario"), one.name), (_("File"), file)),
        consequences=(_("Afterwards, correct the places in the scenario that name it."),),
        button=_("Remove the file"),
        action=here,
        back=here,
        hidden={"remove": "1", "edition": one.edition},
    )
    return confirm(request, asked)


def _is_file(path: str) -> bool:
    return path == FILE or any(form.fullmatch(path) for form in (TEXTS, EXHIBITS, STORIES))


def _typed(request: HttpRequest, name: str) -> str:
    """Return what was typed, with the line ends that files have."""
    return request.POST.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
