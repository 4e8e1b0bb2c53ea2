"""Writing down beside the original: which conversation, which message, then what it says."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from comity.canonical import ComityError, parse_time
from comity.docket import Item
from comity.docket.correspondence import opening_types, written_types
from comity.node.actions.action_form import done_by_page
from comity.node.cases.broken_rules import placed
from comity.node.cases.conversations import replay_of
from comity.node.compose import prefill_from_call
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.law import assessment_rows
from comity.node.mail import mailbox, transcription
from comity.node.mail.actions import WRITE_DOWN, WRITE_MAIL_DOWN
from comity.node.mail.mailbox import Mail
from comity.node.mail.pages import forms as mail_forms
from comity.node.mail.pages.mailbox import named
from comity.node.mail.schemas import WholeTranscript
from comity.node.mail.transcription import Sheet
from comity.node.models import Conversation, MessageRow
from comity.node.people.access.visible_cases import Circle, circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import Service, this_service
from comity.node.web import form_fields as f
from comity.node.web import form_saving
from comity.node.web.kept_forms import restores
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import page
from comity.node.web.section_form import wrong_fields

_NEW: Final = "new"
_OPEN: Final = 100  # conversations to choose from, those that moved last


@dataclass(frozen=True)
class _Place:
    """Where on the way the page is: what was chosen so far.

    Attributes:
        mail: that it is read from, or None.
        row: conversation it goes on, or None.
        opens: whether it was said that it opens one.
        type: of the message, or empty.
        about: content digest of the message it answers, or empty.
        call: telephone call that it is written down from, or None.
    """

    mail: Mail | None
    row: Conversation | None
    opens: bool
    type: str
    about: str
    call: Item | None = None

    def about_what(self) -> tuple[str, ...]:
        """Return what the words of the paper come from or go into."""
        items = [one.id for one in (self.mail and self.mail.item, self.call) if one]
        cases = [f"case:{self.row.case}"] if self.row else []
        return (*cases, *(f"item:{one}" for one in items))

    def query(self, **more: str) -> str:
        """Return the address of this page with other choices."""
        told = {
            "mail": self.mail.item.id if self.mail else "",
            "call": self.call.id if self.call else "",
            "conversation": self.row.digest if self.row else _NEW if self.opens else "",
            **more,
        }
        return urlencode({name: value for name, value in told.items() if value})


@restores
@only(Right.DRAFT, "GET", "HEAD", "POST")
def write_down(request: HttpRequest) -> HttpResponse:
    """Write down what came on paper, beside what was read of it."""
    node = this_service().node
    place = _place(request)
    if request.method in ("GET", "HEAD") and place.mail is not None:
        by = caller(request).user.get_username()
        mailbox.note_reading(place.mail, by=by, at=now())
    choices = _types(node, place)
    context = {
        "place": place,
        "mail": place.mail,
        "conversations": _conversations(node, place, circle_of(caller(request), at=now())),
        "choices": choices,
        "new": f"?{place.query(conversation=_NEW)}",
        "known": bool(mail_forms.authors(node)),
    }
    if not place.type:
        return page(request, "mail/write_down.html", context)
    if (place.type, place.about) not in {(one["type"], one["about"]) for one in choices}:
        raise Http404
    return _form(request, place, context)


def _place(request: HttpRequest) -> _Place:
    asked = request.GET
    mail = named(request, asked["mail"][:36]) if asked.get("mail") else None
    wanted = asked.get("conversation", "")
    row = seen(request).conversations().filter(digest=wanted, paper=True).first()
    if wanted not in ("", _NEW) and row is None:
        raise Http404
    return _Place(
        mail,
        row,
        wanted == _NEW,
        asked.get("type", "")[:40],
        asked.get("about", "")[:71],
        prefill_from_call.call_of(request) if mail is None else None,
    )


def _conversations(node: Node, place: _Place, circle: Circle) -> list[dict[str, Any]]:
    """Return the conversations on paper that it may belong to: the authority's first."""
    if place.row is not None or place.opens:
        return []
    author = mailbox.author_of(place.mail) if place.mail else None
    rows = circle.conversations().filter(paper=True).exclude(main="closed").order_by("-moved_at")
    found = [
        {"row": row, "other": _other(node, row), "link": f"?{place.query(conversation=row.digest)}"}
        for row in rows[:_OPEN]
    ]
    return sorted(found, key=lambda one: one["other"] != author)


def _other(node: Node, row: Conversation) -> str:
    members: list[str] = row.members
    return next(party for party in members if party != node.party)


def _types(node: Node, place: _Place) -> list[dict[str, Any]]:
    """Return the messages that fit, each with what it may answer."""
    if place.row is None:
        pairs: list[tuple[str, str | None]] = [(name, None) for name in opening_types()]
        pairs = pairs if place.opens else []
    else:
        state = replay_of(place.row.digest).state
        author = _other(node, place.row)
        fitting = written_types(state, author=author, opener=place.row.opener)
        pairs = [(name, about) for name, abouts in fitting.items() for about in abouts]
    titles = dict(
        MessageRow.objects.filter(content__in=[a for _, a in pairs if a]).values_list(
            "content", "type"
        )
    )
    return [
        {
            "type": name,
            "about": about or "",
            "title": titles.get(about or "", ""),
            "link": f"?{place.query(type=name, about=about or '')}",
        }
        for name, about in pairs
    ]


