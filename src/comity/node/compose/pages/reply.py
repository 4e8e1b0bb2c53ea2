"""Answering in a conversation: a form for each legal next move."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from comity.canonical import ComityError, parse_digest
from comity.exchange import KNOWN, MoveIllegalError
from comity.node.assistance.table_information import inform
from comity.node.cases import read_audit
from comity.node.cases.costs import estimates
from comity.node.cases.queries import Thread, thread_of
from comity.node.cases.standing_orders import preservation_of
from comity.node.compose import identifiers, requirements
from comity.node.compose import item_forms as items
from comity.node.compose.measures import ACT, SPEECH
from comity.node.compose.move_kinds import CLARIFY, CUSTODY_MOVES
from comity.node.compose.pages.initial_values import standing
from comity.node.compose.pages.refusal import KINDS, decision_form
from comity.node.compose.section_forms import (
    SubjectForm,
    section_forms,
    section_groups,
    values_of,
    writable,
)
from comity.node.compose.section_rows import in_short, tell
from comity.node.core.clock import now
from comity.node.core.formats import utc_text
from comity.node.core.node import Node
from comity.node.docket.rights_standing import standing_check
from comity.node.evidence import custody, offers, use_limits
from comity.node.evidence.labels import marked
from comity.node.law import assessment_rows
from comity.node.law.facts_from_messages import DECISIONS
from comity.node.messages import draft_by_page
from comity.node.models import Conversation, Mark, Package
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.sensitive import marks
from comity.node.service.handle import Service, this_service
from comity.node.web import form_fields as f
from comity.node.web import labels
from comity.node.web.form_groups import Group, Need, numbered
from comity.node.web.form_saving import LOOK
from comity.node.web.kept_forms import restores
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import page
from comity.node.web.schemas import DraftIn
from comity.node.web.section_form import LanguageForm, SectionForm, wrong_fields
from comity.node.web.size_format import size_text
from comity.node.web.text_format import apart

AMEND: Final = "request.amended"
AMENDED: Final = ("subject", "grounds")
OFFER: Final = "evidence.offered"
NOTHING_SEALED: Final = _("Nothing that is sealed here can be offered in this conversation.")


class PackageForm(forms.Form):
    """Which exhibit is handed over, and why."""

    package = f.choice(_("Sealed evidence"), ())
    reason = f.short(_("Reason, for the chain of custody"))

    def __init__(self, packages: list[Package], *args: Any, besides: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        others = offers.cases_of(packages, besides=besides)
        secret = marks.of(Mark.Kind.EXHIBIT, [one.exhibit for one in packages])
        choices = [
            (one.root, _package_named(one, others.get(one.root, ""), secret.get(one.exhibit, ())))
            for one in packages
        ]
        f.set_choices(self, "package", choices)
        if not choices:
            self.fields["package"].error_messages["required"] = NOTHING_SEALED


def _package_named(package: Package, elsewhere: str, secret: tuple[Mark, ...]) -> str:
    """Return how a package stands in the list: told from others of the same description.

    One of another case says of which.
    """
    size = size_text(int(package.offer["sealed_size_bytes"]))
    begins = f"{package.root.partition(':')[2][:8]}…"
    came = utc_text(package.changed_at)
    named = apart((str(package.offer["description"]["text"])[:80], size, came, begins))
    if secret:
        named = apart((package.exhibit, marked(secret), size, came))
    if not elsewhere:
        return named
    told = {"what": named, "case": apart([elsewhere])}
    return gettext("%(what)s (uploaded for case %(case)s)") % told


@restores
@only(Right.DRAFT, "GET", "HEAD", "POST")
def move(request: HttpRequest, digest: str, message_type: str) -> HttpResponse:
    """Write one message of a conversation; it becomes a draft."""
    service = this_service()
    row = seen(request).conversations().filter(digest=digest).first()
    handed = message_type in CUSTODY_MOVES
    if row is None or KNOWN.row(message_type) is None or not (handed or writable(message_type)):
        raise Http404
    about = request.GET.get("about", "")
    writing = draft_by_page.begin(
        request, f"do:{message_type}", [f"case:{row.case}"], message_type=message_type
    )
    if writing.form.answer is not None:
        return writing.form.answer
    data = writing.data
    thread = thread_of(service.node, row)
    proposed, lang = _proposed(service.node, thread, request, message_type)
    language = LanguageForm(data, initial={"lang": lang} if lang else {})
    parts = _section_forms(service.node, thread, message_type, data, proposed)
    inform(parts, row, about)
    again = identifiers.BUTTONS | {LOOK}
    more = request.method == "POST" and not again.isdisjoint(request.POST)
    if more:
        typed = identifiers.typed_again({**parts, "language": language}, request.POST)
        language = LanguageForm(initial=typed.pop("language"))
        parts = _section_forms(service.node, thread, message_type, None, typed)
        inform(parts, row, about)
        data = None
    every: list[forms.Form] = [language, *parts.values()] if parts else []
    found = _packages(request, row, message_type, about) if handed else []
    ready, withheld = offers.sorted_out(
        found, event=message_type.removeprefix("evidence."), party=service.node.party
    )
    held = PackageForm(ready, data, prefix="package", besides=digest)
    if handed:
        every.append(held)
    remaining = _remaining_form(thread, message_type, data)
    if remaining is not None:
        every.append(remaining)
    for form in every:
        form.use_required_attribute = False
    wrong = ""
    if _valid(every, parts, remaining, posted=request.method == "POST" and not more):
        values = values_of(parts, message_type, str(language["lang"].value() or ""))
        try:
            if handed:
                values |= _handed(service, request, message_type, held.cleaned_data)
            told = DraftIn(
                type=message_type, conversation=digest, about=about or None, sections=values
            )
            made = draft_by_page.drafted(request, writing, told)
            return redirect("draft", draft_id=made.id)
        except ValidationError:  # the address names what no message can be
            wrong = labels.fault(MoveIllegalError.code)
        except ComityError as fault:
            wrong = writing.told(fault)
    writing.form.show(every)
    context = {
        "writing": writing,
        "row": row,
        "type": message_type,
        "about": next((e for e in thread.events if e.row.content == about), None),
        **_grouped(
            service.node,
            thread,
            language,
            reply_groups(message_type, language, parts, held if handed else None, remaining),
        ),
        "looked": more,
        "wrong": wrong,
        "wrong_fields": wrong_fields(every),
        "rights": standing_check(row, service.node.party) if message_type in DECISIONS else None,
        **_sealed(service.node, digest, message_type, ready, withheld),
        "unagreed": _unagreed(thread, message_type),
        **_consult(service.node, thread, message_type),
        **_asked(request, thread, about),
    }
    failed = request.method == "POST" and not more
    return page(request, "compose/move.html", context, status=422 if failed else 200)


def _section_forms(
    node: Node, thread: Thread, message_type: str, data: Any, proposed: dict[str, Any]
) -> dict[str, SectionForm]:
    """Return the forms of the sections, which know the request's measure and its items."""
    row = thread.row
    parts = section_forms(message_type, data, proposed)
    if grounded := decision_form(node, row, message_type, data):
        parts["decision"] = grounded
    subject = parts.get("subject")
    if isinstance(subject, SubjectForm):
        subject.known = thread.items.items
        subject.speak(SPEECH.get(row.measure, ACT))
    section, choices = items.CHOICES.get(message_type, ("", ()))
    if section in parts:
        items.offer(parts[section], thread.items.open, choices)
    return parts


