"""What the page of a draft leads with: what it is, how far it is, and the one thing to do next."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.canonical import encode
from comity.exchange import Floor
from comity.exchange.approvals import signed_text
from comity.node.cases.queries import sent_of
from comity.node.compose.signatures_needed import signature_sentence
from comity.node.core.node import Node
from comity.node.messages import drafts, summary_line
from comity.node.messages.draft_changes import Signed
from comity.node.models import DraftRow, Officer
from comity.node.web.labels import SENT
from comity.node.web.section_labels import code_label


@dataclass(frozen=True)
class Stand:
    """How far a draft is, for the officer who looks at it.

    Attributes:
        open: whether it waits for signatures or to be sent.
        sendable: whether it has all that it needs.
        held: whether a rule or a missing consent holds it back.
        wanted: whether this officer's signature is missing.
        passkey: whether they can give it here.
        editable: whether they may open its form again.
        restorable: whether it was discarded a short time ago.
    """

    open: bool
    sendable: bool
    held: bool
    wanted: bool
    passkey: bool
    editable: bool
    restorable: bool

    @property
    def stale(self) -> bool:
        """Tell whether it has to be edited before anything else."""
        return not self.open and not self.restorable and self.editable

    def first(self, *, sends: bool, drafts: bool) -> str:
        """Return the one action that is next for this officer, as a code, or nothing.

        Args:
            sends: whether they may send.
            drafts: whether they may write drafts.
        """
        if self.restorable:
            return "restore" if drafts else ""
        if self.open and self.wanted:
            return "sign" if self.passkey else "command"
        if self.open and self.sendable and not self.held and sends:
            return "send"
        return "edit" if self.editable else ""


def head(row: DraftRow) -> dict[str, Any]:
    """Return what a draft is: its subject in words, urgency and measure."""
    gist = summary_line.of_drafts([row])[row.id]
    said = {name: one.value for name, one in drafts.sections_of_draft(row).items()}
    request = said.get("request", {})
    return {
        "gist": gist,
        "urgency": request.get("urgency", ""),
        "urgent": code_label("request", "urgency", request.get("urgency", "")),
        "measure": request.get("measure", ""),
    }


def status(row: DraftRow, needs: Floor, signed: tuple[Signed, ...]) -> str:
    """Return how far a draft is, in words."""
    if row.stage == DraftRow.Stage.DISCARDED:
        return _("Discarded")
    if row.stage == DraftRow.Stage.QUEUED:
        return str(SENT[sent_of(row.record)])
    if row.stage == DraftRow.Stage.STALE:
        return _("Overtaken by a later message")
    wanted, given = needs.author + needs.approver, sum(not one.fault for one in signed)
    if not wanted:
        return _("Draft, no signature needed")
    if _follows(needs, signed):
        return _sentence(needs, signed)
    if given >= wanted:
        return _("Signed, not sent")
    told = ngettext(
        "Draft, %(given)d of %(n)d signature", "Draft, %(given)d of %(n)d signatures", wanted
    )
    return told % {"given": given, "n": wanted}


def _given(signed: tuple[Signed, ...], role: str) -> int:
    return sum(one.role == role and not one.fault for one in signed)


def _follows(needs: Floor, signed: tuple[Signed, ...]) -> bool:
    """Tell whether a countersignature may be given after sending, and is not there yet."""
    return needs.late_hours is not None and _given(signed, "approver") < needs.approver


def _sentence(needs: Floor, signed: tuple[Signed, ...]) -> str:
    """Return how many sign; where a countersignature may follow, how many have before sending."""
    if _follows(needs, signed):
        return signature_sentence(needs, min(_given(signed, "author"), needs.author))
    return signature_sentence(replace(needs, late_hours=None))


def signatures(needs: Floor, signed: tuple[Signed, ...]) -> dict[str, Any]:
    """Return who signed, by name, in which roles a signature is missing, and how many sign."""
    names = dict(
        Officer.objects.filter(identifier__in={one.officer for one in signed}).values_list(
            "identifier", "user__username"
        )
    )
    given = [(one, names.get(one.officer, one.officer)) for one in signed]
    missing = [
        role
        for role in ("author", "approver")
        for _number in range(getattr(needs, role) - _given(signed, role))
    ]
    return {
        "given": given,
        "missing": missing,
        "later": _follows(needs, signed),
        "sentence": _sentence(needs, signed),
    }


def exact_text(node: Node, row: DraftRow) -> list[tuple[str, str]]:
    """Return the canonical text that each signature is for, and that of each section behind it."""
    statement = signed_text(drafts.draft_of(row), mode=node.config.mode)
    found = [("", statement.decode())]
    found += [
        (name, encode(one.value).decode())
        for name, one in sorted(drafts.sections_of_draft(row).items())
    ]
    return found
