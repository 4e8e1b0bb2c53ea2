"""Translation jobs over the API, for the translator they name and nobody else."""

from base64 import b64encode
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from comity.docket import Item
from comity.node.cases import docket_actions
from comity.node.core.pagination import MAX_CHARS
from comity.node.docket import translation_jobs
from comity.node.docket.schemas import JobDetail, JobIn, JobList
from comity.node.models import Mark, Officer
from comity.node.people.permissions import Right
from comity.node.sensitive import marks, redaction
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only
from comity.node.web.malformed_requests import standing_at

router = Router(tags=["translations"])
ItemId = Annotated[str, Path(max_length=36)]


@router.get("/translations", auth=only(Right.TRANSLATE), response=JobList)
def list_jobs(
    request: HttpRequest,
    *,
    after: Annotated[str, Query(max_length=MAX_CHARS)] = "",
    only_open: Annotated[bool, Query(alias="open")] = False,
) -> dict[str, Any]:
    """List the jobs that name the caller: what falls due first."""
    officer = caller(request)
    found, following = translation_jobs.jobs_of(officer, only_open=only_open, after=after)
    stale = translation_jobs.stale_among(found)
    jobs = [_job(item, officer, stale=item.id in stale) for item in found]
    return {"jobs": jobs, "next": following or None}


@router.get("/translations/{item}", auth=only(Right.TRANSLATE), response=JobDetail)
def read_job(request: HttpRequest, item: ItemId) -> dict[str, Any]:
    """Read a job with the text to translate. The reading is audited."""
    officer = caller(request)
    found = translation_jobs.job_of(officer, item)
    docket_actions.note_reading(item, by=officer.user.get_username(), way="api")
    return _detail(found, officer)


@router.post("/translations/{item}", auth=only(Right.TRANSLATE), response={201: JobDetail})
def do_act(request: HttpRequest, item: ItemId, wanted: JobIn) -> Status[dict[str, Any]]:
    """Take a job, or deliver the translation."""
    officer = caller(request)
    translation_jobs.job_of(officer, item)
    with standing_at("said", act=wanted.act):
        made = docket_actions.do(
            this_service(), wanted.act, wanted.said, officer=officer, item=item
        )
    return Status(201, _detail(made, officer))


def _job(item: Item, officer: Officer, *, stale: bool) -> dict[str, Any]:
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


_TOLD: Final = ("what", "source", "source_language", "target_language")


def _detail(item: Item, officer: Officer) -> dict[str, Any]:
    source = translation_jobs.source_named(item.told.get("source", "")) if item.is_open else None
    paper = source.original if source else None
    standing = marks.on(Mark.Kind.ORIGINAL, paper.digest) if paper is not None else ()
    abuse = any(mark.marker == marks.ABUSE for mark in standing)
    if abuse or (standing and redaction.by_session(officer)):
        paper = None  # metadata and digests only (ADR 0045); a page asks for a reason
    texts = source.texts(item.told["what"]) if source else []
    return {
        **_job(item, officer, stale=translation_jobs.stale(item)),
        "texts": [{"path": path, "lang": lang, "text": text} for path, lang, text in texts],
        "original": b64encode(bytes(paper.data)).decode("ascii") if paper else None,
        "original_name": paper.name if paper else "",
    }
