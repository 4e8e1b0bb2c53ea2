"""What can be chosen in the forms of the docket, and what they propose."""

from collections.abc import Mapping
from typing import Any, Final

from comity.docket import Act, Item
from comity.node.cases import docket_actions, paper_conversations
from comity.node.cases.call_back_numbers import numbers
from comity.node.cases.conversations import is_without_node
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.docket import entry_rows
from comity.node.evidence.labels import marked
from comity.node.messages.translatable_texts import free_texts
from comity.node.models import (
    Conversation,
    DocketItem,
    Mark,
    MessageRow,
    Officer,
    Original,
    OutboxRow,
    SectionRow,
)
from comity.node.privacy import choices as privacy_choices
from comity.node.privacy.rules import last
from comity.node.sensitive import marks
from comity.node.web import labels
from comity.node.web.model_form import Choices
from comity.node.web.story_names import party_text
from comity.node.web.text_format import apart
from comity.papers.visible import visible

WITHOUT: Final[Mapping[str, frozenset[str]]] = {
    "translation.delivered": frozenset({"original"}),
    "release.approved": frozenset({"entry"}),
}
"""Members that a page gives itself, or leaves empty."""


def choices(row: Act, case: str, node: Node, found: Item | None = None) -> dict[str, Choices]:
    """Return what can be chosen, by member of what the act says."""
    if row.kind == "call" and "number" in row.body.model_fields:
        party = found.said("call.taken").get("party") if found else ""
        return {"number": [(one.number, one.number) for one in numbers(node, party or "")]}
    if row.name in privacy_choices.ACTS:
        return privacy_choices.choices(row, found)
    if row.name == "order.issued":
        return {
            "provider": [
                (one.id, visible(one.told["name"])) for one in docket_actions.named("provider")
            ]
        }
    if row.name == "translation.asked":
        return {"assigned": _translators(), "source": _sources(case), "what": _parts(case)}
    if row.name == "translation.reassigned":
        before = str(found.told.get("assigned") or "") if found else ""
        return {"assigned": [one for one in _translators() if one[0] != before]}
    if row.name == "letter.posted":
        return {"record": _letters(case, node)}
    if row.name == "authority.joined":
        parties = [party for party in node.directory.parties() if party != node.party]
        return {"party": [(party, party_text(party)) for party in parties]}
    return {}


def before(row: Act, found: Item | None) -> dict[str, Any]:
    """Return what an act said last, where it says it anew."""
    if found is None:
        return {}
    if row.name.endswith(".entered") or row.name in privacy_choices.AGAIN:
        return found.said(row.name)
    return found.told if row.name == "breach.updated" else {}


def given(row: Act, found: Item | None) -> dict[str, Any]:
    """Return what the page itself says, so that nobody types it."""
    listed = last(found, "release.listed") if row.name == "release.approved" else None
    return {"entry": listed.digest} if listed else {}


def proposed(row: Act, found: Item | None) -> dict[str, Any]:
    """Return what a form proposes; moments of what was just done are those of this minute."""
    told = found.told if found else {}
    names = ("served_at", "acknowledged_at", "complied_at", "posted_at", "at", "issued_at", "as_of")
    moment = now().strftime("%Y-%m-%dT%H:%M:00Z")
    initial: dict[str, Any] = {
        name: moment for name in (*names, "reported_at") if name in row.body.model_fields
    }
    initial |= privacy_choices.proposed(row)
    if row.name == "order.renewed":
        initial |= {name: told.get(name) for name in ("issued_by", "number")}
    if row.name == "translation.delivered":
        initial["made_by"] = told.get("translator")
    if row.name == "order.complied":
        initial["provider_reference"] = told.get("provider_reference")
    return initial


def _translators() -> Choices:
    rows = Officer.objects.select_related("user").filter(
        role=Officer.Role.TRANSLATOR, user__is_active=True
    )
    return [(row.identifier, row.user.get_username()) for row in rows.order_by("user__username")]


def _conversations(case: str) -> list[str]:
    return list(Conversation.objects.filter(case=case).values_list("digest", flat=True))


def _sources(case: str) -> Choices:
    """Return the texts of a case: messages, transcripts, originals that came."""
    where = _conversations(case)
    rows = MessageRow.objects.filter(conversation__in=where).order_by("-recorded_at")
    found = [(row.content, _label(row.type, row.sent_at)) for row in rows]
    found += [
        (one.row.digest, _label(one.value["type"], one.dated))
        for one in reversed(paper_conversations.transcripts(*where))
    ]
    mails = DocketItem.objects.filter(kind="mail", case=case).values_list("about", flat=True)
    kept = Original.objects.filter(digest__in=list(mails)).order_by("-came_at")
    secret = marks.of(Mark.Kind.ORIGINAL, list(mails))
    papers = [
        (one.digest, apart((f"{one.came_at:%Y-%m-%d}", marked(secret[one.digest]))))
        if one.digest in secret
        else (one.digest, one.name)
        for one in kept.only("digest", "name", "came_at")
    ]
    return [*found, *papers]


def _label(message_type: str, at: Any) -> str:
    return apart((labels.DONE.get(message_type, message_type), f"{at:%Y-%m-%d}"))


def _parts(case: str) -> Choices:
    """Return the whole, and each free text that a message of the case has."""
    where = _conversations(case)
    records = MessageRow.objects.filter(conversation__in=where).values_list("record", flat=True)
    rows = SectionRow.objects.filter(record__in=list(records), salt__isnull=False)
    said = [{row.name: row.value} for row in rows.order_by("pk")]
    said += [one.value["sections"] for one in paper_conversations.transcripts(*where)]
    paths = dict.fromkeys(path for sections in said for path, _, _ in free_texts(sections))
    return [(path, entry_rows.part_named(path)) for path in (entry_rows.WHOLE, *sorted(paths))]


def _letters(case: str, node: Node) -> Choices:
    """Return the messages of a case that wait to go by letter."""
    rows = MessageRow.objects.filter(conversation__in=_conversations(case), outgoing=True)
    waiting = OutboxRow.objects.filter(
        record__in=[row.record for row in rows], stage=OutboxRow.Stage.QUEUED
    )
    by_letter = {one.record for one in waiting if is_without_node(node.directory, one.addressee)}
    return [
        (row.record, _label(row.type, row.recorded_at)) for row in rows if row.record in by_letter
    ]


# ------------------------------------------------------------------ what a case's order gives
