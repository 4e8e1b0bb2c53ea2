"""The caller, certificates, the outbox and the node's condition over the API.

What may be done about certificates, deliveries and refusals stands in `actions`.
"""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from comity.node.accounts.actions import STORE_CERTIFICATE
from comity.node.accounts.answers import certificate_value
from comity.node.actions.mount import mount
from comity.node.cases.queries import PAGE
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.health.actions import RETRY_REFUSAL
from comity.node.health.answers import refusal_value
from comity.node.health.checks import checks
from comity.node.health.findings import told
from comity.node.health.overall import overall
from comity.node.health.schemas import HealthOut
from comity.node.health.status import condition
from comity.node.log import refusals
from comity.node.messages import officer_certificates
from comity.node.messages.outbox import page as deliveries
from comity.node.models import Officer, OutboxRow
from comity.node.operations.actions import RETRY_DELIVERY
from comity.node.operations.answers import delivery_value
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, rights_of
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only
from comity.node.web.schemas import (
    CertificateList,
    Me,
    OutboxOut,
    PasskeyOut,
)

router = Router(tags=["office"])


@router.get("/me", auth=only(Right.SELF), response=Me)
def who_am_i(request: HttpRequest) -> dict[str, Any]:
    """Tell who the caller is, and what the role and the token may do."""
    officer, node = caller(request), this_service().node
    return {
        "name": officer.user.get_username(),
        "officer": officer.identifier,
        "role": officer.role,
        "rights": sorted(rights_of(officer)),
        "party": node.party,
        "mode": node.config.mode,
        "certified": officer.certificate is not None,
    }


@router.get("/me/passkey", auth=only(Right.SELF), response=PasskeyOut)
def own_passkey(request: HttpRequest) -> dict[str, Any]:
    """Give the caller's own signing passkey as ``comity user certify`` takes it, if one is kept."""
    officer = caller(request)
    return {
        "wanted": officer_certificates.to_certify(this_service().node, officer),
        "certified": officer_certificates.certified_passkey(officer) is not None,
    }


@router.get("/certificates", auth=only(Right.SELF), response=CertificateList)
def own_certificate(request: HttpRequest) -> dict[str, Any]:
    """Give the caller's own certificate, as the officer-ca issued it."""
    return {"certificates": [certificate_value(caller(request))]}


@router.get("/outbox", auth=only(Right.READ_OUTBOX), response=OutboxOut)
def read_outbox(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List what was given up with its last fault, then what waits for delivery."""
    stages = (OutboxRow.Stage.DEAD.value, OutboxRow.Stage.QUEUED.value)
    rows = circle_of(caller(request), at=now()).outbox().filter(stage__in=stages)
    found, following = deliveries(rows, after=after, most=PAGE)
    told: dict[str, Any] = {
        stage: [delivery_value(row) for row in found if row.stage == stage] for stage in stages
    }
    return {**told, "next": following or None}


@router.get("/health", auth=only(Right.READ_HEALTH), response=HealthOut)
def health(request: HttpRequest) -> dict[str, Any]:
    """Tell how the node is: its log, its partners' logs, its directory, its queue, its disk."""
    at, node = now(), this_service().node
    found = condition(node, at=at)
    looked_at = checks(node, found, at=at)
    whole = overall(looked_at)
    partners = [asdict(partner) for partner in found.partners]
    for partner in partners:
        del partner["phone"]
    operator = caller(request).role == Officer.Role.OPERATOR
    return {
        "good": found.good and whole.state != "critical",
        "state": whole.state,
        "because": list(whole.because),
        "log": asdict(found.log),
        "partners": partners,
        "stampings": [asdict(stamping) for stamping in found.stampings],
        "directory_age_s": found.directory_age_s,
        "directory_old": found.directory_old,
        "queued": found.queued,
        "dead_letters": found.dead_letters,
        "checks": [told(one, operator=operator) for one in looked_at],
        "refusals": [refusal_value(row) for row in refusals.stopped()],
        "standing": list(found.standing),
        "disk_free_bytes": found.disk_free_bytes,
        "disk_total_bytes": found.disk_total_bytes,
    }


mount(router, STORE_CERTIFICATE, RETRY_DELIVERY, RETRY_REFUSAL)
