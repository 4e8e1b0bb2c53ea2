"""Acts on drafts."""

import json
from typing import Any, Final

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
