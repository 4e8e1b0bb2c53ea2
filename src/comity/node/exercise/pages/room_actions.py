"""What a player does in the room: one page for one thing, each with its form."""

from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from comity.drills import Scenario, say
from comity.drills.happened import digest_of, normal
from comity.drills.model import Plan
from comity.drills.reading import exhibit_text
from comity.node.core.formats import comma
from comity.node.exercise import choices, scenario_library
from comity.node.exercise.exhibit_download import file_of
from comity.node.exercise.pages import room_labels as rw
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.radios import Radios
from comity.node.exercise.pages.room_context import done, member_in, no_team, room_for
from comity.node.exercise.pages.room_labels import option_words
from comity.node.exercise.player_actions import MAX_NOTE
from comity.node.exercise.room import Asked, Words
from comity.node.law.wording import UNREVIEWED
from comity.node.models import TeamMember
from comity.node.people.permissions import Right
from comity.node.web import form_fields as f
from comity.node.web.identifier_kinds import KIND
from comity.node.web.measure_labels import MEASURE
from comity.node.web.permissions import only
from comity.node.web.render import Confirm, confirm, page

BUTTONS: Final = {"acknowledged": "inject", "called": "to", "told": "to"}
"""Deeds that a button alone does, and what each is done to."""


class NoteForm(forms.Form):
    """What is recorded of something that came."""

    note = forms.CharField(
        label=gettext_lazy("Your note on it"),
        max_length=MAX_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


@here
@only(Right.PLAY, "POST")
def do(request: HttpRequest) -> HttpResponse:
    """Do what a button says: acknowledge, call, tell."""
    member = member_in(request)
    if member is None:
        return no_team(request)
    kind, wrong = "", _("Choose whom to speak with.")
    for name, place in BUTTONS.items():
        if name in request.POST:
            kind = name
            key = request.POST.get(name) or request.POST.get(place, "")
            wrong = done(request, member, kind, {place: key[:64]}) if key else wrong
            break
    if not wrong:
        return redirect("room")
    back = {"wrong": wrong, "back": reverse("room")}
    return page(request, "exercise/not_done.html", back, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@here
@only(Right.PLAY, "GET", "HEAD", "POST")
def came(request: HttpRequest, key: str) -> HttpResponse:
    """Show one thing that came, with the form that records it."""
    member = member_in(request)
    if member is None:
        return no_team(request)
    room = room_for(member)
    found = next((one for one in room.came if one.key == key), None)
    if found is None:
        raise Http404
    form, wrong = NoteForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        names = {"inject": key, "note": form.cleaned_data["note"]}
        wrong = done(request, member, "recorded", names)
        if not wrong:
            return redirect("room")
    context = {"room": room, "one": found, "form": form, "wrong": wrong}
    return page(request, "exercise/came.html", context, status=_status(request))


@here
@only(Right.PLAY, "GET", "HEAD", "POST")
def task(request: HttpRequest, key: str) -> HttpResponse:
    """Show a task with the form that answers it, and its hints."""
    member = member_in(request)
    if member is None:
        return no_team(request)
    room = room_for(member)
    asked = next((one for one in room.tasks if one.key == key), None)
    if asked is None:
        raise Http404
    form = AnswerForm(member, asked)
    wrong = ""
    if request.method == "POST" and "hint" in request.POST:
        names = {"hint": request.POST["hint"][:64]}
        if request.POST.get("confirmed") != "1":
            return _hint_asked(request, asked, names["hint"])
        wrong = done(request, member, "hint", names)
        if not wrong:
            return redirect("room-task", key)
    elif request.method == "POST":
        form = AnswerForm(member, asked, request.POST)
        if form.is_valid():
            answer = form.cleaned_data["answer"]
            if asked.kind == "seal" and asked.exhibit:
                names = {"exhibit": asked.exhibit.key, "digest": answer}
                wrong = done(request, member, "sealed", names)
            else:
                wrong = done(request, member, "answered", {"task": key, "answer": answer})
            if not wrong:
                return redirect("room-task", key)
    context = {"room": room, "task": asked, "form": form, "wrong": wrong}
    return page(request, "exercise/task.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    failed = request.method == "POST"  # what succeeded was redirected
    return HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK


def _hint_asked(request: HttpRequest, asked: Asked, key: str) -> HttpResponse:
    """Ask once more, with the cost."""
    hint = next((one for one in asked.hints if one.key == key and one.text is None), None)
    if hint is None:
        return redirect("room-task", asked.key)
    cost = _("Costs %(n)d points, unless the answer is right already.") % {"n": hint.cost}
    here_ = reverse("room-task", args=[asked.key])
    question = Confirm(
        heading=_("Take this hint?"),
        consequences=[cost, _("The whole team sees the hint.")],
        button=_("Take the hint"),
        action=here_,
        back=here_,
        facts=[(_("Question"), asked.ask.text)],
        hidden={"hint": key},
    )
    return confirm(request, question)


class AnswerForm(forms.Form):
    """The answer to a task, in the form that its kind has."""

    answer: forms.Field

    def __init__(self, member: TeamMember, asked: Asked, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        scenario = scenario_library.scenario_of(member.team.exercise.edition)
        task, lang = scenario.plan.tasks[asked.key], (get_language() or "en").lower()
        self._task = task
        keys = choices.answers_of(scenario.plan, task)
        if asked.kind == "choice":
            place = f"tasks.{asked.key}.options."
            offered = [(key, option_words(_said(scenario, place + key, lang))) for key in keys]
            self.fields["answer"] = forms.ChoiceField(
                label=gettext_lazy("Answer"), choices=offered, widget=Radios()
            )
        elif keys:
            offered = [
                ("", "–"),
                *((key, law_word(scenario.plan, asked.kind, key, lang)) for key in keys),
            ]
            hint = "" if choices.law_reviewed(scenario.plan, lang) else UNREVIEWED
            self.fields["answer"] = f.choice(gettext_lazy("Answer"), offered, hint=hint)
        else:
            hint = rw.FORM.get(asked.kind, "")
            if asked.kind == "find":
                hint = f"{KIND.get(asked.form, asked.form)}. {hint}"
            self.fields["answer"] = forms.CharField(
                label=gettext_lazy("Digest") if asked.kind == "seal" else gettext_lazy("Answer"),
                max_length=2000,
                help_text=hint,
                widget=forms.TextInput(
                    attrs={
                        "autocomplete": "off",
                        "dir": "auto" if asked.kind == "text" else "ltr",
                    }
                ),
            )

    def clean_answer(self) -> str:
        """Refuse what is not of the form of the task, in words of its own; it costs no try."""
        answer = str(self.cleaned_data["answer"])
        malformed = rw.MALFORMED.get(self._task.kind)
        if malformed is not None and normal(self._task, answer) is None:
            raise forms.ValidationError(malformed)
        return answer


def _said(scenario: Scenario, key: str, lang: str) -> Words:
    text, told = say(scenario.plan, scenario.texts, key, lang)
    return Words(text=text, lang=told)


def law_word(plan: Plan, kind: str, key: str, lang: str) -> str:
    """Return what a code of the law is called: a measure, an article, a ground."""
    if kind == "measure":
        return str(MEASURE.get(key) or rw.MEASURE.get(key) or key)
    text, _lang = choices.law_text(plan, f"{kind}s.{key}", lang)
    if kind == "article":
        return _("Article %(number)s: %(title)s") % {"number": key, "title": text}
    cite = comma().join(choices.treaty_of(plan).grounds[key].cite)
    return f"{text} ({cite})"


# ------------------------------------------------------------------ exhibits


@here
@only(Right.PLAY, "GET", "HEAD", "POST")
def exhibit(request: HttpRequest, key: str) -> HttpResponse:
    """Show an exhibit that came to this player."""
    member = member_in(request)
    if member is None:
        return no_team(request)
    room = room_for(member)
    found = room.exhibits().get(key)
    if found is None:
        raise Http404
    scenario = scenario_library.scenario_of(member.team.exercise.edition)
    context = {
        "room": room,
        "one": found,
        "text": exhibit_text(scenario, scenario.plan.exhibits[key]) if found.legible else "",
        "tasks": [one for one in room.tasks if one.exhibit and one.exhibit.key == key],
        "wrong": "",
    }
    if request.method == "POST":
        names = {"exhibit": key, "digest": request.POST.get("digest", "")[:100]}
        if digest_of(names["digest"]) is None:
            context["wrong"] = rw.MALFORMED["seal"]
        else:
            context["wrong"] = done(request, member, "sealed", names)
        context["digest"] = names["digest"]
        if not context["wrong"]:
            return redirect("room-exhibit", key)
    return page(request, "exercise/exhibit.html", context, status=_status(request))


@here
@only(Right.PLAY)
def exhibit_file(request: HttpRequest, key: str) -> HttpResponse:
    """Give an exhibit's bytes as a file that no browser shows."""
    member = member_in(request)
    if member is None:
        return no_team(request)
    found = room_for(member).exhibits().get(key)
    if found is None:
        raise Http404
    return file_of(member, found)
