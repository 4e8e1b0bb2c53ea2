"""Addresses of the pages and the API."""

from django.urls import URLPattern, URLResolver, include, path

from comity.node.accounts.pages import profile
from comity.node.case_file.pages import views
from comity.node.compose.pages import (
    drafts,
    law_overrides,
    new_information,
    new_request,
    reply,
    second_signature,
)
from comity.node.docket.pages import rights_checks, translation_jobs
from comity.node.docket.pages import views as docket_views
from comity.node.evidence.pages import hand_in, inspections, unclaimed
from comity.node.health.pages import views as health
from comity.node.mail.pages import letters, mailbox, transcription
from comity.node.operations.pages import office
from comity.node.signin.pages import views as signin_views
from comity.node.site.openapi import api
from comity.node.web import appearance

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("comity.node.accounts.pages.access.urls")),
    path("", views.cases, name="cases"),
    path("", include("comity.node.assistance.pages.urls")),
    path("", include("comity.node.authorities.pages.urls")),
    path("", include("comity.node.exercise.pages.urls")),
    path("", include("comity.node.operations.pages.settings.urls")),
    path("", include("comity.node.operations.pages.backups.urls")),
    path("", include("comity.node.privacy_desk.pages.urls")),
    path("", include("comity.node.search.pages.urls")),
    path("", include("comity.node.statistics.pages.urls")),
    path("", include("comity.node.authorities.pages.treaties.urls")),
    path("", include("comity.node.watch.pages.urls")),
    path("cases/<str:number>", views.case, name="case"),
    path("new", new_request.new, name="new"),
    path("new/information", new_information.information, name="new-information"),
    path("new/note", new_information.note, name="new-note"),
    path("new/<slug:measure>", new_request.new_request, name="new-request"),
    path("conversations/<str:digest>/hand-in", hand_in.hand_in, name="hand-in"),
    path("conversations/<str:digest>/<str:message_type>", reply.move, name="move"),
    path("docket", docket_views.docket, name="docket"),
    path("docket/new/<str:act>", docket_views.begin, name="docket-new"),
    path("docket/register/<slug:kind>", docket_views.register, name="docket-register"),
    path("docket/<str:item_id>", docket_views.item, name="docket-item"),
    path("docket/<str:item_id>/do/<str:act>", docket_views.act, name="docket-act"),
    path("docket/<str:item_id>/sign", rights_checks.sign, name="docket-sign"),
    path("translations", translation_jobs.jobs, name="jobs"),
    path("translations/<str:item_id>", translation_jobs.job, name="job"),
    path("translations/<str:item_id>/paper", translation_jobs.paper, name="job-paper"),
    path("drafts", drafts.drafts, name="drafts"),
    path("drafts/<str:draft_id>", drafts.draft, name="draft"),
    path("drafts/<str:draft_id>/approve", drafts.approve, name="approve"),
    path("drafts/<str:draft_id>/send", drafts.send, name="send"),
    path("drafts/<str:draft_id>/discard", drafts.discard, name="discard"),
    path("drafts/<str:draft_id>/onward", drafts.except_onward, name="onward"),
    path("drafts/<str:draft_id>/facts", law_overrides.add_facts, name="law-facts"),
    path("drafts/<str:draft_id>/override", law_overrides.override, name="override"),
    path("", include("comity.node.compose.pages.approvals.urls")),
    path("messages/<str:record>/second", second_signature.second_signature, name="second"),
    path("messages/<str:record>/posted", letters.posted, name="posted"),
    path("letters/<str:item>/arrived", letters.arrived, name="letter-arrived"),
    path("letters/<str:item>/came-back", letters.came_back, name="letter-came-back"),
    path("mail", mailbox.mail, name="mail"),
    path("mail/take-in", mailbox.take_in, name="take-in"),
    path("mail/<str:item>", mailbox.one, name="mail-item"),
    path("mail/<str:item>/set-aside", mailbox.set_aside, name="set-aside"),
    path("originals/<str:digest>", mailbox.original, name="original"),
    path("write-down", transcription.write_down, name="write-down"),
    path("", include("comity.node.evidence.pages.urls")),
    path("", include("comity.node.court.pages.urls")),
    path("strays", unclaimed.unexplained, name="strays"),
    path("strays/<str:root>", unclaimed.forget, name="stray"),
    path("evidence/<str:root>/fetch", hand_in.fetch, name="fetch-again"),
    path("evidence/<str:digest>/inspections", inspections.inspected, name="inspections"),
    path("", include("comity.node.duty.pages.urls")),
    path("outbox", office.outbox, name="outbox"),
    path("outbox/<int:row_id>/retry", office.retry, name="retry"),
    path("health", health.health, name="health"),
    path("health/refusals/<int:row_id>/retry", health.ask_again, name="refusal-retry"),
    path("audit", office.audit, name="audit"),
    path("api", office.api_reference, name="api-reference"),
    path("me", profile.me, name="me"),
    path("me/passkey", profile.register, name="passkey"),
    path("me/passkey.json", profile.to_certify, name="to-certify"),
    path("me/certificate", profile.certificate, name="certificate"),
    path("", include("comity.node.signin.pages.urls")),
    path("", include("comity.node.integrations.pages.urls")),
    path("language", signin_views.language, name="language"),
    path("appearance", appearance.appearance, name="appearance"),
]
