"""Templates: each names only what exists, and an office's own is held to the same format."""

from typing import Any

import pytest

from comity.files.instruments import shipped
from comity.instruments import LANGUAGES, InstrumentError, Library, lint
from comity.instruments.templates import OWNER, initial, keys, templates

KINDS = {
    "bank-fraud",
    "business-email-compromise",
    "critical-infrastructure",
    "grooming",
    "hospital-ransomware",
    "illegal-access",
    "intimate-images",
    "payment-recall",
    "phishing-kit",
}
GOOD = """
confidence = "low"
urgency = "normal"
offences = []
measures = ["preservation"]
[facts]
"""


def office(text: str, name: str = "stalking") -> Library:
    """Return a library with one template of an office's own."""
    return Library({f"templates/{name}.toml": text.encode()})


def test_every_kind_of_case_that_officers_named_has_its_template() -> None:
    assert set(templates(shipped())) == KINDS


@pytest.mark.parametrize("key", sorted(KINDS))
def test_a_template_preserves_first_and_asks_whether_less_would_do(key: str) -> None:
    one = templates(shipped())[key]
    assert one.measures[0] == "preservation"
    assert "narrower" in one.prompts
    assert "follow-up" in one.forgotten
    assert one.identifiers
    assert one.questions


@pytest.mark.parametrize(
    ("key", "un", "coe"),
    [  # by hand, from the notes: articles 7 to 16, and 2 to 9
        ("hospital-ransomware", "10", "5"),
        ("grooming", "15", "9"),
        ("intimate-images", "16", ""),
        ("business-email-compromise", "13", "8"),
        ("bank-fraud", "13", "8"),
        ("critical-infrastructure", "10", "5"),
        ("illegal-access", "7", "2"),
        ("phishing-kit", "11", "6"),
        ("payment-recall", "13", "8"),
    ],
)
def test_the_likeliest_offence_stands_in_the_article_of_the_notes(
    key: str, un: str, coe: str
) -> None:
    one = templates(shipped())[key]
    for law, article in (("un-2024", un), ("coe-2001", coe)):
        offence = one.offence(law)
        cites = shipped().instruments[law].offences[offence].cite if offence else ("",)
        assert cites == (article,)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_of_the_templates_is_there_in_every_language(lang: str) -> None:
    assert keys(shipped()) == set(shipped().words(OWNER, lang).entries)


def test_only_the_recall_of_a_payment_counts_hours_and_as_policy() -> None:
    clocks = {key: one.clock for key, one in templates(shipped()).items() if one.clock}
    assert set(clocks) == {"payment-recall"}
    assert {step.key: step.hours for step in clocks["payment-recall"]} == {
        "report": 0,
        "bank-recall": 72,
        "fiu": 0,
        "freeze": 0,
    }


def test_the_form_begins_with_what_is_usual() -> None:
    found = templates(shipped())
    assert initial(found["grooming"]) == {"urgency": "urgent", "confidential": True}
    assert initial(found["phishing-kit"]) == {"urgency": "normal", "confidential": False}


def test_an_offices_own_template_is_taken() -> None:
    assert set(templates(office(GOOD))) == {"stalking"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('measures = ["preservation"]', 'measures = ["reading-minds"]'),
        ('measures = ["preservation"]', "measures = []"),
        ("offences = []", 'offences = ["un-2042 grooming"]'),
        ("offences = []", 'offences = ["grooming"]'),
        ('confidence = "low"', 'confidence = "certain"'),
        ('urgency = "normal"', 'urgency = "now"'),
        ('urgency = "normal"', 'urgency = "normal"\nverified = true'),
        ('urgency = "normal"', 'urgency = "normal"\nidentifiers = ["soul"]'),
        ('urgency = "normal"', 'urgency = "normal"\nquestions = ["case.colour"]'),
        ('urgency = "normal"', 'urgency = "normal"\nsee = ["nothing"]'),
        ('urgency = "normal"', 'urgency = "normal"\ncode = "x"'),
        ("[facts]", '[facts]\n"case.colour" = "red"'),
        ("[facts]", '[facts]\n"route.urgent" = "perhaps"'),
        ("[facts]", '[facts]\n[[clock]]\nkey = "recall"\nhours = 72'),
        ("[facts]", '[facts]\n[[clock]]\nkey = "recall"\nhours = -1\npolicy = true'),
        ("[facts]", '[facts]\n[[clock]]\nkey = "recall"\nhours = 99999\npolicy = true'),
        ("[facts]", "facts = 3"),
    ],
)
def test_a_template_that_names_what_is_not_there_is_refused(old: str, new: str) -> None:
    library = office(GOOD.replace(old, new))
    with pytest.raises(InstrumentError) as caught:
        templates(library)
    assert caught.value.facts["file"] == "templates/stalking.toml"
    found: list[Any] = [one for one in lint(library) if one.file == "templates/stalking.toml"]
    assert [one.code for one in found] == [caught.value.code]


def test_the_lint_names_texts_that_a_template_lacks() -> None:
    found = [one.key for one in lint(office(GOOD), languages=["en"]) if one.code != "text-missing"]
    assert "" in found  # templates/words/en.toml is not there at all
    assert {one.code for one in lint(shipped())} == set()
