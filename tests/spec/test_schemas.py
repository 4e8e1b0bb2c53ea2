"""The JSON Schemas say of each document what its reader says, and other people's judges agree.

Go's regular expressions are RE2's, JavaScript's are those of ECMA-262: what both take, and judge
alike, is in the subset that the two share.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from tests.conftest import REPOSITORY, needs
from tests.spec.shapes import BEYOND, Case, cases, given, names, schema, validator
from tests.walks import every

from comity.spec.schemas import schemas

AJV = Path("/usr/share/nodejs/ajv")
LIBRARIES = "/usr/share/nodejs"
PROGRAM = REPOSITORY / "tests" / "judges" / "ajv.cjs"
type Answer = list[bool] | str
"""What a judge says of each document; or why the schema is none."""


def by_go(rule: Any, documents: Sequence[Any], folder: Path) -> Answer:
    """Return the verdicts of `jv`, a program in Go."""
    place = folder / "schema.json"
    place.write_text(json.dumps(rule), encoding="utf-8")
    paths = [folder / f"{number}.json" for number in range(len(documents))]
    for path, document in zip(paths, documents, strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    command = [needs("jv"), "-output", "flag", os.fspath(place), *map(os.fspath, paths)]
    run = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    found = re.findall(r'"valid": (true|false)', run.stdout)
    if len(found) != len(documents):
        return run.stdout
    return [one == "true" for one in found]


def by_javascript(rules: Sequence[tuple[Any, Sequence[Any]]]) -> list[Answer]:
    """Return the verdicts of ajv, a library in JavaScript, for each schema and its documents."""
    node = needs("node")
    if not AJV.is_dir():
        pytest.skip("needs Debian package node-ajv")
    text = "".join(
        json.dumps({"schema": rule, "documents": list(documents)}) + "\n"
        for rule, documents in rules
    )
    run = subprocess.run(
        [node, PROGRAM],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"NODE_PATH": LIBRARIES},
    )
    found: list[Answer] = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(found) == len(rules)
    return found


def of(name: str) -> list[Case]:
    return [one for one in cases() if one.schema == name]


def differing(answer: Answer, wanted: list[Case]) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
        return
    for said, one in zip(answer, wanted, strict=True):
        if said != one.fits:
            yield f"{one.schema}: {one.name}: {'taken' if said else 'refused'}"


# ------------------------------------------------------------------ our own judge


@every("name", names)
def test_every_schema_takes_what_is_good_and_refuses_what_is_not(name: str) -> None:
    wanted = of(name)
    answer = [validator(name).is_valid(one.document) for one in wanted]
    assert list(differing(answer, wanted)) == []
    assert {one.fits for one in wanted} == {True, False}, "both are due for every schema"


def test_what_is_said_to_be_beyond_a_schema_is_there_and_fits() -> None:
    told = [one for one in given() if one.fits]
    for name, reasons in BEYOND.items():
        for reason in reasons:
            assert any(one.schema == name and one.name.endswith(reason) for one in told), reason


def test_every_schema_is_a_schema_and_names_what_it_is_of() -> None:
    for one in schemas().values():
        jsonschema_rs.meta.validate(one)
        assert one["title"]


# ------------------------------------------------------------------ what RE2 and ECMA-262 share

SHARED = re.compile(
    r"""(?:
      [^\\()\[\]{}*+?|^$.]                    # a character that stands for itself
    | \\[\^$\\.*+?()\[\]{}|/nrt]              # one that a backslash makes stand for itself
    | \\x[0-7][0-9a-f]
    | \[ \^? (?: [^\\\[\]] | \\[\\\]\[^nrt-] | \\x[0-7][0-9a-f] )+ \]
    | \( (?! \? ) | \) | \| | \^ | \$
    | [*+?] (?! [*+?] )                       # neither lazy nor possessive
    | \{ [0-9]{1,3} (?: , (?: [0-9]{1,3} )? )? \}
    )*""",
    re.VERBOSE,
)
"""No look-around, no reference back, no class by a letter, and counts below RE2's thousand."""


def patterns(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("pattern"), str):
            yield value["pattern"]
        for part in value.values():
            yield from patterns(part)
    elif isinstance(value, list):
        for part in value:
            yield from patterns(part)


@every("name", names)
def test_every_pattern_is_in_the_subset_that_both_share(name: str) -> None:
    assert [one for one in patterns(schema(name)) if not SHARED.fullmatch(one)] == []


@every(
    "pattern",
    [r"^(?=a)b$", r"^(a)\1$", r"^\d+$", r"^\w$", r"\bx", r"^a{1,4000}$", "^a+?$", "^(?:a)$",
     r"\p{L}", "(?i)a", "^.$"],
)  # fmt: skip
def test_a_pattern_outside_it_is_seen(pattern: str) -> None:
    assert not SHARED.fullmatch(pattern)


# ------------------------------------------------------------------ other people's judges

LOOKAHEAD = {"type": "string", "pattern": "^(?=a)ab$"}
MANY = {"type": "string", "pattern": "^a{20,4000}$"}
NO_CLASS = {"type": "string", "pattern": "^[a$"}


def spoilt(name: str) -> Any:
    """Return the schema of a thing with one pattern that looks ahead."""
    rule = schema(name)
    rule["$defs"]["digest"]["pattern"] = "^(?=sha256)sha256:[0-9a-f]{64}$"
    return rule


def test_a_judge_in_go_agrees(tmp_path: Path) -> None:
    told: list[str] = []
    for name in names():
        wanted = of(name)
        folder = tmp_path / name.replace("/", "-")
        folder.mkdir()
        answer = by_go(schema(name), [one.document for one in wanted], folder)
        told += differing(answer, wanted)
    assert told == []


def test_a_judge_in_javascript_agrees() -> None:
    rules = [(schema(name), [one.document for one in of(name)]) for name in names()]
    told: list[str] = []
    for name, answer in zip(names(), by_javascript(rules), strict=True):
        told += differing(answer, of(name))
    assert told == []


@pytest.mark.parametrize("rule", [LOOKAHEAD, MANY, spoilt("message")])
def test_the_judge_in_go_refuses_a_pattern_that_only_javascript_knows(
    rule: Any, tmp_path: Path
) -> None:
    assert "is not valid 'regex'" in str(by_go(rule, ["ab"], tmp_path))
    assert isinstance(by_javascript([(rule, ["ab"])])[0], list)


def test_the_judge_in_javascript_refuses_a_schema_that_is_none() -> None:
    for rule in (NO_CLASS, {"type": "text"}, {"typ": "string"}):
        assert isinstance(by_javascript([(rule, ["ab"])])[0], str)


JUDGES: dict[str, Callable[[Any, list[Any], Path], Answer]] = {
    "go": by_go,
    "javascript": lambda rule, documents, _: by_javascript([(rule, documents)])[0],
}


@pytest.mark.parametrize("judge", JUDGES)
def test_each_judge_tells_a_good_document_from_a_spoilt_one(judge: str, tmp_path: Path) -> None:
    good = next(one.document for one in of("entry") if one.fits)
    bad = {**good, "party": "VN/contact-point"}
    assert JUDGES[judge](schema("entry"), [good, bad, good], tmp_path) == [True, False, True]