def reply_groups(
    message_type: str,
    language: forms.Form,
    parts: Mapping[str, SectionForm],
    held: forms.Form | None,
    remaining: forms.Form | None,
) -> list[Group]:
    """Return the groups of the form; the language of the texts stands where texts are written."""
    found = section_groups(parts, message_type)
    if held is not None:
        found.insert(0, Group("group-package", _("Sealed evidence"), (held,)))
    if not found:
        found = [Group("group-text", _("Message"), ())]
    written = next((n for n, one in enumerate(found) if not one.optional), 0)
    found = [
        replace(
            one,
            forms=(language, *one.forms) if number == written else one.forms,
            open=not language.is_bound,
        )
        for number, one in enumerate(found)
    ]
    if remaining is not None:
        found.append(Group("group-remaining", _("Open items"), (remaining,)))
    return numbered(found)


def _grouped(
    node: Node, thread: Thread, language: forms.Form, groups: list[Group]
) -> dict[str, Any]:
    """Return the groups; beside the language stands which partners do not accept it."""
    told = requirements.language_warning(node, thread.partners, [f.shown_choice(language["lang"])])
    needs = (Need("against", told),) if told else ()
    return {
        "groups": [replace(one, needs=needs) if language in one.forms else one for one in groups],
        "required_by": gettext("Language"),
    }


def _remaining_form(thread: Thread, message_type: str, data: Any) -> items.RemainingForm | None:
    if message_type not in items.ENDING or not thread.items.open:
        return None
    return items.RemainingForm(thread.items.open, data, prefix="remaining")


def _valid(
    every: list[forms.Form],
    parts: Mapping[str, SectionForm],
    remaining: items.RemainingForm | None,
    *,
    posted: bool,
) -> bool:
    if not posted or not all([form.is_valid() for form in every]):  # noqa: C419 - every form shows its errors
        return False
    if remaining is None:
        return True
    settled = items.chosen(parts["execution"]) if "execution" in parts else []
    return remaining.hold(one["number"] for one in settled)


