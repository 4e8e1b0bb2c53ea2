"""What officers decide about the law's findings: facts they add, rules they override.

Both are kept with the draft and sent nowhere.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from comity.canonical import MisuseError, time_text
from comity.instruments import Finding, Override, check_facts
from comity.instruments.errors import FactsError, OverrideError
from comity.instruments.facts import GIVEN
from comity.node.core.clock import now
from comity.node.core.law_library import lawbook
from comity.node.core.node import Node
from comity.node.law.assessment import Check, Checked, check_draft, screened_by
from comity.node.law.facts_from_messages import READABLE
from comity.node.log import audit
from comity.node.messages import draft_changes, drafts
from comity.node.messages.draft_editing import writers
from comity.node.models import DraftRow, Officer
from comity.node.people.access.visible_cases import circle_of, circle_of_user

MAX_REASONS: Final = 4000


class OverrideOwnError(MisuseError, code="law-override-own"):
    """Who made a draft, or signed it as its author, cannot override a rule for it."""


@transaction.atomic
def override(node: Node, draft_id: str, rule: str, *, officer: Officer, reasons: str) -> DraftRow:
    """Keep an official's decision to send a draft in spite of a rule, with its audit row.

    Args:
        node: this node.
        draft_id: which draft.
        rule: digest of the rule, as the page showed it.
        officer: who decides; the caller has checked the right.
        reasons: why.

    Raises:
        OverrideError: no reasons, too long ones, or nothing that this rule blocks.
        OverrideOwnError: the officer made the draft or signed it as author.
    """
    by = officer.user.get_username()
    row = circle_of(officer, at=now()).drafts().get(id=draft_id)
    if not reasons.strip() or len(reasons) > MAX_REASONS:
        raise OverrideError(f"an override gives reasons, at most {MAX_REASONS} characters")
    signed = draft_changes.signed_by(node, row)
    authors = {one.officer for one in signed if one.role == "author"}
    if by in writers(row) or officer.identifier in authors:
        raise OverrideOwnError("somebody else than the draft's author overrides a rule")
    part, finding = _blocking(check_draft(node, row) if _is_open(row) else None, rule)
    made = Override(finding.rule.digest, f"{by} ({officer.role})", now(), reasons.strip())
    name = f"{part.instrument.key} {finding.rule.key}"
    value = {
        "rule": made.digest,
        "name": name,
        "by": made.by,
        "at": time_text(made.at),
        "reasons": made.reasons,
    }
    row.law = {**row.law, "overrides": [*row.law.get("overrides", []), value]}
    row.save(update_fields=["law"])
    audit.note(
        at=made.at,
        actor=by,
        action="law.overridden",
        subject=row.id,
        detail=name,
    )
    return row


def _is_open(row: DraftRow) -> bool:
    return row.stage == DraftRow.Stage.AWAITING


def _blocking(found: Check | None, rule: str) -> tuple[Checked, Finding]:
    for part in found.parts if found else ():
        for finding in part.told:
            if finding.effective == "block" and finding.rule.digest == rule:
                return part, finding
    raise OverrideError("no such rule stands against this draft")


@transaction.atomic
def add_facts(node: Node, draft_id: str, given: Mapping[str, Any], *, by: str) -> DraftRow:
    """Keep facts that no field of the message can say, for judging a draft.

    Args:
        node: this node.
        draft_id: which draft.
        given: dotted name to value, untrusted; a name given before is replaced.
        by: user name, for the audit.

    Raises:
        FactsError: a name or value that the list of facts does not know, or that messages or a
            signed rights check say.
        DraftStageError: the draft is closed.
    """
    row = circle_of_user(by, at=now()).drafts().get(id=draft_id)
    if not _is_open(row):
        raise drafts.DraftStageError(f"the draft is {row.stage}")
    said = sorted((READABLE | set(GIVEN)) & set(given))
    if said:
        raise FactsError(f"{said[0]} is said by the message", key=said[0])
    signed = sorted(set(screened_by(row)) & set(given))
    if signed:
        raise FactsError(f"{signed[0]} is said by the signed rights check", key=signed[0])
    kept = {**row.law.get("facts", {}), **given}
    check_facts(kept, lawbook(node.config).library.facts)
    row.law = {**row.law, "facts": kept}
    row.save(update_fields=["law"])
    audit.note(at=now(), actor=by, action="law.facts-added", subject=row.id, detail=row.type)
    return row
