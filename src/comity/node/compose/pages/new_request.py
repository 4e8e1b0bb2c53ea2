"""Asking another State: a form for each measure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.node.cases import paper_authorities
from comity.node.cases.queries import thread_of
from comity.node.compose import identifiers, measures, prefill_from_call, requirements
from comity.node.compose.earlier_requests import earlier_requests
from comity.node.compose.pages import new_information, request_groups
from comity.node.compose.pages.hints import hints
from comity.node.compose.pages.initial_values import copied, standing
from comity.node.compose.pages.partners import is_offered, not_offered, partners
from comity.node.compose.section_forms import DeliveryForm, SubjectForm
from comity.node.compose.signatures_needed import signatures_needed
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.log import editions
from comity.node.messages import draft_by_page
from comity.node.models import Conversation
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.service.handle import this_service
from comity.node.web import form_fields as f
from comity.node.web import labels
from comity.node.web.form_groups import complete_count
from comity.node.web.form_saving import LOOK
from comity.node.web.kept_forms import restores
from comity.node.web.measure_labels import MEASURE_MEANS
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import page
from comity.node.web.schemas import DraftIn
from comity.node.web.section_form import LanguageForm, SectionForm, wrong_fields
from comity.node.web.section_labels import code_label

REQUEST: Final = "request.submitted"
ALWAYS: Final = ("request", "subject", "grounds")
"""Sections that every request has which is written here."""
MEASURES: Final = tuple(MEASURE_MEANS)
AGAIN: Final = identifiers.BUTTONS | {LOOK}
"""Names of buttons that show the form again, with nothing checked and nothing lost."""
BASIS: Final = ("instrument", "article", "status")
STATUSES: Final = (
    ("", _("As it is known here")),
    *(
        (one, code_label("request", "basis.status", one))
        for one in ("in-force", "signed-not-in-force")
    ),
)
UNKNOWN: Final = "unknown"
KNOWN: Final = {
    "in-force": _("in force between the two States"),
    "not-in-force": _("not in force between the two States"),
    "unknown": _("nothing here says whether it is in force"),
}
NOT_BOUND: Final = _("The directory does not say that it binds both States.")
NOT_TAKEN: Final = _(
    "The system of the chosen authority does not take this part. Leave it empty and send it on "
    "paper, or ask the authority to update its system."
)
NOT_KNOWN: Final = _("Nothing here says whether it binds both States. Find out, and say it.")


class RequestForm(SectionForm):
    """What is asked, of whom, on which basis."""

    without = frozenset({"measure", "basis", "links"})
    to = f.choice(_("Authority that is asked"), ())

    def __init__(
        self,
        node: Node,
        measure: str,
        *args: Any,
        links: Sequence[Mapping[str, str]] = (),
        by: str = "",
        **more: Any,
    ) -> None:
        """Ask whom, and on which of the treaties.

        Args:
            node: this node.
            measure: that is asked for.
            args: what was typed.
            links: conversations that the request belongs with.
            by: the officer who asks.
            more: for `SectionForm`.
        """
        super().__init__("request", *args, **more)
        self.node, self.measure, self.links = node, measure, list(links)
        named = {name: self.member_label(f"basis.{name}") for name in BASIS}
        self.fields |= {
            "instrument": f.choice(named["instrument"], labels.BASIS.items()),
            "article": f.short(named["article"], hint=self.member_hint("basis.article")),
            "status": f.choice(
                named["status"],
                STATUSES,
                required=False,
                hint=_(
                    "Only for an authority that the directory does not list; you answer for it."
                ),
            ),
        }
        self.order_fields(["to", "reference", *BASIS])
        f.set_choices(self, "to", partners(node, REQUEST, ALWAYS, by=by))

    def value(self, lang: str) -> Any:
        """Return section ``request``."""
        data = self.cleaned_data
        return super().value(lang) | {
            "measure": self.measure,
            "basis": [{name: data[name] for name in BASIS}],
            "links": self.links,
        }

    def clean(self) -> dict[str, Any]:
        """Work out in which way the basis binds both States."""
        data = super().clean()
        if data.get("to") and data.get("instrument"):
            known = binding(self.node, data["to"], data["instrument"])
            if known != UNKNOWN:
                data["status"] = known
            if not data.get("status"):
                told = NOT_BOUND if known != UNKNOWN else NOT_KNOWN
                self.add_error("instrument" if known != UNKNOWN else "status", told)
        return data


def binding(node: Node, party: str, instrument: str) -> str:
    """Return how an instrument stands between us and a party.

    Returns:
        a status of the protocol; empty if it does not bind both; `UNKNOWN` for an authority that
        the directory does not list and of whose State no register here says anything.
    """
    if instrument == "reciprocity":
        return "reciprocity"
    if not node.directory.has(party):
        return _registered(node, party, instrument)
    ours, theirs = (
        {i.name: i.status for i in node.directory.entry(p).instruments}.get(instrument, "")
        for p in (node.party, party)
    )
    if ours == theirs == "in-force":
        return "in-force"
    signed = {"in-force", "signed-not-in-force"}
    return "signed-not-in-force" if {ours, theirs} <= signed else ""


@only(Right.DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """List what another State may be asked, by what an officer looks for, and told unasked."""
    node = this_service().node
    unasked = [
        (type_, reverse(name), new_information.MEANS[type_])
        for type_, name in (
            (new_information.INFORMATION, "new-information"),
            (new_information.NOTE, "new-note"),
        )
        if is_offered(node, type_)
    ]
    asked = is_offered(node, REQUEST, ALWAYS)
    usual = signatures_needed(node, "")
    groups = [
        (
            group.title,
            [
                (name, told if (told := signatures_needed(node, name)) != usual else "")
                for name in group.measures
            ],
        )
        for group in (measures.GROUPS if asked else ())
    ]
    officer = caller(request)
    reads = asked and may(officer, Right.READ_CONTENT)
    context = {
        "groups": groups,
        "usual": usual,
        "earlier": earlier_requests(node, circle_of(officer, at=now())) if reads else (),
        "unasked": unasked,
        "not_offered": not_offered(node, REQUEST, ALWAYS),
    }
    return page(request, "compose/new.html", context)


def _registered(node: Node, party: str, instrument: str) -> str:
    """Return how an instrument stands between two States by the registers of treaties alone."""
    from comity.node.law.treaty_basis import (
        known,  # slow to load, and most requests never come here
    )

    found = {basis.instrument: basis.value for basis in known(node, party, at=now())}
    value = found.get(instrument, UNKNOWN)
    if value == "in-force":
        return "in-force"
    return "" if value == "not-in-force" else UNKNOWN


@restores
@only(Right.DRAFT, "GET", "HEAD", "POST")
def new_request(request: HttpRequest, measure: str) -> HttpResponse:
    """Write a request; what was typed stays, whatever is wrong with it."""
    if measure not in MEASURES:
        raise Http404
    service = this_service()
    parent = _parent(request)
    call = prefill_from_call.call_of(request)
    asked_case = request.GET.get("case", "")[:40]
    like = _like(request)
    about = [f"case:{one.case}" for one in (parent, like) if one is not None]
    about += [f"case:{asked_case}"] if asked_case else []
    about += [f"item:{call.id}"] if call is not None else []
    writing = draft_by_page.begin(request, f"measure:{measure}", about, message_type=REQUEST)
    if writing.form.answer is not None:
        return writing.form.answer
    data = writing.data
    told = hints(service.node, request)
    initial = _begun(service.node, parent, like, request.GET.get("to", "")[:64])
    initial["request"] |= told.first
    if call is not None:
        for name, values in prefill_from_call.request_forms(service.node, call).items():
            initial[name] = initial.get(name, {}) | values
    first = initial["request"]
    first["urgency"] = measures.first_urgency(measure, first.get("urgency", ""))
    by = caller(request).user.get_username()
    parts = _forms(service.node, measure, data, initial, parent, by=by)
    more = request.method == "POST" and not AGAIN.isdisjoint(request.POST)
    if more:
        typed = identifiers.typed_again(parts, request.POST)
        parts = _forms(service.node, measure, None, typed, parent, by=by)
    wrong = ""
    if request.method == "POST":
        _check_sections(service.node, parts)
    if not more and request.method == "POST" and all([p.is_valid() for p in parts.values()]):  # noqa: C419 - every form shows its errors
        try:
            return _draft(request, writing, parts, parent)
        except ComityError as fault:
            wrong = writing.told(fault)
    writing.form.show(parts.values())
    context: dict[str, Any] = {"measure": measure, "parent": parent, "wrong": wrong}
    context["writing"], context["like"] = writing, like
    context["hints"], context["call"] = told, call
    opened = requirements.SUBJECT if more and LOOK not in request.POST else ""
    context |= _told(service.node, measure, parts, opened=opened)
    context["looked"] = more
    context["case"] = asked_case if seen(request).has_case(asked_case) else ""
    context["not_offered"] = not_offered(service.node, REQUEST, ALWAYS)
    failed = request.method == "POST" and not more
    return page(request, "compose/request.html", context, status=422 if failed else 200)


def _told(node: Node, measure: str, parts: Mapping[str, Any], *, opened: str) -> dict[str, Any]:
    """Return what the page shows of the forms: groups, requirements, signatures, errors."""
    notes = _bases(node, parts["request"]["to"].value())
    groups = request_groups.groups_of(node, measure, parts, notes=notes, opened=opened)
    complete, wanted = complete_count(groups)
    to, urgency = (f.shown_choice(parts["request"][name]) for name in ("to", "urgency"))
    return {
        "means": MEASURE_MEANS[measure],
        "signatures": signatures_needed(node, measure, urgency),
        "groups": groups,
        "required_by": request_groups.required_by(node, parts),
        "complete": complete,
        "wanted": wanted,
        "ours": requirements.state_name(node, node.party),
        "theirs": requirements.state_name(node, to) if to else "",
        "wrong_fields": wrong_fields(parts.values()),
    }


def _forms(
    node: Node,
    measure: str,
    data: Any,
    initial: Mapping[str, Mapping[str, Any]],
    parent: Conversation | None,
    *,
    by: str,
) -> dict[str, Any]:
    """Return the forms of a request; what is initial stands in them while nothing was typed."""

    def about(name: str) -> dict[str, Any]:
        return {"initial": dict(initial.get(name, {}))}

    links = [{"conversation": parent.digest, "relation": "preservation"}] if parent else []
    parts: dict[str, Any] = {
        "language": LanguageForm(data, use_required_attribute=False, **about("language")),
        "request": RequestForm(node, measure, data, links=links, by=by, **about("request")),
        "subject": SubjectForm("subject", data, **about("subject")),
        "grounds": SectionForm("grounds", data, **about("grounds")),
        "authority": SectionForm("authority", data, optional=True, **about("authority")),
    }
    parts["subject"].speak(measures.SPEECH[measure])
    if measure in measures.DELIVERS:
        parts["delivery"] = DeliveryForm("delivery", data, optional=True, **about("delivery"))
    return parts


def _check_sections(node: Node, parts: Mapping[str, Any]) -> None:
    """Mark what is filled in and the addressee's system does not take, before a draft is made."""
    form = parts["request"]
    if not form.is_valid():
        return
    taken = editions.opening(node, form.cleaned_data["to"], REQUEST).sections
    filled = {name for name in ("authority", "delivery") if name in parts}
    for name in sorted(filled - taken.keys()):
        if parts[name].is_valid() and any(parts[name].cleaned_data.values()):
            parts[name].add_error(next(iter(parts[name].fields)), NOT_TAKEN)


