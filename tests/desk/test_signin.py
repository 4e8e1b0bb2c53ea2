"""Signing in: locked after failures, telling nobody which names exist, losing no text."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page
from tests.api.nodes import PASSWORD, Pair, user_command
from tests.desk.signing_in import Visitor


@pytest.fixture
def visitor(pair: Pair) -> Iterator[Visitor]:
    made = Visitor(pair.asking.url)
    yield made
    made.http.close()


@pytest.mark.parametrize("name", ["locked-out", "nobody-at-all"])
def test_five_failures_lock_a_name_whether_or_not_it_exists(
    pair: Pair, visitor: Visitor, name: str
) -> None:
    if name == "locked-out":
        folder = str(pair.asking.process.folder)
        user_command("add", folder, name, "--role", "case", "--password-file", "-")
    answers = [visitor.sign_in(name, "wrong wrong wrong").status_code for _ in range(5)]
    assert answers == [403, 403, 403, 403, 429]
    right = visitor.sign_in(name)
    assert right.status_code == 429
    assert "Too many failed attempts for this user name" in right.text
    assert 0 < int(right.headers["retry-after"]) <= 900


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_signing_in_leads_to_this_node_only(visitor: Visitor, target: str) -> None:
    assert visitor.sign_in("author", next=target).headers["location"] == "/my-work"


def test_a_disabled_account_lets_nobody_in(pair: Pair, visitor: Visitor) -> None:
    folder = str(pair.asking.process.folder)
    arguments = ("--role", "case", "--password-file", "-", "--token")
    token = user_command("add", folder, "leaver", *arguments).splitlines()[-1]
    bearer = {"Authorization": f"Bearer {token}"}
    url = f"{pair.asking.url}/api/v1/me"
    assert httpx.get(url, headers=bearer).status_code == 200
    assert visitor.sign_in("leaver").status_code == 302
    assert visitor.http.get("/drafts").status_code == 200
    user_command("disable", folder, "leaver")
    assert "leaver\tcase" in user_command("list", folder)
    assert httpx.get(url, headers=bearer).status_code == 401
    assert visitor.http.get("/drafts").status_code == 302
    visitor.http.cookies.clear()
    assert visitor.sign_in("leaver").status_code == 403


def test_the_session_changes_at_sign_in_and_ends_at_sign_out(visitor: Visitor) -> None:
    assert visitor.sign_in("author").status_code == 302
    cookie = dict(visitor.http.cookies)
    assert visitor.http.get("/").status_code == 200
    visitor.post("/sign-out", {}, seen="/")
    visitor.http.cookies.update(cookie)
    assert visitor.http.get("/").status_code == 302


def test_a_form_without_its_token_is_refused_and_shows_what_was_typed(visitor: Visitor) -> None:
    visitor.sign_in("author")
    answer = visitor.http.post("/new/preservation", data={"grounds-facts": "three hours of work"})
    assert answer.status_code == 403
    assert "three hours of work" in answer.text
    assert visitor.http.post("/api/v1/drafts", json={}).status_code == 403


def test_a_session_works_for_the_api_with_the_csrf_token(visitor: Visitor) -> None:
    visitor.sign_in("author")
    assert visitor.http.get("/api/v1/me").json()["name"] == "author"
    token = visitor.token("/")
    answer = visitor.http.post("/api/v1/drafts", json={}, headers={"X-CSRFToken": token})
    assert answer.status_code == 422


def test_pages_carry_a_strict_policy(visitor: Visitor) -> None:
    policy = visitor.http.get("/sign-in").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_nothing_typed_is_lost_when_the_session_ends(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation")
    page.fill("#id_grounds-facts", "Three hours of work.\nAnd a second line.")
    page.select_option("#id_request-urgency", "emergency")
    page.context.clear_cookies(name=f"comity-session-{pair.asking.process.config.port}")
    page.click("main form[novalidate] button:not([name])")
    assert page.locator(".note-warn").count() == 1
    page.fill("#id_name", "author")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/new/preservation")
    assert page.input_value("#id_grounds-facts") == "Three hours of work.\nAnd a second line."
    assert page.input_value("#id_request-urgency") == "emergency"


def test_nothing_typed_is_lost_when_the_language_changes_but_a_password_is_not_kept(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation")
    page.fill("#id_grounds-facts", "Three hours of work.\nAnd a second line.")
    page.click(".account > summary")
    page.select_option("#language", "fr")
    page.click(".masthead form:has(#language) button")
    page.wait_for_selector("html[lang=fr]")
    assert page.input_value("#id_grounds-facts") == "Three hours of work.\nAnd a second line."
    page.click(".account > summary")
    page.select_option("#language", "en")
    page.click(".masthead form:has(#language) button")
    page.wait_for_selector("html[lang=en]")
    page.context.clear_cookies()
    page.goto(f"{pair.asking.url}/sign-in")
    page.fill("#id_name", "author")
    page.fill("#id_password", PASSWORD)
    page.select_option("#language", "ar")
    page.click(".masthead form:has(#language) button")
    page.wait_for_selector("html[lang=ar]")
    assert (page.input_value("#id_name"), page.input_value("#id_password")) == ("author", "")
    path = pair.asking.process.config.database_file  # as the browser asks, for the tests after this
    with closing(sqlite3.connect(path, timeout=20, autocommit=True)) as rows:
        rows.execute("UPDATE node_officer SET language = ''")


def test_the_language_is_the_persons(
    visit: Callable[..., Page], pair: Pair, sessions: dict[Any, Any]
) -> None:
    page = visit("approver")
    page.click(".account > summary")
    page.select_option("#language", "ar")
    page.click(".masthead form:has(#language) button")
    assert page.locator("html").get_attribute("lang") == "ar"
    sessions.clear()  # another browser, where they sign in
    again = visit("approver")
    assert again.locator("html").get_attribute("lang") == "ar"
    again.click(".account > summary")
    again.select_option("#language", "en")
    again.click(".masthead form:has(#language) button")
    assert again.locator("html").get_attribute("lang") == "en"
