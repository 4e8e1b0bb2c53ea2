"""A request that is wrong is answered by the caller's own names, a rule in words and a code."""

import json
from typing import Any

import pytest
from django.http import RawPostDataException
from django.test import RequestFactory
from tests.api.nodes import Pair

from comity.demo.world import ASKED
from comity.docket.acts import ACTS
from comity.docket.errors import EntryMalformedError
from comity.node.site.openapi import StrictParser, api
from comity.node.web.malformed_requests import standing_at

MOMENTS = (
    "later",
    5,
    "5",
    "",
    "2026-12-01T00:00:00",
    "2026-12-01",
    "2026-02-30T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
)
"""What is no moment, each in a way of its own."""
TEXT = {"lang": "en", "text": "Keep one mailbox."}
NOBODY = {"Authorization": "Bearer x"}
CALL = {"act": "call.called-back", "said": {}}


def refused(pair: Pair, method: str, path: str, **more: Any) -> dict[str, Any]:
    answer = pair.asking.call(more.pop("who", "duty"), method, path, **more)
    told: dict[str, Any] = answer.json()
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert told["code"] == "request-malformed"
    for inside in (b"wanted", b"string_", b"_type", b"_parsing", b"_forbidden", b"_error", b"loc"):
        assert inside not in answer.content, answer.text
    return told


@pytest.mark.parametrize(
    ("path", "body", "wanted"),
    [
        ("/calls", {}, ("missing", "/said", "is missing")),
        (
            "/shifts/hand-over",
            {"to": "", "notes": TEXT},
            ("too-short", "/to", "must have at least 1 character"),
        ),
        (
            "/shifts/hand-over",
            {"to": "x" * 65, "notes": TEXT},
            ("too-long", "/to", "must have at most 64 characters"),
        ),
        ("/calls", {"said": []}, ("wrong-type", "/said", "must be an object")),
        ("/calls", {"said": {}, "case": 7}, ("wrong-type", "/case", "must be text")),
        (
            "/calls",
            {"said": {}, "back": {**CALL, "act": "call.ended"}},
            ("unknown-value", "/back/act", "must be one of 'call.called-back', 'call.tried'"),
        ),
        (
            "/calls",
            {"said": {}, "back": {**CALL, "a/b": 1}},
            ("unknown-member", "/back/a~1b", "is not a known member; remove it"),
        ),
        *(
            (
                "/shifts",
                {"until": until},
                ("time-malformed", "/until", "must be a date and time that exist, with Z or an"),
            )
            for until in MOMENTS
        ),
        ("/shifts", [], ("wrong-type", "", "must be an object")),
    ],
)
def test_a_wrong_member_is_named_by_its_pointer(
    pair: Pair, path: str, body: Any, wanted: tuple[str, str, str]
) -> None:
    told = refused(pair, "POST", path, json=body)
    (one,) = told["errors"]
    assert (one["code"], one["pointer"]) == wanted[:2]
    assert one["detail"].startswith(wanted[2])
    assert told["detail"] == f"{wanted[1] or 'the body'} {one['detail']}"


def test_a_wrong_parameter_is_named_as_it_is_in_the_query(pair: Pair) -> None:
    told = refused(pair, "GET", "/watch?since=soon")
    example = "must be a date and time that exist, with Z or an offset, as 2026-11-29T08:00:00Z"
    wanted = {"code": "time-malformed", "detail": example, "parameter": "since"}
    assert told["errors"] == [wanted]
    assert told["detail"].startswith("parameter since must be a date and time")


@pytest.mark.parametrize(
    ("address", "parameter", "example"),
    [
        ("/watch?since=5", "since", "as 2026-11-29T08:00:00Z"),
        ("/privacy/due?on=today", "on", "as 2026-11-29T08:00:00Z"),
        ("/assistance?due=today", "due", "as 2026-11-29T08:00:00Z"),
        ("/search?q=x&since=tomorrow", "since", "as 2026-11-29"),
        ("/search?q=x&until=5", "until", "as 2026-11-29"),
        ("/audit?since=2026-11-29T08:00:00Z", "since", "as 2026-11-29"),
        ("/shifts?day=today", "day", "as 2026-11-29"),
        ("/calls?day=2026-02-30", "day", "as 2026-11-29"),
    ],
)
def test_a_day_or_moment_that_is_none_has_one_code_and_an_example(
    pair: Pair, address: str, parameter: str, example: str
) -> None:
    who = "auditor" if address.startswith("/audit") else "author"
    (one,) = refused(pair, "GET", address, who=who)["errors"]
    assert (one["code"], one["parameter"]) == ("time-malformed", parameter)
    assert one["detail"].endswith(example)


