"""What limits evidence: set, accepted or refused by whom, and which consent is for which use."""

from typing import Any

import pytest

from comity.canonical import PeerError
from comity.evidence import limits
from comity.evidence.limits import ONWARD, Limits, Told, limits_of, parse_limit
from comity.exchange.types import MOVES

TEXT = {"lang": "en", "text": "Only in this case."}


def told(message_type: str, content: str, about: str | None = None, **sections: Any) -> Told:
    return Told(type=message_type, content=content, author="bb/x", about=about, sections=sections)


def conditions(content: str, *kinds: str) -> Told:
    rows = [{"kind": kind, "text": TEXT} for kind in kinds]
    return told("conditions.set", content, conditions={"conditions": rows})


def asked(content: str, purpose: str = ONWARD, to: str | None = "cc/x") -> Told:
    use = {"purpose": purpose, "to": to, "reasons": TEXT}
    return told("use.consent-asked", content, use=use)


def given(content: str, about: str) -> Told:
    return told("use.consent-given", content, about)


def refused(content: str, about: str) -> Told:
    return told("use.consent-refused", content, about)


def kinds(found: Limits) -> list[tuple[str, str]]:
    return [(one.kind, one.standing) for one in found.limits]


def test_a_type_that_limits_is_a_type_of_the_protocol() -> None:
    assert set(MOVES) >= limits.TYPES


def test_a_conversation_without_conditions_limits_nothing() -> None:
    found = limits_of([told("request.submitted", "r", request={"confidential": False})])
    assert not found.restricts


def test_a_condition_says_who_set_it_by_which_message_in_which_words() -> None:
    (one,) = limits_of([conditions("c", "use-limitation")]).limits
    assert (one.kind, one.source, one.by) == ("use-limitation", "c", "bb/x")
    assert (one.lang, one.text, one.standing) == ("en", "Only in this case.", "set")


@pytest.mark.parametrize(("answer", "binds"), [("accepted", True), ("refused", False)])
def test_an_answer_counts_for_the_conditions_it_is_about_and_no_others(
    answer: str, binds: bool
) -> None:
    found = limits_of(
        [
            conditions("a", "return"),
            conditions("b", "other"),
            told(f"conditions.{answer}", "d", "a"),
        ]
    )
    assert kinds(found) == [("return", answer), ("other", "set")]
    assert [one.binds for one in found.limits] == [binds, True]
    assert found.restricts  # what was refused is still told


def test_confidentiality_and_a_purpose_limit_are_limits_too() -> None:
    shared = {"summary": TEXT, "confidential": True, "purpose_limit": TEXT}
    found = limits_of(
        [
            told("request.submitted", "r", request={"confidential": True}),
            told("information.shared", "i", information=shared),
        ]
    )
    assert [(one.kind, one.source) for one in found.limits] == [
        ("confidentiality", "r"),
        ("confidentiality", "i"),
        ("use-limitation", "i"),
    ]


def test_an_erased_condition_is_still_told_of() -> None:
    (one,) = limits_of([told("conditions.set", "c")]).limits
    assert (one.kind, one.text, one.binds) == ("other", "", True)


def test_consent_is_for_the_purpose_and_the_party_that_were_asked_for() -> None:
    found = limits_of([asked("q"), given("g", "q")])
    assert found.consented(ONWARD, to="cc/x")
    assert not found.consented(ONWARD, to="dd/x")
    assert not found.consented("other-proceedings", to="cc/x")
    assert not found.consented(ONWARD)


@pytest.mark.parametrize(
    "messages",
    [
        [asked("q")],
        [asked("q"), refused("n", "q")],
        [asked("q"), given("g", "another")],
        [asked("q", to=None), given("g", "q")],
        [asked("q", purpose="public"), given("g", "q")],
        [told("use.consent-asked", "q"), given("g", "q")],
        [given("g", "q")],
        [asked("q"), asked("p"), given("g", "q"), refused("n", "p")],
    ],
    ids=[
        "asked",
        "refused",
        "given about something else",
        "given for nobody",
        "given for another purpose",
        "erased",
        "never asked",
        "taken back",
    ],
)
def test_there_is_no_consent(messages: list[Told]) -> None:
    assert not limits_of(messages).consented(ONWARD, to="cc/x")


def test_consent_after_a_refusal_counts() -> None:
    found = limits_of([asked("q"), asked("p"), refused("n", "q"), given("g", "p")])
    assert found.consented(ONWARD, to="cc/x")


def test_a_notice_is_known_whatever_came_back() -> None:
    found = limits_of([asked("q", purpose="exculpatory", to=None)])
    assert found.noticed("exculpatory")
    assert not found.noticed("public")


# ------------------------------------------------------------------ in files

LIMIT = {
    "by": "za/central-authority",
    "kind": "return",
    "lang": "en",
    "source": "sha256:" + "ab" * 32,
    "standing": "set",
    "text": "By June.",
}


def test_a_limit_comes_back_from_a_file_as_it_was() -> None:
    assert parse_limit(LIMIT).to_value() == LIMIT


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "free"},
        {"standing": "asked"},
        {"source": "sha256:ab"},
        {"by": "South Africa"},
        {"text": "x" * 40_001},
        {"lang": "x" * 61},
        {"text": None},
        {"more": "x"},
    ],
)
def test_what_is_no_limit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(PeerError):
        parse_limit({**LIMIT, **changes})
