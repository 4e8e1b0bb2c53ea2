"""The page of the docket is what the table of acts says."""

from scripts.docket import PAGE, page

from comity.docket import ACTS


def test_the_page_of_the_docket_is_what_the_table_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make reference`"


def test_every_act_stands_on_it_once() -> None:
    for name in ACTS:
        assert page().count(f"| `{name}` |") == 1