@pytest.mark.parametrize(("who", "address"), [("author", "/search?q=x&"), ("auditor", "/audit?")])
def test_a_period_that_ends_before_it_begins_is_refused(pair: Pair, who: str, address: str) -> None:
    days = "since=2026-11-29&until=2026-11-28"
    (one,) = refused(pair, "GET", address + days, who=who)["errors"]
    assert (one["code"], one["parameter"]) == ("moment-order", "until")


def test_a_parameter_that_an_address_does_not_take_is_refused(pair: Pair) -> None:
    told = refused(pair, "GET", "/cases?Partner=za&since=SECRET&after=")
    assert [(one["code"], one["parameter"]) for one in told["errors"]] == [
        ("unknown-parameter", "Partner"),
        ("unknown-parameter", "since"),
    ]
    assert told["errors"][0]["detail"].endswith("known are: after, partner, state, text")
    assert "SECRET" not in json.dumps(told)
    (one,) = refused(pair, "GET", "/me?lang=fr")["errors"]
    assert one["detail"].endswith("it takes none")
    pair.asking.ok("duty", "GET", "/mail?all=true&after=")  # all: not the name in the code
    assert pair.asking.call("duty", "GET", "/me?lang=fr", headers=NOBODY).status_code == 401


def test_the_parameters_of_every_operation_are_known_by_its_address_in_django() -> None:
    routes = {f"api/v1/{one.pattern}" for one in api.urls[0]}
    known = {route for _, route in api.queries()}
    assert known <= routes
    assert routes - known == {"api/v1/openapi.json", "api/v1/"}


def test_a_moment_of_a_paper_is_refused_by_the_same_rule(pair: Pair) -> None:
    at = "/mail?name=x&channel=post&sender=y&dated=&received_at=soon"
    (one,) = refused(pair, "POST", at, who="author", content=b"x")["errors"]
    assert (one["code"], one["parameter"]) == ("time-malformed", "received_at")
    letter = {"channel": "post", "to": "x", "posted_at": "yesterday"}
    told = refused(pair, "POST", f"/messages/sha256:{64 * 'a'}/posted", who="author", json=letter)
    assert [(one["code"], one["pointer"]) for one in told["errors"]] == [
        ("time-malformed", "/posted_at")
    ]


def test_a_day_that_is_left_empty_narrows_nothing(pair: Pair) -> None:
    pair.asking.ok("duty", "GET", "/calls?day=")


def test_all_that_is_wrong_is_told_at_once_and_no_value_comes_back(pair: Pair) -> None:
    body = {"to": "SECRET" * 20, "notes": {"text": 4711}}
    told = refused(pair, "POST", "/shifts/hand-over", json=body)
    assert [one["pointer"] for one in told["errors"]] == ["/to", "/notes/text"]
    assert told["detail"].endswith("(and 1 more: see errors)")
    assert not any(value in json.dumps(told) for value in ("SECRET", "4711"))


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"case":\n "",\n "x" 4711}', "the body cannot be read: not JSON: line 3, column 6"),
        (b'{"said": ', "the body cannot be read: not JSON: line 1, column 10"),
        (b'"\xff"', "the body cannot be read: not UTF-8: byte 2"),
        (b'"\\ud800"', "the body cannot be read: a string holds an unpaired surrogate"),
        (b"[" * 40, "the body cannot be read: nested deeper than 32"),
        (b"[NaN]", "the body cannot be read: NaN is no JSON"),
        (b'{"said": {"a": [{}, {"b/c": 1, "b/c": 2}]}}', "/said/a/1/b~1c is named twice; send"),
        (b'{"said": {"a": [0, 1.5]}}', "/said/a/1 must be a whole number, without fraction and"),
        (b'{"said": 1e3, "case": 2.0}', "/said must be a whole number, without fraction and"),
        (b'{"said": 9007199254740992}', "/said must be at most 9007199254740991 away from"),
    ],
)
def test_a_body_that_cannot_be_read_says_what_breaks_it_and_where(
    pair: Pair, body: bytes, detail: str
) -> None:
    told = refused(pair, "POST", "/calls", content=body)
    assert (told["status"], told["detail"][: len(detail)]) == (400, detail)
    pointer = detail.split(maxsplit=1)[0]
    if pointer.startswith("/"):
        assert told["errors"][0]["pointer"] == pointer
    assert "4711" not in json.dumps(told)


