"""Addresses of the pages and the API."""

from django.urls import URLPattern, URLResolver, path

from comity.node.api.site import api
from comity.node.desk import (
    cases,
    drafts,
    exhibits,
    inspections,
    laws,
    moves,
    office,
    passkeys,
    requests,
    seconds,
    signin,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", cases.cases, name="cases"),
    path("cases/<str:number>", cases.case, name="case"),
    path("new", requests.new, name="new"),
    path("new/<slug:measure>", requests.new_request, name="new-request"),
    path("conversations/<str:digest>/hand-in", exhibits.hand_in, name="hand-in"),
    path("conversations/<str:digest>/<str:message_type>", moves.move, name="move"),
    path("drafts", drafts.drafts, name="drafts"),
    path("drafts/<str:draft_id>", drafts.draft, name="draft"),
    path("drafts/<str:draft_id>/approve", drafts.approve, name="approve"),
    path("drafts/<str:draft_id>/send", drafts.send, name="send"),
    path("drafts/<str:draft_id>/discard", drafts.discard, name="discard"),
    path("drafts/<str:draft_id>/facts", laws.add_facts, name="law-facts"),
    path("drafts/<str:draft_id>/override", laws.override, name="override"),
    path("messages/<str:record>/second", seconds.second_signature, name="second"),
    path("evidence", office.evidence, name="evidence"),
    path("evidence/<str:root>/fetch", exhibits.fetch, name="fetch-again"),
    path("evidence/<str:digest>/inspections", inspections.inspected, name="inspections"),
    path("outbox", office.outbox, name="outbox"),
    path("outbox/<int:row_id>/retry", office.retry, name="retry"),
    path("health", office.health, name="health"),
    path("audit", office.audit, name="audit"),
    path("api", office.api_reference, name="api-reference"),
    path("me", passkeys.me, name="me"),
    path("me/passkey", passkeys.register, name="passkey"),
    path("me/passkey.json", passkeys.to_certify, name="to-certify"),
    path("me/certificate", passkeys.certificate, name="certificate"),
    path("sign-in", signin.sign_in, name="sign-in"),
    path("sign-out", signin.sign_out, name="sign-out"),
    path("language", signin.language, name="language"),
]
