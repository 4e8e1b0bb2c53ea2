"""No other site makes a browser act: every form needs its token, and every call by session too."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, URLResolver
from tests.api.test_rights import OPERATIONS, filled, right_of
from tests.security.conftest import Desk, role_with

from comity.node.models import AuditRow, DeskSession, Officer
from comity.node.site.urls import urlpatterns

PARTNERS = ("api/v1/", "exchange/v1/", "log/", "witness/")
REFUSED = {"access.refused", "sign-in"}
type Strict = Callable[[str], Client]


def changed() -> tuple[Any, ...]:
    """Return what would show that something was done."""
    acts = AuditRow.objects.exclude(action__in=REFUSED).exclude(action__endswith=".read")
    return (
        list(acts.values_list("pk", "action")),
        list(Officer.objects.values()),
        list(get_user_model().objects.values("username", "password", "is_active")),
        DeskSession.objects.filter(user__isnull=False).count(),
    )


def test_no_page_does_anything_without_the_token_of_its_form(desk: Desk, strict: Strict) -> None:
    browsers = {
        role: strict(role)
        for role in ("approver", "operator", "case", "examiner", "duty", "auditor", "translator")
    }
    before, wrong = changed(), {}
    for name, path, role in desk.pages():
        client = browsers.get(role) or Client(enforce_csrf_checks=True)
        answer = client.post(path, {"confirmed": "1", "do": "disable"})
        if answer.status_code != 403 or "set-cookie" in answer.headers:
            wrong[name] = answer.status_code
    assert wrong == {}
    assert changed() == before


def test_no_call_by_session_does_anything_without_the_token(desk: Desk, strict: Strict) -> None:
    browsers: dict[str, Client] = {}
    wrong = {}
    for method, path in OPERATIONS:
        if method not in {"POST", "PUT", "PATCH", "DELETE"}:
            continue
        role = role_with(right_of(method, path))
        if role not in browsers:
            browsers[role] = strict(role)
        answer = browsers[role].generic(method, f"/api/v1{filled(path)}", b"{}", "application/json")
        if (answer.status_code, answer.json()["code"]) not in {
            (403, "csrf"),
            (401, "not-signed-in"),
        }:
            wrong[method, path] = answer.status_code
    assert wrong == {}


def test_a_token_that_another_site_sends_along_does_not_help(desk: Desk, strict: Strict) -> None:
    client = strict("case")
    token = client.cookies["comity-csrf"].value
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        answer = client.post(
            "/language",
            {"csrfmiddlewaretoken": token, "language": "fr"},
            headers={"Origin": origin},
        )
        assert answer.status_code == 403, origin
    assert Officer.objects.get(user__username="case").language == ""


def test_a_token_of_another_browser_does_not_fit(desk: Desk, strict: Strict) -> None:
    one, other = strict("case"), strict("duty")
    token = other.cookies["comity-csrf"].value
    answer = one.post("/language", {"csrfmiddlewaretoken": token, "language": "fr"})
    assert answer.status_code == 403


def views(patterns: Iterable[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        place = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield place, pattern.callback
        elif isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, place)


def test_only_what_has_a_check_of_its_own_goes_without() -> None:
    """Partners sign, the API looks itself, and the long forms look after their length."""
    exempt = {place for place, view in views(urlpatterns) if getattr(view, "csrf_exempt", False)}
    own = {"conversations/<str:digest>/hand-in", "mail/take-in", "translations/<str:item_id>"}
    own |= {"scenarios/upload"}
    own |= {"up", "directory/<path:path>"}  # nothing is changed by them
    outside = {one for one in exempt if not one.startswith(PARTNERS)}
    assert outside == own