@pytest.mark.parametrize("more", [{"data": {"said": "x"}}, {"files": {"said": b"x"}}])
def test_a_form_is_told_which_type_is_expected(pair: Pair, more: dict[str, Any]) -> None:
    answer = pair.asking.call("duty", "POST", "/calls", **more)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (415, "media-type")
    assert "Content-Type: application/json" in told["detail"]


def test_a_form_from_a_browser_is_told_so_too(rf: RequestFactory) -> None:
    request = rf.post("/api/v1/calls", {"csrfmiddlewaretoken": "x"})
    assert request.POST, "the fields are read for the CSRF token, and the body is gone"
    with pytest.raises(RawPostDataException) as fault:
        StrictParser().parse_body(request)
    assert api.on_exception(request, fault.value).status_code == 415


SLIP: dict[str, Any] = {"to": "Unit 4", "task": TEXT, "due": None}
LATE = {"until": "2001-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("path", "body", "code", "wanted"),
    [
        (
            "/docket",
            {
                "act": "referral.sent",
                "said": {**SLIP, "task": {"lang": "en"}, "x/y": 1, "due": "?"},
            },
            "docket-malformed",
            {
                "/said/task/text": "missing",
                "/said/due": "time-malformed",
                "/said/x~1y": "unknown-member",
            },
        ),
        (
            "/calls",
            {"said": {"caller": ""}},
            "docket-malformed",
            {"/said/caller": "too-short", "/said/office": "missing", "/said/party": "missing"},
        ),
        ("/docket", {"act": "no.act", "said": {}}, "docket-act-unknown", {"/act": "unknown-value"}),
        ("/shifts", LATE, "moment-order", {"/until": "moment-order"}),
        (
            "/drafts",
            {"type": "request.submitted", "to": [ASKED], "sections": {}},
            "body-malformed",
            {"/sections/request": "missing"},
        ),
        (
            "/drafts",
            {
                "type": "information.shared",
                "to": [ASKED],
                "sections": {"information": {"summary": {"lang": "en"}, "confidential": "no"}},
            },
            "body-malformed",
            {
                "/sections/information/summary/text": "missing",
                "/sections/information/confidential": "wrong-type",
                "/sections/information/purpose_limit": "missing",
            },
        ),
        (
            "/drafts",
            {"type": "consultation.note", "to": [ASKED], "sections": {"weather": {}}},
            "body-malformed",
            {"/sections/weather": "unknown-member"},
        ),
    ],
)
def test_what_an_act_or_a_section_says_wrong_is_named_by_its_pointer(
    pair: Pair, path: str, body: Any, code: str, wanted: dict[str, str]
) -> None:
    answer = pair.asking.call("author", "POST", path, json=body)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, code), answer.text
    found = {one["pointer"]: one["code"] for one in told["errors"]}
    assert wanted.items() <= found.items(), answer.text


def test_an_act_that_is_not_there_is_answered_by_all_that_are(pair: Pair) -> None:
    body = {"act": "nobody.knows", "said": {}}
    (one,) = pair.asking.call("duty", "POST", "/docket", json=body).json()["errors"]
    assert set(one["detail"].removeprefix("must be one of ").split(", ")) == set(ACTS)


def test_how_a_call_back_went_is_named_apart_from_the_call() -> None:
    fault = EntryMalformedError("x", act="call.tried", faults=[{"type": "missing", "loc": ("at",)}])
    with (
        pytest.raises(EntryMalformedError),
        standing_at("said", act="call.taken"),
        standing_at("back", "said", act="call.tried"),
    ):
        raise fault
    assert fault.facts["at"] == ("back", "said")