def _sealed(
    node: Node,
    digest: str,
    message_type: str,
    ready: list[Package],
    withheld: list[tuple[Package, str]],
) -> dict[str, Any]:
    """Return what the page says of the packages that may be handed over, and of those that not."""
    return {
        "bounds": _bounds(node, ready),
        "withheld": [
            (package, labels.fault(code))
            for package, code in withheld
            if package.conversation == digest
        ],
        "sealed_for": digest if message_type == OFFER and ready else "",
        "nothing_sealed": NOTHING_SEALED if message_type == OFFER and not ready else "",
    }


def _bounds(
    node: Node, ready: list[Package]
) -> list[tuple[Package, tuple[Mark, ...], tuple[use_limits.Bound, ...]]]:
    """Return what is marked in each package that may be handed over, and what binds it."""
    secret = marks.of(Mark.Kind.EXHIBIT, [one.exhibit for one in ready])
    found = use_limits.bounds_of_each(node, [(one.exhibit, one.offer) for one in ready])
    return [
        (one, secret.get(one.exhibit, ()), bound) for one, bound in zip(ready, found, strict=True)
    ]


def _unagreed(thread: Thread, message_type: str) -> str:
    """Return the amount of the estimate that stands and is not agreed, before an execution."""
    if message_type not in ("request.executed", "request.executed-in-part"):
        return ""
    found = estimates(thread.events, thread.tracks)
    return found[-1].amount if found and not found[-1].agreed else ""


def _asked(request: HttpRequest, thread: Thread, about: str) -> dict[str, Any]:
    """Return the request and the message that are answered, as the case shows them; audited."""
    officer = caller(request)
    wanted = {thread.row.digest, about}
    asked = [event for event in thread.events if event.row.content in wanted]
    if not asked or not may(officer, Right.READ_CONTENT):
        return {}
    if request.method != "POST":
        read_audit.note_case(thread.row.case, by=officer.user.get_username(), way="desk")
    secret = marks.of_offers(event.sections for event in asked)
    return {
        "asked": asked,
        "thread": thread,
        "rows": {e.row.content: tell(e.sections, e.row.type, secret) for e in asked},
        "short": {e.row.content: in_short(e.sections, e.row.type, secret) for e in asked},
    }


def _consult(node: Node, thread: Thread, message_type: str) -> dict[str, Any]:
    """Return what asks for consultation before this decision, and the messages that begin it."""
    if message_type not in KINDS:
        return {}

    ways = [move.type for move in thread.next if move.type in (CLARIFY, "conditions.set")]
    found = assessment_rows.consult_first(node, thread.row, message_type)
    unreviewed = not all(one.said.reviewed and one.title.reviewed for one in found)
    return {"consult": found, "consult_unreviewed": unreviewed, "ways": ways}


def _proposed(
    node: Node, thread: Thread, request: HttpRequest, message_type: str
) -> tuple[dict[str, Any], str]:
    """Return what the forms propose, and in which language.

    An amendment begins with the request as it stands, a confirmation with the order of the case, an
    acknowledgement with the number of the case, a question with what the law finds.
    """
    if message_type == AMEND:
        return standing(thread, AMENDED)
    if message_type == "preservation.confirmed":
        return {"preservation": preservation_of(thread.row.case)}, ""
    if message_type == "request.acknowledged":
        return {"acknowledgement": {"reference": thread.row.case}}, ""
    if message_type != CLARIFY or request.GET.get("points") != "law":
        return {}, ""

    text, lang = assessment_rows.proposal(node, thread.row)
    return {"note": {"text": text}}, lang


def _packages(
    request: HttpRequest, row: Conversation, message_type: str, about: str
) -> list[Package]:
    """Return the packages a hand-over of this type may be about."""
    if message_type == OFFER:
        return offers.to_offer(circle_of(caller(request), at=now()), row.digest)
    found = seen(request).packages().filter(conversation=row.digest)
    return list(found.filter(outgoing=False, offered_in=about))


def _handed(
    service: Service, request: HttpRequest, message_type: str, asked: dict[str, Any]
) -> dict[str, Any]:
    """Return the sections of a hand-over."""
    officer = caller(request)
    package = seen(request).packages().get(root=asked["package"])
    values = {
        "custody": custody.handover(
            package.exhibit,
            event=message_type.removeprefix("evidence."),
            at=now(),
            party=service.node.party,
            by=officer.identifier,
            reason=asked["reason"],
            root=parse_digest(package.root),
        )
    }
    if message_type == OFFER:
        values["offer"] = package.offer
    return values
