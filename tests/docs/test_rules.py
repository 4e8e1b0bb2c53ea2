"""The pages of rules are what data and tests say."""

from scripts.rules import FOLDER, cases, pages

from comity.files.instruments import shipped


def test_the_pages_of_rules_are_what_data_and_tests_say() -> None:
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    assert there == pages(), "run `make reference`"


def test_every_rule_stands_once_on_the_page_of_its_instrument() -> None:
    made = pages()
    for instrument in shipped().instruments.values():
        for key in instrument.rules:
            assert made[f"{instrument.key}.md"].count(f"| `{key}` |") == 1


def test_every_case_that_breaches_a_rule_is_named_beside_one() -> None:
    text = "".join(pages().values())
    for told in cases().values():
        for name in told:
            assert name in text
