"""Every error that a page may name is told in words; no code stands alone."""

import re
import tomllib
from pathlib import Path

import pytest
from django.utils.translation import override
from scripts.messages import LANGUAGES, NODE

from comity.canonical import ComityError
from comity.directory import errors
from comity.node.core.partner_http import refusal
from comity.node.templatetags.desk import fault
from comity.node.web import error_labels, labels

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "errors.md"
CODES = re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
BORROWED_WORDS = re.compile(r"\|\s*(timesince|timeuntil|naturaltime|naturalday|filesizeformat)\b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_of_the_list_is_told_in_words(language: str) -> None:
    assert len(CODES) > 500
    with override(language):
        alone = [code for code in CODES if len(labels.fault(code).split()) < 2]
    if language == "zh-hans":  # words are not parted there
        alone = [code for code in alone if code == labels.fault(code)]
    assert alone == []


OF_PAGES = {"code-unknown", "partner-heard", "sign-in-answer", "sign-in-unlinked"}
"""What a page says by a code of its own, where no error was raised."""


def test_every_error_that_has_words_is_one_of_the_list() -> None:
    """A word under a code that nothing raises is read by nobody, and its error goes untold."""
    told = {
        code
        for path in NODE.rglob("labels.toml")
        for table, labels_of in tomllib.loads(path.read_text("utf-8")).items()
        if re.fullmatch(r"(.+-)?fault", table)
        for code in labels_of
    }
    assert told - set(CODES) == OF_PAGES


def test_no_error_is_told_in_two_ways() -> None:
    told = [code for table in error_labels.tables() for code in table]
    assert sorted({code for code in told if told.count(code) > 1}) == []


def test_a_message_that_a_partner_refused_does_not_say_that_it_is_asked_again() -> None:
    with override("ar"):
        told = fault("partner-refused: sent-ahead")
    assert "sent-ahead" not in told
    with override("en"):
        told = fault("partner-refused: sent-ahead")
    assert told == (
        "The partner authority's node rejected the message. The date is more than "
        "five minutes ahead of this node's clock. Check both clocks."
    )


def test_a_code_that_a_partner_made_up_is_not_repeated() -> None:
    found = refusal(400, b'{"code":"<b>call-me</b>"}')
    assert labels.fault(f"{found.code}: {found.facts['said']}") == (
        "The partner authority's node rejected the message. The partner "
        "authority's node returned an unknown error code."
    )


def test_an_error_without_words_of_its_own_names_its_code_and_who_helps() -> None:
    assert labels.fault("tile-mismatch") == (
        "Error tile-mismatch. Report this code to your operator."
    )


NO_SENTENCE = {
    "directory-folder": "of a folder, told by the commands",
    "directory-unreachable": "of a repository, told by the commands",
    "handover-malformed": "of the whole file, which is named in its place",
    "reset-too-early": "of a command of key holders",
    "reset-unknown": "of a command of key holders",
    "trust-malformed": "of the whole file, which is named in its place",
    "tuf-foreign-path": "of a repository, told by the commands",
    "tuf-refused": "of a repository, told by the commands",
}
"""The errors of the directory that no record is refused for."""


def test_a_refused_record_of_a_partner_is_told_in_words_and_what_to_do() -> None:
    codes = {
        one.code
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, ComityError) and "code" in vars(one)
    }
    codes -= {"misuse", "operation", "peer", *NO_SENTENCE}
    raw = {code for code in codes if code in labels.fault(code)}
    assert not raw


@pytest.mark.parametrize("said", ["", "Bitte warten", "<b>x</b>", "A-b", "a--b", "7"])
def test_what_is_no_code_is_left_as_it_is(said: str) -> None:
    assert labels.fault(said) == said


def test_no_page_takes_words_that_a_library_may_not_have_in_every_language() -> None:
    found = {
        path.name: match.group()
        for path in NODE.rglob("*.html")
        for match in BORROWED_WORDS.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == {}
    assert BORROWED_WORDS.search("{{ one.made_at|timesince }}")
