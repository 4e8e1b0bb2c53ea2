"""Every authority that this office knows, and the page of one of them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.canonical import time_text
from comity.directory import SignedEntry
from comity.instruments.csv_text import csv_text
from comity.instruments.state_names import StateNames, state_names
from comity.node.authorities import reach
from comity.node.authorities.listing import Authority
from comity.node.authorities.listing import authorities as every_authority
from comity.node.authorities.pages import labels
from comity.node.authorities.pages.treaties.labels import SAID
from comity.node.core.clock import now
from comity.node.core.law_library import lawbook
from comity.node.docket import labels as dw
from comity.node.health.status import partner_logs
from comity.node.log import audit
from comity.node.models import PartnerCheckpoint
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.language_choices import LANGUAGES
from comity.node.web.permissions import only
from comity.node.web.render import page

HELP: Final = (
    _("This page lists every authority that this office knows, by State."),
    _("The signed directory comes from the States themselves. Others were entered by this office."),
    _("Before you trust a number in an emergency, check how old its entry is."),
)
_HEAD: Final = (
    "state", "party", "name", "kind", "functions", "languages", "phone", "as_of", "expires_at",
    "old", "signed_by", "answered_at", "reached",
)  # fmt: skip


_LANGUAGE: Final = dict(LANGUAGES)


def _names() -> StateNames:
    return state_names(lawbook(this_service().node.config).library)


def _line(one: Authority, names: StateNames, at: datetime) -> dict[str, Any]:
    lang = (get_language() or "en").lower()
    found = one.reach.now(at) if one.has_node else ""
    return {
        "one": one,
        "state": names(one.state, lang),
        "kind": labels.KIND[one.kind],
        "functions": [dw.code("functions", name) for name in one.functions],
        "languages": [_LANGUAGE.get(code, code) for code in one.languages],
        "reached": found,
        "reached_words": labels.REACHED.get(found, ""),
        "place": one.party.split("/"),
    }


@only(Right.READ_DIRECTORY)
def authorities(request: HttpRequest) -> HttpResponse:
    """List every authority by State."""
    at, node, names = now(), this_service().node, _names()
    lines = [_line(one, names, at) for one in every_authority(node, at=at)]
    lines.sort(key=lambda line: (line["state"], line["one"].party))
    context = {"lines": lines, "age": node.directory.age(now=at), "help": HELP}
    return page(request, "authorities/list.html", context)


@only(Right.READ_DIRECTORY)
def export(request: HttpRequest) -> HttpResponse:
    """Give the list as CSV. The export is audited."""
    at, node = now(), this_service().node
    rows = [_row(one, at) for one in every_authority(node, at=at)]
    by = request.user.get_username()
    audit.note(at=at, actor=by, action="directory.exported", subject=node.party, detail="csv")
    data = csv_text(_HEAD, rows).encode("utf-8-sig")
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="authorities.csv"'
    return answer


def _row(one: Authority, at: datetime) -> tuple[str, ...]:
    return (
        one.state,
        one.party,
        one.name,
        one.kind,
        " ".join(one.functions),
        " ".join(one.languages),
        one.phone or "; ".join(address for _, address in one.contacts),
        time_text(one.as_of),
        time_text(one.expires_at) if one.expires_at else "",
        "yes" if one.old else "no",
        " ".join(one.signed_by),
        time_text(one.reach.answered_at) if one.reach.answered_at else "",
        one.reach.now(at) if one.has_node else "",
    )


@only(Right.READ_DIRECTORY)
def authority(request: HttpRequest, state: str, name: str) -> HttpResponse:
    """Show one authority with all that is kept of it."""
    at, node, party = now(), this_service().node, f"{state}/{name}"
    found = next((one for one in every_authority(node, at=at) if one.party == party), None)
    if found is None:
        raise Http404
    versions = node.directory.versions(party)
    entry = versions[-1].entry if versions else None
    context = {
        "line": _line(found, _names(), at),
        "entry": entry,
        "instruments": [
            (each, SAID.get(each.status, each.status))
            for each in (entry.instruments if entry else ())
        ],
        "versions": _versions(versions),
        "keys": [(labels.USE.get(key.use, key.use), key) for key in found.keys],
        "logs": [log for log in partner_logs(node) if log.party == party],
        "checkpoints": PartnerCheckpoint.objects.filter(party=party).order_by("origin"),
        "tests": reach.tests(frozenset({party})).get(party, ()),
        "help": HELP,
    }
    return page(request, "authorities/one.html", context)


def _versions(versions: Sequence[SignedEntry]) -> list[dict[str, Any]]:
    """Return what each version of an entry changed, the newest first."""
    found = [{"entry": one.entry, "changes": []} for one in versions[:1]]
    for before, after in pairwise(versions):
        old, new = before.entry.value(), after.entry.value()
        named = [key for key in labels.TOLD if old[key] != new[key]]
        found.append({"entry": after.entry, "changes": [labels.TOLD[key] for key in named]})
    return found[::-1]