def _form(request: HttpRequest, place: _Place, context: dict[str, Any]) -> HttpResponse:
    """Show the form of one message, take proposals into it, check it, or record it."""
    service = this_service()
    writing = form_saving.begin(request, f"paper:{place.type}", place.about_what())
    if writing.answer is not None:
        return writing.answer
    data = writing.data
    blank = mail_forms.section_forms(place.type)
    offered = mail_forms.offered(place.mail.reading, blank) if place.mail else []
    taking = request.method == "POST" and "apply" in request.POST
    if data is None and place.call is not None:
        data, called = prefill_from_call.paper_data(place.call), True
    else:
        called = False
    if taking:
        data = mail_forms.with_taken(request.POST, offered)
    sheet = mail_forms.SheetForm(
        _authors(service.node, place), data, initial=_initial(place), use_required_attribute=False
    )
    if place.row is not None:
        del sheet.fields["case"]
    parts = mail_forms.section_forms(place.type, data)
    every: list[forms.Form] = [sheet, *parts.values()]
    wrong, seen = "", None
    if request.method == "POST" and not taking and all([one.is_valid() for one in every]):  # noqa: C419 - every form shows its errors
        paper = _sheet(service.node, place, sheet.cleaned_data, parts)
        try:
            if "check" not in request.POST:
                answer = _recorded(request, service, paper, place.call)
                writing.finish(request)
                return answer
            seen = transcription.foresee(
                service.node, service.committer, paper, officer=caller(request), at=now()
            )
        except ComityError as fault:
            wrong = placed(fault, [sheet])
    if taking or called:
        for one in every:
            one.errors.clear()
    writing.show(every)
    context |= {
        "writing": writing,
        "sheet": sheet,
        "parts": parts.values(),
        "offered": offered,
        "wrong": wrong,
        "seen": seen,
        "law": _law(service.node, seen),
        "wrong_fields": [] if taking or called or writing.reopened else wrong_fields(every),
    }
    failed = request.method == "POST" and not taking and seen is None
    return page(request, "mail/write_down.html", context, status=422 if failed else 200)


def _authors(node: Node, place: _Place) -> tuple[str, ...]:
    return (_other(node, place.row),) if place.row else mail_forms.authors(node)


def _initial(place: _Place) -> dict[str, Any]:
    if place.mail is None:
        return {"received_at": now()}
    told = place.mail.told
    return {
        "author": mailbox.author_of(place.mail),
        "channel": told["channel"],
        "dated": parse_time(told["dated"]) if told["dated"] else None,
        "received_at": parse_time(told["received_at"]),
    }


def _sheet(node: Node, place: _Place, told: dict[str, Any], parts: Any) -> Sheet:
    lang = told["lang"]
    value = {
        "type": place.type,
        "author": told["author"],
        "members": sorted((told["author"], node.party)),
        "about": place.about or None,
        "sections": mail_forms.values_of(parts, lang),
        "channel": told["channel"],
        "dated": f.wire_time(told["dated"]),
        "received_at": f.wire_time(told["received_at"]),
        "originals": [place.mail.original.digest] if place.mail else [],
        "remark": f.text_or_none(told["remark"], lang),
    }
    return Sheet(
        value=value,
        conversation=place.row.digest if place.row else "",
        case=told.get("case", ""),
        mail=place.mail.item.id if place.mail else "",
    )


def _recorded(
    request: HttpRequest, service: Service, paper: Sheet, call: Item | None
) -> HttpResponse:
    row = _transcribed(request, service, paper)
    if call is not None:
        prefill_from_call.passed_on(request, call, conversation=row.digest, case=row.case)
    messages.success(request, gettext("Transcribed. The original is stored."))
    return redirect("case", number=row.case)


def _transcribed(request: HttpRequest, service: Service, paper: Sheet) -> Conversation:
    """Write down what came, by the act that the API has too; return its conversation.

    What opens a conversation and was read from no file is no act of the API: it names nothing.
    """
    if not paper.mail and not paper.conversation:
        return transcription.transcribe(
            service.node, service.committer, paper, officer=caller(request), at=now()
        )
    told = {name: value for name, value in paper.value.items() if name != "members"}
    said = WholeTranscript(**told, conversation=paper.conversation or None, case=paper.case)
    if paper.mail:
        made = done_by_page(request, WRITE_MAIL_DOWN, said, item=paper.mail)
    else:
        made = done_by_page(request, WRITE_DOWN, said, digest=paper.conversation)
    row: Conversation = made.row
    return row


def _law(node: Node, seen: transcription.Foreseen | None) -> Any:
    if seen is None or seen.check is None:
        return None

    return assessment_rows.of_check(node, seen.check)
