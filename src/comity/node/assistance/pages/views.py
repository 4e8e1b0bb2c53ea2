"""The board of needs, offers and courses, and writing a new one."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError, state_of
from comity.node.assistance import board as lines_of_board
from comity.node.assistance import board_export
from comity.node.assistance.board import BoardFilterError, Filter
from comity.node.assistance.forms import ASSISTANCE_FORMS
from comity.node.assistance.table_forms import TABLE_FORMS
from comity.node.assistance.topics import topic_choices, topic_named, topics_reviewed
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.pagination import PlaceError
from comity.node.log import editions
from comity.node.messages import draft_by_page
from comity.node.models import BoardLine, Conversation
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import assistance_labels as own
from comity.node.web import labels
from comity.node.web.form_groups import Group, numbered
from comity.node.web.kept_forms import restores
from comity.node.web.permissions import caller, only
from comity.node.web.render import going_on, page
from comity.node.web.schemas import DraftIn
from comity.node.web.section_form import LanguageForm, wrong_fields
from comity.node.web.section_labels import code_label
from comity.node.web.story_names import party_text

_LINES: Final = 25
_ONE: Final = frozenset({"places"})
"""What goes to one State alone: the places are kept for that one."""


class ToForm(forms.Form):
    """Who is to read it: nobody is chosen beforehand."""

    to = forms.MultipleChoiceField(
        label=_("Recipients"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Each of these authorities reads the whole text, and every "
            "note written to it later. Answers are sent to your office "
            "alone."
        ),
        error_messages={"required": _("Select the readers: nothing is sent to all authorities.")},
    )

    def __init__(
        self, node: Node, message_type: str, *args: Any, most: int, alone: str = "", **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.most = most
        listed = [alone] if alone else [p for p in node.directory.parties() if p != node.party]
        self.not_offered = [p for p in listed if not editions.takes(node, p, message_type)]
        listed = [p for p in listed if p not in self.not_offered]
        field = self.fields["to"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(p, party_text(p)) for p in listed]

    def clean_to(self) -> list[str]:
        """Hold the number of readers to what the type allows."""
        found: list[str] = self.cleaned_data["to"]
        if len(found) > self.most:
            told = _("This goes to one authority alone.") if self.most == 1 else _("At most 15.")
            raise forms.ValidationError(told)
        return found


@only(Right.ASSISTANCE)
def board(request: HttpRequest) -> HttpResponse:
    """List needs, offers and courses, ours and those of others."""
    asked, wanted = request.GET, _wanted(request)
    circle = circle_of(caller(request), at=now())
    try:
        found, following = lines_of_board.lines(
            circle, wanted, after=asked.get("after", ""), most=_LINES
        )
    except (PlaceError, BoardFilterError):
        return redirect("assistance")
    narrowed = narrowing(wanted)
    context = {
        "lines": _told(found),
        "wanted": wanted,
        "narrowed": urlencode(narrowed),
        "kinds": own.KIND.items(),
        "sides": own.SIDE.items(),
        "standings": own.STANDS.items(),
        "topics": topic_choices(),
        "topics_unreviewed": not topics_reviewed(),
        "states": _states(this_service().node),
        "means": [(kind, labels.DO[own.OPENS[kind]], own.MEANS[kind]) for kind in own.OPENS],
        "any": bool(narrowed) or bool(found),
        **going_on(narrowed, asked.get("after", ""), following),
    }
    return page(request, "assistance/board.html", context)


@only(Right.ASSISTANCE)
def file(request: HttpRequest, form: str) -> HttpResponse:
    """Give the board as a file; audited."""
    if form not in board_export.FORMS:
        raise Http404
    at, officer = now(), caller(request)
    circle = circle_of(officer, at=at)
    by = request.user.get_username()
    try:
        data = board_export.export(circle, _wanted(request), form, by=by, at=at)
    except BoardFilterError:
        return redirect("assistance")
    answer = HttpResponse(data, content_type=board_export.FORMS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="assistance.{form}"'
    return answer


@restores
@only(Right.DRAFT, "GET", "HEAD", "POST")
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Write a need, an offer or a course; it becomes a draft, and nothing is sent yet."""
    if kind not in own.OPENS:
        raise Http404
    service = this_service()
    follows = _follows(request)
    opens = own.OPENS[kind]
    of_case = [f"case:{follows.case}"] if follows is not None else []
    writing = draft_by_page.begin(request, f"do:{opens}", of_case, message_type=opens)
    if writing.form.answer is not None:
        return writing.form.answer
    data = writing.data
    language = LanguageForm(data)
    first = {"to": [follows.opener]} if follows is not None else {}
    most = 1 if kind in _ONE or follows is not None else 15
    alone = follows.opener if follows is not None else ""
    to = ToForm(service.node, opens, data, prefix="to", initial=first, most=most, alone=alone)
    said = {**ASSISTANCE_FORMS, **TABLE_FORMS}[kind](kind, data)
    every: list[Any] = [language, to, said]
    wrong = ""
    handed_in = request.method == "POST" and not writing.form.looked
    if handed_in and all([form.is_valid() for form in every]):  # noqa: C419 - every form shows its errors
        value = said.value(language.cleaned_data["lang"])
        if follows is not None and "follows" in value:
            value["follows"] = {"conversation": follows.digest}
        try:
            told = DraftIn(type=opens, to=to.cleaned_data["to"], sections={kind: value})
            row = draft_by_page.drafted(request, writing, told)
            return redirect("draft", draft_id=row.id)
        except ComityError as fault:
            wrong = writing.told(fault)
    writing.form.show(every)
    context = {
        "writing": writing,
        "looked": writing.form.looked,
        "kind": kind,
        "title": labels.DO[opens],
        "not_offered": to.not_offered,
        "means": own.MEANS[kind],
        "follows": follows,
        "groups": numbered(
            [
                Group("group-addressee", _("Addressees"), (to, language)),
                Group("group-message", said.heading, (said,)),
            ]
        ),
        "wrong": wrong,
        "wrong_fields": wrong_fields(every),
    }
    return page(request, "assistance/new.html", context, status=422 if handed_in else 200)


def _follows(request: HttpRequest) -> Conversation | None:
    """Return the circular that this answers, if the officer may see it."""
    digest = request.GET.get("follows", "")[:71]
    circle = circle_of(caller(request), at=now())
    return circle.conversations().filter(digest=digest).first() if digest else None


def _wanted(request: HttpRequest) -> Filter:
    asked = request.GET
    return Filter(
        side=asked.get("side", "")[:8],
        kind=asked.get("kind", "")[:8],
        topic=asked.get("topic", "")[:64],
        state=asked.get("state", "")[:2],
        stands=asked.get("stands", "")[:12],
        due=now() if asked.get("due") else None,
    )


def narrowing(wanted: Filter) -> Mapping[str, str]:
    """Return what an address says of a list, its place left out."""
    found = {name: str(value) for name, value in vars(wanted).items() if value and name != "due"}
    return found | ({"due": "1"} if wanted.due else {})


def _told(found: list[BoardLine]) -> list[dict[str, Any]]:
    rows = board_export.told(found)
    return [
        {
            "line": line,
            "kind": own.KIND[line.kind],
            "stands": own.STANDS[row["stands"]],
            "form": code_label("need", "form", line.form),
            "topics": [topic_named(key) for key in row["topics"]],
            "with": row["with"],
        }
        for line, row in zip(found, rows, strict=True)
    ]


def _states(node: Node) -> list[str]:
    """Return the States with which this office can share, by their letters."""
    return sorted({state_of(p) for p in node.directory.parties() if p != node.party})
