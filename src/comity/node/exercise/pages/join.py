"""Joining a team by its code, and coming back by the number that was given then."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.drills import say
from comity.node.core.clock import now
from comity.node.core.labels import read_labels
from comity.node.exercise import codes, membership, scenario_library
from comity.node.exercise.errors import JoinError
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.radios import Radios
from comity.node.models import Team, TeamMember
from comity.node.people.accounts import officer_of
from comity.node.people.permissions import Right
from comity.node.people.signin import failures
from comity.node.people.signin.failures import SignInLockedError
from comity.node.people.signin.stages import TEAM_CODE
from comity.node.signin.let_in import let_in
from comity.node.web.permissions import caller, only, public
from comity.node.web.render import page

NUMBER: Final = "exercise-number"
"""Where the session holds a new number until it was shown."""
WHY: Final = read_labels(__package__)["join-why"]


def _typed(label: Any, name: str, *, most: int, ltr: bool = False) -> forms.CharField:
    attrs = {"autocomplete": name, "dir": "ltr" if ltr else "auto"}
    return forms.CharField(label=label, max_length=most, widget=forms.TextInput(attrs=attrs))


class CodeForm(forms.Form):
    """The code of a team."""

    code = _typed(_("Team code"), "off", most=64, ltr=True)


class NewForm(forms.Form):
    """Who joins, and as what."""

    name = _typed(_("Your name"), "nickname", most=membership.MAX_NAME)
    role = forms.ChoiceField(label=_("Your role"), widget=Radios())

    def __init__(self, roles: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data, prefix="new", use_required_attribute=False)
        role = self.fields["role"]
        if isinstance(role, forms.ChoiceField):
            role.choices = roles


class BackForm(forms.Form):
    """Who was here before."""

    name = _typed(_("Your name"), "nickname", most=membership.MAX_NAME)
    number = _typed(_("Your number"), "off", most=16, ltr=True)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="back", use_required_attribute=False)


@here
@public("GET", "HEAD", "POST")
def join(request: HttpRequest) -> HttpResponse:
    """Let a person join a team by its code, or come back to it."""
    if request.method != "POST":
        officer = officer_of(request.user)
        if officer is not None and membership.member_of(officer) is not None:
            return redirect("room")
        return _asked_for_code(request, CodeForm(initial={"code": request.GET.get("code", "")}))
    at, form = now(), CodeForm(request.POST)
    if not form.is_valid():
        return _asked_for_code(request, form, status=422)
    try:
        team = _team(request, form.cleaned_data["code"], at)
        if "new" in request.POST:
            return _joined(request, team, at)
        if "back" in request.POST:
            return _came_back(request, team, at)
    except SignInLockedError as fault:
        answer = _asked_for_code(request, form, {"locked": fault.until}, status=429)
        answer["Retry-After"] = str(max(1, int((fault.until - at).total_seconds())))
        return answer
    except JoinError as fault:
        form.add_error("code", _why(fault))
        return _asked_for_code(request, form, status=422)
    return _asked_who(request, team)


def _team(request: HttpRequest, code: str, at: datetime) -> Team:
    """Return the team of a code; a code that is none counts as a failure to sign in."""
    keys = failures.attempt_of(request, None)
    failures.check_open(keys, at=at)
    try:
        return membership.team_of(code)
    except JoinError:
        failures.failed(keys, at=at)
        raise


def _joined(request: HttpRequest, team: Team, at: datetime) -> HttpResponse:
    form = NewForm(_roles(team), request.POST)
    if not form.is_valid():
        return _asked_who(request, team, new=form, status=422)
    try:
        member, number = membership.join(
            team.code, name=form.cleaned_data["name"], role=form.cleaned_data["role"], at=at
        )
    except JoinError as fault:
        form.add_error("role" if fault.facts["why"] == "role" else "name", _why(fault))
        return _asked_who(request, team, new=form, status=422)
    answer = let_in(request, _user(member), target=reverse("room-number"), method=TEAM_CODE)
    request.session[NUMBER] = number
    return answer


def _came_back(request: HttpRequest, team: Team, at: datetime) -> HttpResponse:
    form = BackForm(request.POST)
    if not form.is_valid():
        return _asked_who(request, team, back=form, status=422)
    name = f"{team.pk} {' '.join(form.cleaned_data['name'].split()).casefold()}"
    keys = failures.attempt_of(request, name, code=True)
    failures.check_open(keys, at=at)
    try:
        member = membership.come_back(
            team.code, name=form.cleaned_data["name"], pin=form.cleaned_data["number"], at=at
        )
    except JoinError as fault:
        failures.failed(keys, at=at)
        form.add_error("number", _why(fault))
        return _asked_who(request, team, back=form, status=422)
    failures.forget(request, name)
    return let_in(request, _user(member), target=reverse("room"), method=TEAM_CODE)


def _why(fault: JoinError) -> str:
    return str(WHY[str(fault.facts["why"])])


def _user(member: TeamMember) -> AbstractBaseUser:
    user: AbstractBaseUser = member.officer.user
    return user


def _asked_for_code(
    request: HttpRequest, form: CodeForm, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    return page(request, "exercise/join.html", {"form": form, **(more or {})}, status=status)


def _asked_who(
    request: HttpRequest,
    team: Team,
    *,
    new: NewForm | None = None,
    back: BackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    scenario, lang = (
        scenario_library.scenario_of(team.exercise.edition),
        (get_language() or "en").lower(),
    )
    title, said_in = say(scenario.plan, scenario.texts, "title", lang)
    context: dict[str, Any] = {
        "team": team,
        "code": team.code,
        "title": title,
        "said_in": said_in,
        "new": new or NewForm(_roles(team)),
        "back": back or BackForm(),
    }
    context["parts"] = [context["new"], context["back"]]
    return page(request, "exercise/join_who.html", context, status=status)


def _roles(team: Team) -> list[tuple[str, str]]:
    scenario, lang = (
        scenario_library.scenario_of(team.exercise.edition),
        (get_language() or "en").lower(),
    )
    return [
        (key, say(scenario.plan, scenario.texts, f"roles.{key}.title", lang)[0])
        for key in scenario.plan.roles
    ]


@here
@only(Right.PLAY)
def number(request: HttpRequest) -> HttpResponse:
    """Show a new player's number, once."""
    member = membership.member_of(caller(request))
    told = request.session.pop(NUMBER, None)
    if member is None or told is None:
        return redirect("room")
    context = {"number": told, "member": member, "code": codes.spaced(member.team.code)}
    return page(request, "exercise/number.html", context)
