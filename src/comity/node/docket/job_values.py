"""Translation jobs as the API tells them, to the translator they name and nobody else."""

from base64 import b64encode
from typing import Any, Final

from comity.docket import Item
from comity.node.cases import docket_actions
from comity.node.docket import translation_jobs
from comity.node.models import Mark, Officer
from comity.node.sensitive import marks, redaction

_TOLD: Final = ("what", "source", "source_language", "target_language")


def job_value(item: Item, officer: Officer, *, stale: bool) -> dict[str, Any]:
    """Return a job as lists give it."""
    told = item.told
    back = item.said("translation.sent-back") if item.state == "sent-back" else {}
    return {
        "item": item.id,
        "state": item.state,
        "open": item.is_open,
        "due_at": item.due,
        "stale": stale,
        "sent_back": back["reasons"]["text"] if back else "",
        "acts": [row.name for row in docket_actions.possible(item, officer)],
        **{name: told.get(name, "") for name in _TOLD},
    }


def job_detail(item: Item, officer: Officer) -> dict[str, Any]:
    """Return a job with what is to be translated; nothing of it once the job is over."""
    source = translation_jobs.source_named(item.told.get("source", "")) if item.is_open else None
    paper = source.original if source else None
    standing = marks.on(Mark.Kind.ORIGINAL, paper.digest) if paper is not None else ()
    abuse = any(mark.marker == marks.ABUSE for mark in standing)
    if abuse or (standing and redaction.by_session(officer)):
        paper = None  # metadata and digests only (ADR 0045); a page asks for a reason
    texts = source.texts(item.told["what"]) if source else []
    return {
        **job_value(item, officer, stale=translation_jobs.stale(item)),
        "texts": [{"path": path, "lang": lang, "text": text} for path, lang, text in texts],
        "original": b64encode(bytes(paper.data)).decode("ascii") if paper else None,
        "original_name": paper.name if paper else "",
    }
