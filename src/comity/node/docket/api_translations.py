"""Translation jobs over the API, for the translator they name and nobody else."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from comity.node.actions.mount import mount
from comity.node.cases import docket_actions
from comity.node.core.pagination import MAX_CHARS
from comity.node.docket import translation_jobs
from comity.node.docket.actions import JOBS
from comity.node.docket.job_values import job_detail, job_value
from comity.node.docket.schemas import JobDetail, JobList
from comity.node.people.permissions import Right
from comity.node.web.api_permissions import caller, only

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
    jobs = [job_value(item, officer, stale=item.id in stale) for item in found]
    return {"jobs": jobs, "next": following or None}


@router.get("/translations/{item}", auth=only(Right.TRANSLATE), response=JobDetail)
def read_job(request: HttpRequest, item: ItemId) -> dict[str, Any]:
    """Read a job with the text to translate. The reading is audited."""
    officer = caller(request)
    found = translation_jobs.job_of(officer, item)
    docket_actions.note_reading(item, by=officer.user.get_username(), way="api")
    return job_detail(found, officer)


mount(router, *JOBS)
