"""Acts on drafts."""

import json
from typing import Any, Final
from uuid import UUID

from tests.actions.sample import Made, Sample
from tests.api.nodes import text

_NOTE: Final = {"note": {"text": text("How far is it?")}}


def _question(made: Made) -> dict[str, Any]:
    """Prepare a message that needs no signature."""
    from comity.node.messages import draft_changes
    from comity.node.service.handle import this_service

    row = draft_changes.prepare(
        this_service(),
        message_type="request.status-asked",
        values=_NOTE,
        by="author",
        conversation=made["digest"],
    )
    return {"question": row.id}


def _request(_made: Made) -> dict[str, Any]:
    """Prepare a request that a confirmed rule holds back."""
    from dataclasses import replace

    from tests.instruments.office import RULE, confirm
    from tests.nodes.lawful import drafted

    from comity.node.service.handle import this_service

    node = this_service().node
    folder = node.config.folder / "law"
    confirm(folder, ["Ana", "Binh"])
    object.__setattr__(node, "config", replace(node.config, law=str(folder)))
    return {"request": drafted(node).id, "rule": RULE.digest}


def _evidence(made: Made) -> dict[str, Any]:
    """Prepare an offer of evidence that came, to a State that its sender did not consent to."""
    from tests.nodes import test_onward as onward
    from tests.nodes.lawful import drafted

    from comity.node.models import DraftRow
    from comity.node.service.handle import this_service

    offer = onward.offered()
    onward.keep(offer, made["digest"], outgoing=False)
    like, row = onward.drafted(offer), drafted(this_service().node)
    fields = {**row.fields, **like.fields}
    DraftRow.objects.filter(id=row.id).update(sections=like.sections, fields=fields)
    return {"evidence": row.id}


def _discarded(made: Made) -> dict[str, Any]:
    """Discard a draft."""
    from comity.node.messages import draft_changes

    draft_changes.discard(made["draft"], by="author")
    return {}


def _signed(made: Made) -> dict[str, Any]:
    """Let the author sign a draft."""
    from comity.node.messages import draft_changes
    from comity.node.service.handle import this_service

    approval = json.loads(made["approval"])
    draft_changes.add_approval(this_service(), made["draft"], approval, by="author")
    return {}


def _form(_made: Made) -> dict[str, Any]:
    """Save a form of the author's that is not handed in."""
    from comity.node.models import Officer
    from comity.node.web.unfinished_forms import Typed, Window, save

    author = Officer.objects.get(user__username="author")
    window = Window(str(UUID(int=1)), str(UUID(int=2)), 0)
    return {"form": save(author, window, Typed("/new/note", "do:consultation.note", {})).id}


def _discarded_form(made: Made) -> dict[str, Any]:
    """Discard such a form."""
    from comity.node.core.clock import now
    from comity.node.models import Officer
    from comity.node.web.unfinished_forms import discard

    found = _form(made)
    author = Officer.objects.get(user__username="author")
    discard(author, found["form"], at=now(), by="author")
    return found


SAMPLES: Final = {
    "draft.make": Sample(
        who="author",
        said=lambda made: {
            "type": "request.status-asked",
            "conversation": made["digest"],
            "sections": _NOTE,
        },
        again=True,
    ),
    "draft.discard": Sample(who="author", place=lambda made: {"draft": made["draft"]}),
    "draft.edit": Sample(
        who="author",
        first=_question,
        place=lambda made: {"draft": made["question"]},
        said=lambda _made: {"version": 1, "sections": {"note": {"text": text("And now?")}}},
    ),
    "draft.restore": Sample(
        who="author", first=_discarded, place=lambda made: {"draft": made["draft"]}
    ),
    "approval.withdraw": Sample(
        who="author", first=_signed, place=lambda made: {"draft": made["draft"]}
    ),
    "form.discard": Sample(who="author", first=_form, place=lambda made: {"form": made["form"]}),
    "form.restore": Sample(
        who="author", first=_discarded_form, place=lambda made: {"form": made["form"]}
    ),
    "draft.send": Sample(
        who="author", first=_question, place=lambda made: {"draft": made["question"]}
    ),
    "approval.add": Sample(
        who="author",
        place=lambda made: {"draft": made["draft"]},
        said=lambda made: {"root": json.loads(made["approval"])},
    ),
    "draft-facts.add": Sample(
        who="author",
        first=_request,
        place=lambda made: {"draft": made["request"]},
        said=lambda _made: {"facts": {"case.transnational": True}},
        again=True,
    ),
    "draft-rule.override": Sample(
        who="approver",
        first=_request,
        place=lambda made: {"draft": made["request"]},
        said=lambda made: {"rule": made["rule"], "reasons": "A life is in danger."},
    ),
    "draft-onward.except": Sample(
        who="approver",
        first=_evidence,
        place=lambda made: {"draft": made["evidence"]},
        said=lambda _made: {"reasons": "The court waits."},
        again=True,
    ),
}
