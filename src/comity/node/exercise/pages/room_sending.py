"""Saying something to a party at the table: what the exchange's table allows now, and no more."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.drills import Scenario
from comity.node.exercise import choices, scenario_library
from comity.node.exercise.pages.exercise_only import here
from comity.node.exercise.pages.room_actions import law_word
from comity.node.exercise.pages.room_context import done, member_in, no_team, room_for
from comity.node.exercise.room import Party, Room, Talk
from comity.node.law.wording import UNREVIEWED
from comity.node.people.permissions import Right
from comity.node.web import form_fields as f
from comity.node.web.labels import DO
from comity.node.web.permissions import only
from comity.node.web.render import page


class MessageForm(forms.Form):
    """What a message says, as far as an exercise needs it."""

    def __init__(
        self, scenario: Scenario, data: Any, *, types: list[tuple[str, Any]], opens: bool
    ) -> None:
        super().__init__(data, use_required_attribute=False)
        plan, lang = scenario.plan, (get_language() or "en").lower()
        self.fields["type"] = f.choice(_("Your message"), types)
        none = ("", "–")
        if opens:
            offered = [
                (key, law_word(plan, "measure", key, lang))
                for key in choices.treaty_of(plan).measures
            ]
            self.fields["measure"] = f.choice(
                _("Measure requested"), [none, *offered], required=False, hint=_("Of a request.")
            )
        if any(type_ in choices.GROUNDED for type_, _told in types):
            listed = [(key, law_word(plan, "ground", key, lang)) for key in choices.grounds(plan)]
            self.fields["ground"] = f.choice(
                _("Ground"),
                [none, *listed],
                required=False,
                hint=_("Of a refusal or a postponement, whole or in part."),
            )
        told = _("Tick what your team has written into it.")
        self.fields["facts"] = forms.MultipleChoiceField(
            label=_("Message content"),
            help_text=told if choices.law_reviewed(plan, lang) else f"{told} {UNREVIEWED}",
            required=False,
            choices=[
                (name, choices.law_text(plan, f"facts.{name}.label", lang)[0])
                for name in choices.facts(scenario)
            ],
            widget=forms.CheckboxSelectMultiple(),
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the measure of a request, and for no ground where there is none."""
        data = super().clean() or {}
        asks = data.get("type") == choices.OPENING
        if "measure" in self.fields and asks and not data.get("measure"):
            self.add_error("measure", _("Choose what you ask for."))
        if data.get("ground") and data.get("type") not in choices.GROUNDED:
            self.add_error("ground", _("Your message needs no ground. Leave it empty."))
        return data


@here
@only(Right.PLAY, "GET", "HEAD", "POST")
def send(request: HttpRequest) -> HttpResponse:
    """Show the form of a message in a conversation, or of one that begins it; and send it."""
    member = member_in(request)
    if member is None:
        return no_team(request)
    room = room_for(member)
    if not room.writes:
        raise Http404
    talk, party = _whom(request, room)
    scenario = scenario_library.scenario_of(member.team.exercise.edition)
    types = talk.may if talk else choices.opening_types()
    data = request.POST if request.method == "POST" else None
    form = MessageForm(
        scenario, data, types=[(one, DO.get(one, one)) for one in types], opens=talk is None
    )
    wrong = ""
    if data is not None and form.is_valid():
        told = form.cleaned_data
        names = {"type": told["type"], "ground": told.get("ground", "")}
        names |= {"thread": talk.key} if talk else {"to": party.key if party else ""}
        if told["type"] == choices.OPENING and talk is None:
            names["measure"] = told["measure"]
        names = {name: value for name, value in names.items() if value}
        wrong = done(request, member, "sent", names, fields=told["facts"])
        if not wrong:
            return redirect("room")
    context = {"room": room, "talk": talk, "whom": party, "form": form, "wrong": wrong}
    status = HTTPStatus.OK if data is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return page(request, "exercise/send.html", context, status=status)


def _whom(request: HttpRequest, room: Room) -> tuple[Talk | None, Party | None]:
    """Return the conversation that the address names, or the party; one of them."""
    key, to = request.GET.get("in", ""), request.GET.get("to", "")
    talk = next((one for one in room.talks if one.key == key), None)
    party = next((one for one in room.parties if one.key == to and one.writes), None)
    if talk is None and party is None:
        raise Http404
    return talk, None if talk else party
