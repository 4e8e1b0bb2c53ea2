"""What `comity law check` says about facts that contradict themselves or deceive the eye."""

from pathlib import Path

import pytest
from tests.cli.lawful import law, told

from comity.instruments import LANGUAGES

HEAD = 'instrument = "un-2024"\nmeasure = "preservation"\nstep = "draft"\n[facts]\n'


def facts_file(folder: Path, facts: str) -> Path:
    file = folder / "facts.toml"
    file.write_text(HEAD + facts, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("facts", "code", "fact", "other"),
    [
        ('case.offence = "wizardry"', "offence-unknown", "case.offence", ""),
        (
            'case.offence = "system-interferense"',
            "offence-unknown",
            "case.offence",
            "system-interference",
        ),
        (
            'case.offence = "grooming"\ncase.scope = "other"',
            "offence-outside",
            "case.offence",
            "case.scope",
        ),
        (
            "request.period_start = 2026-05-02T00:00:00Z\n"
            "request.period_end = 2026-05-01T23:59:59Z",
            "ends-before-it-begins",
            "request.period_end",
            "request.period_start",
        ),
        ("case.max_penalty_years = -1", "below-zero", "case.max_penalty_years", ""),
        ('case.reference = "VN-\\u202E71"', "text-hidden", "case.reference", ""),
        ('case.subject = "Fraud by p\\u0430ypal"', "text-lookalike", "case.subject", ""),
    ],
)
def test_each_remark_names_the_fact_and_stops_nothing(
    tmp_path: Path, facts: str, code: str, fact: str, other: str
) -> None:
    file = facts_file(tmp_path, facts)
    found = told("check", file)["remarks"]
    assert [(one["code"], one["fact"], one["other"]) for one in found] == [(code, fact, other)]
    said = law("check", file).stdout
    assert f"{fact} [{code}]" in said
    assert "\u202e" not in said


def test_facts_in_order_have_no_remark(tmp_path: Path) -> None:
    facts = (
        'case.offence = "grooming"\ncase.scope = "convention-offence"\n'
        'case.facts = """One line,\n\tand another: Привет, 你好, سلام."""\n'
        "request.period_start = 2026-05-01T00:00:00Z\nrequest.period_end = 2026-05-01T00:00:00Z\n"
        "case.max_penalty_years = 0"
    )
    assert told("check", facts_file(tmp_path, facts))["remarks"] == []


def test_an_offence_of_another_treaty_is_known(tmp_path: Path) -> None:
    file = facts_file(tmp_path, 'case.offence = "bribery-of-national-officials"')
    assert told("check", file)["remarks"] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_remark_speaks_the_language_of_the_command(tmp_path: Path, lang: str) -> None:
    file = facts_file(tmp_path, 'case.offence = "wizardry"\ncase.max_penalty_years = -1')
    texts = [one["text"] for one in told("check", file, "--lang", lang)["remarks"]]
    english = [one["text"] for one in told("check", file)["remarks"]]
    assert len(texts) == len(english) == 2
    assert all((one == two) == (lang == "en") for one, two in zip(texts, english, strict=True))
    assert "wizardry" in "".join(texts)
