"""Vectors and probes name the rules that they show; each rule is named by one of them."""

import re
import tomllib
from typing import Any

from tests.conform.unseen import seen
from tests.conftest import REPOSITORY
from tests.spec.named import VECTORS, files, named, places, rules, table, verdicts
from tests.walks import every

from comity.spec.claims import requirements

MUSTS = [one for one in requirements(REPOSITORY / "spec") if one.level.startswith("MUST")]
DUE = [one.id for one in MUSTS if not one.inside]


def probed() -> set[str]:
    """Return the rules that probes of the kit show, of those that our node has kept in a test."""
    return {rule for probe in seen() for rule in probe.requirements}


def shown() -> set[str]:
    return {
        rule
        for _, content in files()
        for vector in content["vectors"]
        for rule in vector.get("requirements", ())
    }


def test_every_rule_that_a_vector_names_exists() -> None:
    assert shown() <= places().keys()


@every(("file", "content"), files, ids=lambda value: value if isinstance(value, str) else "")
def test_a_vector_names_the_rules_that_the_table_gives_it(
    file: str, content: dict[str, Any]
) -> None:
    assert content == named(file, content)


def test_every_line_of_the_table_fits_a_vector() -> None:
    contents = dict(files())
    for file, rows in table().items():
        vectors = contents[file]["vectors"]
        for verdict in rows.get("expect", {}):
            assert any(verdict in verdicts(vector) for vector in vectors), (file, verdict)
        for expression in rows.get("names", {}):
            fits = any(re.match(expression, vector["name"]) for vector in vectors)
            assert fits, (file, expression)


def test_a_rule_that_does_not_exist_is_seen() -> None:
    vector = {"name": "an object", "expect": "ok"}
    assert rules("envelope/canonical.json", vector) == ["C-3-02"]
    assert rules("bundle/short.json", vector) == []


def test_each_rule_is_named_by_a_vector_or_a_probe() -> None:
    found = shown() | probed()
    assert len(DUE) > 400
    assert [rule for rule in DUE if rule not in found] == []


def test_the_vectors_are_where_they_are_looked_for() -> None:
    assert {file.split("/")[0] for file, _ in files()} == {
        path.name for path in VECTORS.iterdir() if path.is_dir()
    }


# ------------------------------------------------------------------ what nobody sees from outside

INSIDE = REPOSITORY / "tests" / "spec" / "inside.toml"
MOST_INSIDE = 40
"""How many rules are marked so. A rule that a vector or a probe can show is not among them."""


def shown_inside() -> dict[str, str]:
    """Return the test of our own implementation that shows each rule of the inside."""
    return tomllib.loads(INSIDE.read_text(encoding="utf-8"))


def test_each_rule_of_the_inside_names_a_test_of_ours() -> None:
    named_there = shown_inside()
    marked = [one.id for one in requirements(REPOSITORY / "spec") if one.inside]
    assert list(named_there) == marked
    assert len(marked) <= MOST_INSIDE


@every(("rule", "test"), lambda: shown_inside().items())
def test_the_test_of_a_rule_of_the_inside_is_there(rule: str, test: str) -> None:
    file, _, function = test.partition("::")
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    assert f"\ndef {function}(" in text, rule


def test_what_a_vector_or_a_probe_shows_is_not_of_the_inside() -> None:
    assert shown_inside().keys() & (shown() | probed()) == set()
