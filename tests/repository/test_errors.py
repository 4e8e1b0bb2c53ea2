"""Every error has one stable code of its own and an entry in the manual."""

import re
from collections import Counter

from scripts.errors import PAGE, error_classes, fault, page

KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def test_no_two_errors_share_a_code() -> None:
    counts = Counter(error.code for error in error_classes())
    assert [code for code, number in counts.items() if number > 1] == []


def test_a_code_is_kebab_case() -> None:
    assert [error.code for error in error_classes() if not KEBAB.fullmatch(error.code)] == []


def test_an_error_says_what_it_means() -> None:
    assert [error.name for error in error_classes() if not error.meaning] == []


def test_every_error_says_whose_fault_it_is() -> None:
    errors = error_classes()
    unclear = [error.name for error in errors if fault(error, errors) == "any"]
    assert unclear == ["ComityError"]


def test_the_manual_lists_every_code_and_no_other() -> None:
    listed = set(re.findall(r"^\| `([^`]+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    codes = {error.code for error in error_classes()}
    assert sorted(codes - listed) == [], "missing: run `make reference`"
    assert sorted(listed - codes) == [], "no longer in the source: run `make reference`"


def test_the_manual_is_what_the_source_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(error_classes()), "run `make reference`"
