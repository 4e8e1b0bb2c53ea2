"""A redaction says what is withheld, why and by which decision; what it names must be there."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bundle.makers import (
    DECIDED,
    EXHIBIT,
    claims,
    found,
    judged,
    redacted_bundle,
    redacted_path,
    whole_bundle,
    whole_story,
)

from comity.bundle import Withheld, layout
from comity.bundle.errors import RedactionError, RedactionUnmetError
from comity.bundle.redaction import MAX_BYTES, Redactor, Rule, named_sections, parse_redaction
from comity.canonical import digest_text
from comity.evidence.offer import Offer, parse_offer

FILE = """
reason = "names a minor"

[decision]
authority = "Court of Appeal"
date = 2026-02-27
number = "no. 7"

[[withhold]]
sections = ["subject"]

[[withhold]]
exhibit = "01958f3a-0000-7000-8000-000000000001"
files = ["data/mail.txt", "data/photos/*.jpg"]
reason = "a photograph of the victim"
"""
DECISION = "Court of Appeal, 2026-02-27, no. 7"


def offer() -> Offer:
    message = next(m for m in whole_bundle() if m.endswith("/offer.json"))
    return parse_offer(json.loads(whole_bundle()[message])["value"])


def test_a_redacted_copy_is_proved_and_lists_what_is_withheld_and_by_which_decision() -> None:
    report = judged(redacted_bundle())
    assert (report.verdict, found(report)) == ("intact", [])
    assert report.withheld[redacted_path()] == DECIDED
    assert report.value()["withheld"][redacted_path()] == {
        "decision": DECIDED.decision,
        "reason": DECIDED.reason,
    }
    assert len(report.withheld) == 2, "the file, and the package that it is sealed in"
    told = {one.facts["path"]: one.facts for one in claims(report, "evidence-withheld")}
    assert told[redacted_path()]["decision"] == DECIDED.decision


def test_the_tag_files_of_a_redacted_exhibit_still_name_every_file() -> None:
    folder = redacted_path().partition("/data/mail.txt")[0]
    manifest = redacted_bundle()[f"{folder}/manifest-sha256.txt"]
    assert manifest == whole_bundle()[f"{folder}/manifest-sha256.txt"]


def test_a_redaction_is_read_from_toml_and_from_json() -> None:
    rules = parse_redaction(FILE.encode(), toml=True)
    exhibit = "01958f3a-0000-7000-8000-000000000001"
    assert rules == (
        Rule(why=Withheld("names a minor", DECISION), sections=("subject",)),
        Rule(
            why=Withheld("a photograph of the victim", DECISION),
            exhibit=exhibit,
            files=("data/mail.txt", "data/photos/*.jpg"),
        ),
    )
    value = {
        "reason": "names a minor",
        "decision": {"authority": "Court of Appeal", "date": "2026-02-27", "number": "no. 7"},
        "withhold": [{"sections": ["subject"]}],
    }
    assert parse_redaction(json.dumps(value).encode(), toml=False) == rules[:1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('authority = "Court of Appeal"\n', ""),
        ('number = "no. 7"', "number = 7"),
        ('number = "no. 7"', 'number = " "'),
        ("date = 2026-02-27", 'date = "last spring"'),
        ('reason = "names a minor"\n', ""),
        ('sections = ["subject"]', "sections = []"),
        ('sections = ["subject"]', 'sections = "subject"'),
        ('sections = ["subject"]', 'sections = ["subject"]\nexhibit = "x"'),
        ('exhibit = "01958f3a-0000-7000-8000-000000000001"\n', ""),
        ("[[withhold]]", "[[withold]]"),
        ("[decision]", "[decisions]"),
        ('reason = "a photograph', 'reasons = "a photograph'),
        ("sections", "section"),
        ("[decision]", "[decision"),
        ("Court of Appeal", "C" * 2000),
    ],
)
def test_a_redaction_that_leaves_something_open_is_refused(old: str, new: str) -> None:
    assert old in FILE
    with pytest.raises(RedactionError):
        parse_redaction(FILE.replace(old, new).encode(), toml=True)


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{}", b"1", bytes(MAX_BYTES + 1)])
@pytest.mark.parametrize("toml", [True, False])
def test_what_is_no_redaction_is_refused(data: bytes, toml: bool) -> None:
    with pytest.raises(RedactionError):
        parse_redaction(data, toml=toml)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["decision", "withhold", "files", "exhibit", "reason"]), x
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused_as_a_redaction(value: Any) -> None:
    with pytest.raises(RedactionError):
        parse_redaction(json.dumps(value).encode(), toml=False)


WHY = Withheld("why", DECISION)


def rules(**more: Any) -> tuple[Rule, ...]:
    return (Rule(why=WHY, **more),)


def test_a_section_is_withheld_everywhere_by_name_or_in_one_message() -> None:
    everywhere = Redactor(rules(sections=("subject",)))
    assert everywhere.section("sha256:aa", "subject") == WHY
    assert everywhere.section("sha256:aa", "grounds") is None
    once = Redactor(rules(sections=("sha256:aa/subject",)))
    assert once.section("sha256:bb", "subject") is None
    assert once.section("sha256:aa", "subject") == WHY


@pytest.mark.parametrize("name", [EXHIBIT, digest_text(offer().root)], ids=["identifier", "root"])
def test_an_exhibit_is_named_by_identifier_or_root(name: str) -> None:
    redactor = Redactor(rules(exhibit=name, files=("data/mail.txt",)))
    assert redactor.package(offer()) == WHY, "the sealed package holds the file"
    assert not redactor.whole(offer())
    assert redactor.file(offer(), "data/mail.txt") == WHY
    assert redactor.file(offer(), "data/other.txt") is None
    redactor.check_met()


def test_a_pattern_meets_files_and_a_plain_name_with_brackets_meets_itself() -> None:
    redactor = Redactor(rules(exhibit=EXHIBIT, files=("data/*.jpg", "data/a[1].txt")))
    assert redactor.file(offer(), "data/photos/1.jpg") == WHY
    assert redactor.file(offer(), "data/a[1].txt") == WHY
    assert redactor.file(offer(), "data/photos/1.JPG") is None


@pytest.mark.parametrize(
    "more",
    [
        {"sections": ("subject", "sobject")},
        {"exhibit": EXHIBIT},
        {"exhibit": EXHIBIT, "files": ("data/nail.txt",)},
        {"exhibit": "01958f3a-0000-7000-8000-00000000ffff", "files": ("data/mail.txt",)},
    ],
)
def test_a_rule_that_meets_nothing_stops_the_export(more: dict[str, Any]) -> None:
    redactor = Redactor(rules(**more))
    redactor.section("sha256:aa", "subject")
    redactor.file(offer(), "data/mail.txt")
    with pytest.raises(RedactionUnmetError) as raised:
        redactor.check_met()
    assert "mail" not in str(raised.value)


def test_sections_named_on_the_command_line_are_withheld_by_nobodys_decision() -> None:
    assert named_sections((), "why") == ()
    assert named_sections(["subject"], "why") == (Rule(why=Withheld("why"), sections=("subject",)),)


def test_only_what_the_rest_verifies_without_may_be_withheld() -> None:
    paths = whole_bundle()
    allowed = {layout.kind_of(path) for path in paths if layout.may_be_withheld(path)}
    assert {kind and kind.value for kind in allowed} == {
        "custody",
        "exhibit",
        "package",
        "receipt",
        "section",
    }
    assert whole_story().events
