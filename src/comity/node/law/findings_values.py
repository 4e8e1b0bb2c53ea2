"""Findings of the law as the API tells them."""

from typing import Any

from comity.node.core.law_library import lawbook
from comity.node.service.handle import this_service


def findings_value(check: Any, lang: str) -> dict[str, Any]:
    """Return the findings of a `assessment.Check`, or of none."""
    if check is None:
        nothing: dict[str, Any] = {"unheld": [], "uncited": [], "instruments": []}
        return {"step": "", "outcome": "not-judged", "edition": ""} | nothing
    return {
        "step": check.step,
        "outcome": check.outcome,
        "edition": check.edition,
        "unheld": list(check.unheld),
        "uncited": [{"instrument": key, "article": cited} for key, cited in check.uncited],
        "instruments": [_part(part, lang) for part in check.parts],
    }


def _part(part: Any, lang: str) -> dict[str, Any]:
    judgement = part.judgement
    return {
        "instrument": part.instrument.key,
        "edition": part.instrument.digest,
        "measure": judgement.measure if judgement else None,
        "outcome": judgement.outcome if judgement else None,
        "findings": [_finding(part, finding, lang) for finding in part.told],
    }


def _finding(part: Any, finding: Any, lang: str) -> dict[str, Any]:
    rule, made = finding.rule, finding.overridden
    library = lawbook(this_service().node.config).library
    said = library.text(part.instrument.key, f"rules.{rule.key}", lang)
    return {
        "rule": rule.key,
        "digest": rule.digest,
        "group": rule.group,
        "cite": list(rule.cite),
        "outcome": finding.outcome,
        "effective": finding.effective,
        "verified": finding.verified,
        "missing": list(finding.missing),
        "unread": list(part.unread(finding)),
        "text": said.text,
        "lang": said.lang,
        "reviewed": bool(said.reviewed_by),
        "overridden": {"by": made.by, "at": made.at, "reasons": made.reasons} if made else None,
    }
