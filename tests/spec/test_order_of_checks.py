"""Section 16 says which checks a step makes, and which code each gives: every vector's is there."""

import json
import re

import pytest
from tests.repository.sources import REPOSITORY

from comity.bundle import errors

TEXT = (REPOSITORY / "spec" / "16-bundles.md").read_text("utf-8")
PART = TEXT.partition("## Order of checks")[2].partition("\n## ")[0]
CODE = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`")
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)


def codes(step: int) -> set[str]:
    """Return the codes that the table gives a step, with those of its two short names."""
    short = {
        name.lower(): set(CODE.findall(said))
        for name, said in re.findall(r"\*(Form|Key)\* stands for([^.*]+)\.", PART)
    }
    assert set(short) == {"form", "key"}
    found: set[str] = set()
    for number, said in ROW.findall(PART):
        if int(number) != step:
            continue
        found |= set(CODE.findall(said))
        for name, some in short.items():
            if re.search(rf"\b{name}\b", CODE.sub("", said)):
                found |= some
    return found


VECTORS = json.loads((REPOSITORY / "vectors" / "bundle" / "vectors.json").read_text("utf-8"))
FIRST = {(one["expect"]["step"], one["expect"]["code"]) for one in VECTORS["vectors"]}


@pytest.mark.parametrize("step", range(1, 12))
def test_the_table_has_the_code_of_each_vector_at_its_step(step: int) -> None:
    due = {code for number, code in FIRST if number == step}
    assert due
    assert due <= codes(step)


def test_the_table_has_the_steps_in_their_order_and_codes_that_exist() -> None:
    steps = [int(number) for number, _ in ROW.findall(PART)]
    assert steps == sorted(steps)
    known = set(CODE.findall((REPOSITORY / "spec" / "registry" / "errors.md").read_text("utf-8")))
    known |= {one.code for one in vars(errors).values() if hasattr(one, "code")}
    assert {code for step in range(1, 12) for code in codes(step)} <= known
