"""Rights checks on pages: all questions on one form, and the signature under it."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from comity.canonical import ComityError, b64
from comity.docket import Item
from comity.docket.bodies import RightsAnswer, RightsRecorded
from comity.docket.entry import statement
from comity.exchange.approvals import challenge
from comity.exchange.values import plain_of
from comity.node.actions.action_form import done_by_page
from comity.node.cases import docket_actions
from comity.node.compose.approval_input import approval_of
from comity.node.docket import labels as dw
from comity.node.docket.actions import DO_ACT
from comity.node.docket.entry_rows import pieces_of
from comity.node.docket.record import recorded
from comity.node.docket.schemas import ActIn
from comity.node.messages.officer_certificates import certificate_of, certified_passkey, envelope_of
from comity.node.models import Conversation, Officer
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import form_fields as f
from comity.node.web import form_saving, labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import page
from comity.node.web.section_form import LanguageForm, wrong_fields
from comity.node.web.text_format import apart


def _codes(model: Any, name: str) -> tuple[str, ...]:
    codes: tuple[str, ...] = plain_of(model.model_fields[name].annotation).__args__
    return codes


QUESTIONS: Final = _codes(RightsAnswer, "question")


class RightsForm(forms.Form):
    """The questions, each with its reasons, and what follows from them."""

    def __init__(
        self, conversations: list[tuple[str, str]], data: Any = None, *, said: Any = None
    ) -> None:
        """Ask about one of these conversations; ``said`` is the check as recorded before."""
        super().__init__(data, prefix="rights", use_required_attribute=False)
        before = {one["question"]: one for one in (said or {}).get("answers", ())}
        answers = [
            ("", "–"),
            *((one, dw.code("answer", one)) for one in _codes(RightsAnswer, "answer")),
        ]
        self.fields["conversation"] = f.choice(gettext_lazy("Request"), conversations)
        for question in QUESTIONS:
            old = before.get(question, {})
            asked = f.choice(dw.CODE[f"question:{question}"], answers)
            asked.initial = old.get("answer")
            self.fields[f"answer-{question}"] = asked
            why = f.long(gettext_lazy("Reasons for this answer"), required=False, rows=2)
            why.initial = (old.get("reasons") or {}).get("text")
            self.fields[f"reasons-{question}"] = why
        conclusions = [
            ("", "–"),
            *((one, dw.code("conclusion", one)) for one in _codes(RightsRecorded, "conclusion")),
        ]
        self.fields["conclusion"] = f.choice(gettext_lazy("Consequence"), conclusions)
        self.fields["reasons"] = f.long(gettext_lazy("Reasons for the conclusion"))
        if said:
            self.fields["conversation"].initial = said["conversation"]
            self.fields["conclusion"].initial = said["conclusion"]
            self.fields["reasons"].initial = said["reasons"]["text"]

    @property
    def questions(self) -> list[tuple[Any, Any]]:
        """Return the answer and the reasons of each question, as fields."""
        return [(self[f"answer-{one}"], self[f"reasons-{one}"]) for one in QUESTIONS]

    def clean(self) -> dict[str, Any]:
        """Check that an answer other than yes has its reasons."""
        data = super().clean() or {}
        for one in QUESTIONS:
            doubtful = data.get(f"answer-{one}") in {"not-satisfied", "unknown"}
            if doubtful and not data.get(f"reasons-{one}"):
                self.add_error(f"reasons-{one}", _("Enter a reason."))
        return data

    def value(self, lang: str) -> dict[str, Any]:
        """Return what act ``rights.recorded`` says; free text says the language ``lang``."""
        data = self.cleaned_data
        return {
            "conversation": data["conversation"],
            "answers": [
                {
                    "question": one,
                    "answer": data[f"answer-{one}"],
                    "reasons": f.text_or_none(data[f"reasons-{one}"], lang),
                }
                for one in QUESTIONS
            ],
            "conclusion": data["conclusion"],
            "reasons": f.text(data["reasons"], lang),
        }


def form_page(request: HttpRequest, found: Item | None, case: str) -> HttpResponse:
    """Show the rights check of a request, or record it."""
    about = [f"case:{case}"] if case else []
    about += [f"item:{found.id}"] if found else []
    writing = form_saving.begin(request, "act:rights.recorded", about)
    if writing.answer is not None:
        return writing.answer
    data = writing.data
    asked = request.GET.get("about", "")
    said = found.said("rights.recorded") if found else {"conversation": asked} if asked else None
    form = RightsForm(_conversations(case), data, said=said if found else None)
    if asked:
        form.fields["conversation"].initial = asked
    language = LanguageForm(data)
    language.use_required_attribute = False
    every: list[forms.Form] = [language, form]
    wrong = ""
    if request.method == "POST" and all([one.is_valid() for one in every]):  # noqa: C419 - every form shows its errors
        said, done = (
            form.value(language.cleaned_data["lang"]),
            _("Recorded. It takes effect once signed."),
        )
        answer, wrong = recorded(
            request, "rights.recorded", said, found=found, case=case, done=done, form=form
        )
        if answer is not None:
            writing.finish(request)
            return answer
    writing.show(every)
    context = {
        "writing": writing,
        "case": case,
        "form": form,
        "language": language,
        "wrong": wrong,
        "wrong_fields": wrong_fields(every),
    }
    return page(
        request, "docket/rights.html", context, status=422 if request.method == "POST" else 200
    )


def _conversations(case: str) -> list[tuple[str, str]]:
    """Return the requests of a case, each in words."""
    rows = Conversation.objects.filter(case=case).order_by("opened_at", "digest")
    return [(row.digest, apart(pieces_of(row))) for row in rows]


# ------------------------------------------------------------------ the signature


def signing(request: HttpRequest, found: Item, officer: Officer) -> dict[str, Any]:
    """Return what the page of an item needs to have a rights check signed; nothing for others."""
    rows = docket_actions.possible(found, officer)
    if "rights.signed" not in {row.name for row in rows}:
        return {"to_sign": False}
    node = f"{request.scheme}://{request.get_host()}"
    return {
        "to_sign": True,
        "certificate": certificate_of(officer),
        "passkey": _passkey(found, officer),
        "command": f"comity docket sign {found.id} --node {node} \\\n"
        "    --token-file TOKEN --key KEY --certificate CERTIFICATE",
    }


def _passkey(found: Item, officer: Officer) -> dict[str, Any] | None:
    """Return what the browser needs to sign by passkey, or None if it cannot."""
    envelope, certificate = envelope_of(officer), certificate_of(officer)
    if envelope is None or certificate is None or certificate.webauthn is None:
        return None
    passkey = certified_passkey(officer)
    if passkey is None:
        return None
    node = this_service().node
    data = statement(
        found.entries[-1].entry, party=node.party, mode=node.config.mode, certificate=envelope
    )
    return {
        "challenge": b64(challenge(data)),
        "credential": passkey["id"],
        "rp_id": certificate.webauthn.rp_id,
        "statement": b64(data),
        "digest": challenge(data).hex(),
    }


@only(Right.DOCKET, "POST")
@sensitive_post_parameters()
def sign(request: HttpRequest, item_id: str) -> HttpResponse:
    """Take in a signature under a rights check: a passkey's answer."""
    from comity.node.docket.item_page import item_context, item_or_404

    found, officer = item_or_404(item_id), caller(request)
    if found.kind.name != "rights":
        raise Http404
    try:
        said = {
            "entry": found.entries[-1].entry.digest,
            "approval": approval_of(request, officer),
        }
        told = ActIn(act="rights.signed", said=said)
        done_by_page(request, DO_ACT, told, item=item_id)
    except ComityError as fault:
        context = item_context(request, found, labels.fault(fault.code))
        return page(request, "docket/item.html", context, status=422)
    messages.success(request, _("Safeguards check signed."))
    return redirect("docket-item", item_id=item_id)


# ------------------------------------------------------------------ beside a decision
