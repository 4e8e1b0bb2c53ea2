"""Answers that check themselves: what was typed and what is right, both in one normal form."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Final

from comity.drills.exhibits import exhibit_digest, exhibit_text
from comity.drills.model import Scenario, Task
from comity.instruments.identifiers import KINDS, parse
from comity.instruments.identifiers.errors import IdentifierError

MAX_ANSWER: Final = 2000
_DIGITS: Final = re.compile(r"\d{1,9}")
_CODED: Final = frozenset({"choice", "ground", "measure"})
_DIGEST: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def normal(task: Task, answer: str) -> str | None:
    """Return the one spelling of an answer, or None if it is no answer of the task's kind.

    Args:
        task: whose kind and form.
        answer: untrusted.
    """
    text = unicodedata.normalize("NFKC", answer[: MAX_ANSWER + 1]).strip()
    if not text or len(text) > MAX_ANSWER:
        return None
    if task.kind == "find":
        return _identifier(task.form, text)
    if task.kind == "count":
        return str(int(text)) if _DIGITS.fullmatch(text) else None
    if task.kind == "time":
        return _moment(text)
    if task.kind == "seal":
        return digest_of(text)
    if task.kind in _CODED:
        return text.casefold()
    if task.kind == "article":
        return re.sub(r"\s|^(?:art(?:icle)?|статья|điều|第)\.?|条$", "", text.casefold())
    return " ".join(text.casefold().split())


def digest_of(text: str) -> str | None:
    """Return the 64 digits of a SHA-256 digest as it was typed, or None if it is none."""
    found = _DIGEST.fullmatch(text.strip().casefold())
    return found[1] if found else None


def right_answers(scenario: Scenario, task: Task) -> frozenset[str]:
    """Return the normal forms of everything that is right; empty if the scenario is unsound."""
    if task.key not in scenario.memo:
        scenario.memo[task.key] = _right_answers(scenario, task)
    return scenario.memo[task.key]


def _right_answers(scenario: Scenario, task: Task) -> frozenset[str]:
    exhibit = scenario.plan.exhibits.get(task.exhibit)
    if task.kind == "seal":
        digest = exhibit_digest(scenario, exhibit) if exhibit else None
        found = {normal(task, digest)} if digest else set()
    elif task.kind == "count":
        lines = exhibit_text(scenario, exhibit).splitlines() if exhibit else []
        found = {str(sum(task.counts in line for line in lines))} if lines else set()
    else:
        found = {normal(task, answer) for answer in task.answers}
    return frozenset(one for one in found if one is not None)


def is_right(scenario: Scenario, task: Task, answer: str) -> bool:
    """Tell whether an answer is right."""
    return normal(task, answer) in right_answers(scenario, task)


def _identifier(form: str, text: str) -> str | None:
    if form not in KINDS:
        return None
    try:
        return parse(form, text).text
    except IdentifierError:
        return None


def _moment(text: str) -> str | None:
    try:
        value = datetime.fromisoformat(text)
        return value.astimezone(UTC).isoformat() if value.tzinfo else None
    except (ValueError, OverflowError):
        return None
