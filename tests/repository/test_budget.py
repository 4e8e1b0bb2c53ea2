"""Each package keeps to its ceiling, and a ceiling follows what was made smaller."""

from pathlib import Path

from scripts.budget import Size, ceilings, count_statements, lower, sizes
from tests.repository.sources import tree

SLACK = 0.02
"""What a package may lie below its ceiling before the ceiling has to follow."""


def test_no_package_is_larger_than_its_budget() -> None:
    allowed = ceilings()
    above = [
        f"{package}: {size.statements} statements, {size.modules} modules; {allowed[package]}"
        for package, size in sizes().items()
        if size.statements > allowed[package][0] or size.modules > allowed[package][1]
    ]
    assert not above, "\n".join([*above, "make room in the same package, see CONTRIBUTING.md"])


def test_ceilings_follow_what_was_made_smaller() -> None:
    found = sizes()
    loose = [
        package
        for package, (statements, modules) in ceilings().items()
        if package not in found
        or found[package].statements < statements * (1 - SLACK) - 10
        or found[package].modules < modules
    ]
    assert not loose, f"{loose}: python -m scripts.budget --lower"


def test_a_ceiling_is_lowered_and_never_raised() -> None:
    text = '[tool.comity.budget]\n"a" = [9, 2]\n"b" = [9, 2]\n"gone" = [1, 1]\n\n[tool.x]\n'
    found = {"a": Size(5, (10,)), "b": Size(12, (10, 10, 10))}
    assert lower(text, found) == ('[tool.comity.budget]\n"a" = [5, 1]\n"b" = [9, 2]\n\n[tool.x]\n')


def test_imports_and_docstrings_are_not_counted(tmp_path: Path) -> None:
    module = tmp_path / "one.py"
    module.write_text('"""Text."""\nimport os\nX = 1\n"""Of X."""\ndef f():\n    return X\n')
    assert count_statements(tree(module)) == 3