def _bases(node: Node, party: Any) -> tuple[str, ...]:
    """Return what the registers say of treaties with the State of an authority entered here."""
    if party not in paper_authorities.parties():
        return ()
    from comity.node.law.treaty_basis import known

    return tuple(
        f"{labels.BASIS.get(basis.instrument, basis.instrument)}: {KNOWN[basis.value]}"
        for basis in known(node, party, at=now())
        if basis.value in KNOWN
    )


def _parent(request: HttpRequest) -> Conversation | None:
    """Return the conversation a request grows out of."""
    digest = request.GET.get("from", "")
    return seen(request).conversations().filter(digest=digest).first() if digest else None


def _initial(node: Node, parent: Conversation | None, to: str) -> dict[str, Any]:
    if parent is None:
        return {"to": to}
    other = next(party for party in parent.members if party != node.party)
    return {"to": other, "reference": parent.reference, "urgency": measures.NORMAL}


def _like(request: HttpRequest) -> Conversation | None:
    """Return the conversation whose request a new one begins as a copy of."""
    digest = request.GET.get("like", "")[:71]
    return seen(request).conversations().filter(digest=digest).first() if digest else None


def _begun(
    node: Node, parent: Conversation | None, like: Conversation | None, to: str
) -> dict[str, dict[str, Any]]:
    """Return what the forms begin with: what was said in the request it grows out of or copies."""
    if like is not None:
        return copied(node, like)
    found: dict[str, dict[str, Any]] = {"request": _initial(node, parent, to)}
    if parent is not None:
        said, lang = standing(thread_of(node, parent), ("subject", "grounds", "authority"))
        found |= said
        if lang:
            found["language"] = {"lang": lang}
    if "language" not in found:
        accepted = requirements.accepted_languages(node, str(found["request"].get("to", "")))
        found["language"] = {"lang": f.proposed_language(accepted)}
    return found


def _draft(
    request: HttpRequest,
    writing: draft_by_page.DraftWriting,
    parts: dict[str, Any],
    parent: Conversation | None,
) -> HttpResponse:
    lang = parts["language"].cleaned_data["lang"]
    said = {name: form.value(lang) for name, form in parts.items() if name != "language"}
    told = DraftIn(
        type=REQUEST,
        to=[parts["request"].cleaned_data["to"]],
        sections={name: value for name, value in said.items() if value is not None},
        case="" if parent else request.GET.get("case", "")[:40],
    )
    row = draft_by_page.drafted(request, writing, told)
    call = prefill_from_call.call_of(request)
    if call is not None and writing.draft is None:
        prefill_from_call.passed_on(request, call, draft=row.id)
    return redirect("draft", draft_id=row.id)
