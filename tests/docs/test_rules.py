"""The page of rules is what data and tests say."""

from scripts.rules import PAGE, cases, page

from comity.files.instruments import shipped


def test_the_page_of_rules_is_what_data_and_tests_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make reference`"


def test_every_rule_stands_on_it_once() -> None:
    text = page()
    for instrument in shipped().instruments.values():
        for key in instrument.rules:
            assert text.count(f"| `{key}` |") == 1


def test_every_case_that_breaches_a_rule_is_named_beside_one() -> None:
    text = page()
    for told in cases().values():
        for name in told:
            assert name in text
