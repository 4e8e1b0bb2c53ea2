"""Every error has one stable code of its own and an entry in the manual."""

import ast
import re
from collections import Counter

from scripts.errors import PAGE, answered_codes, error_classes, fault, page
from tests.repository.sources import modules, tree
from tests.walks import every

from comity.exchange.faults import MEMBER_CODES
from comity.node.web.problem_codes import ANSWERS

KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def test_no_two_errors_share_a_code() -> None:
    counts = Counter(error.code for error in error_classes())
    assert [code for code, number in counts.items() if number > 1] == []


def test_a_code_stands_in_the_head_of_its_class() -> None:
    found = [
        node.name
        for path in modules()
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
        for line in map(ast.unparse, node.body)
        if line.startswith(("code =", "code:"))
    ]
    assert found == ["ComityError"], 'write class NameError(Parent, code="name")'


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
    codes = {error.code for error in error_classes()} | set(ANSWERS) | set(MEMBER_CODES)
    assert sorted(codes - listed) == [], "missing: run `make reference`"
    assert sorted(listed - codes) == [], "no longer in the source: run `make reference`"


@every("code", sorted(answered_codes()))
def test_every_code_that_an_answer_carries_is_explained(code: str) -> None:
    known = {error.code for error in error_classes()} | set(ANSWERS)
    assert code in known, f"{answered_codes()[code]}: add it to comity.node.web.problem_codes"


def test_the_codes_of_answers_are_found_and_each_is_in_use() -> None:
    found = answered_codes()
    assert {"request-malformed", "not-here", "method", "not-signed-in", "token-scope"} <= set(found)
    assert sorted(set(ANSWERS) - set(found)) == []
    assert not set(ANSWERS) & {error.code for error in error_classes()}
    assert list(ANSWERS) == sorted(ANSWERS)


def test_the_manual_is_what_the_source_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(error_classes()), "run `make reference`"
