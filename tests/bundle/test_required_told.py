"""What is required and not proved: how many of how many, which, and why; in words and on paper."""

from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from typing import Any

import pytest
from tests.bundle.attack import flip_signature, rewritten
from tests.bundle.makers import judged, short_bundle, whole_bundle

from comity.bundle.verdict import Report
from comity.cli.court.verdict import lacking_lines
from comity.papers.verdict import Checked, verdict_box
from comity.papers.words import words
from comity.verifier.speech import Speech
from comity.verifier.tables import LANGUAGES


def told(report: Report, name: str, lang: str = "en") -> list[str]:
    failed = report.first_failure is not None
    return list(lacking_lines(report, [name], Speech(lang), failed=failed))


def test_how_many_are_proved_which_are_not_and_why_is_told() -> None:
    report = judged(whole_bundle())
    lacking = report.lacking("receipt")
    assert lacking
    count = sum(claim.name == "receipt" for claim in report.claims)
    first, second, why, *paths = told(report, "receipt")
    assert first == "Required to be proved, and not proved: receipt"
    assert second == f"  Proved: {count - len(lacking)} of {count}. Not proved:"
    assert why.startswith("    Attested: ")
    assert "no party of another State has signed" in why
    assert {line.strip() for line in paths} >= {str(one.facts["path"]) for one in lacking}


def test_no_such_claim_is_told_apart_from_one_that_is_not_proved() -> None:
    report = judged(short_bundle())
    assert told(report, "hand-over")[1:] == ["  There is no such claim here."]
    assert "There is no such claim" not in "".join(told(judged(whole_bundle()), "receipt"))


def test_nothing_is_said_of_claims_after_a_failed_step() -> None:
    files = short_bundle()
    path = next(path for path in files if path.startswith("data/messages/"))
    report = judged(rewritten(files, path, flip_signature))
    assert told(report, "receipt") == ["Required to be proved, and not proved: receipt"]


def test_the_examples_claim_is_met_by_an_honest_bundle() -> None:
    assert judged(whole_bundle()).lacking("message-signed") == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_paper_tells_it_in_the_box_of_the_verdict(lang: str) -> None:
    report = judged(short_bundle())
    lines = tuple(told(report, "hand-over", lang))
    box = verdict_box(
        Checked(report=report, statement=None, judged=None, required=lines),
        words(lang),
    )
    assert Speech(lang).word("lacking-none") in "".join(texts(box))


def texts(value: Any) -> Iterator[str]:
    """Yield every text of a block."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        yield from texts(asdict(value))
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in texts(part))
    elif isinstance(value, (list, tuple)):
        yield from (text for part in value for text in texts(part))
