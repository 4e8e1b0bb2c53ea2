"""The page of severities is what the table says."""

from scripts.severity import PAGE, page


def test_the_page_of_severities_is_what_the_table_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make reference`"
