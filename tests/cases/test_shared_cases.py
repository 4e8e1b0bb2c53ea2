"""Requests that were judged by hand against the treaties' texts, beside what the rules find.

The table beside the cases says what the law is, whatever the program said on the day it was
written. A rule is named without its letter: T-006 stands for T-006 and T-006b alike.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from tests.cases.test_cases import judged

from comity.files.instruments import shipped
from comity.instruments import Finding

_ROW: Final = re.compile(
    r"^\| `(?P<file>[^`]+\.toml)` \|[^|]*\| (?P<want>[a-z-]+) \| (?P<rules>[^|]+) \|"
)
_RULE: Final = re.compile(r"(?P<no>not )?(?P<rule>[A-Z]-\d{3})")
REGISTER: Final = {"05a-emergency-csea-un.toml", "05b-emergency-csea-coe-p2.toml"}
"""They say that a treaty is in force which is not: that is for the register, not for a rule."""


@dataclass(frozen=True)
class Row:
    """What is right for one file.

    Attributes:
        want: refuse-basis, blocked, not-judged or ready.
        breached, clear: numbers of rules.
    """

    file: str
    want: str
    breached: frozenset[str]
    clear: frozenset[str]


def rows(folder: Path) -> Iterator[Row]:
    for line in (folder / "README.md").read_text("utf-8").splitlines():
        if (found := _ROW.match(line)) is None:
            continue
        named = list(_RULE.finditer(found["rules"]))
        yield Row(
            found["file"],
            found["want"],
            frozenset(one["rule"] for one in named if not one["no"]),
            frozenset(one["rule"] for one in named if one["no"]),
        )


def faults(row: Row, found: tuple[Finding, ...]) -> list[str]:
    """Return what the findings of a file get wrong."""
    numbers = {
        outcome: {one.rule.key[:5] for one in found if one.outcome == outcome}
        for outcome in ("breach", "ask")
    }
    stopping = sorted(
        one.rule.key for one in found if one.outcome == "breach" and one.rule.effect == "block"
    )
    wrong = [f"{rule} is breached" for rule in sorted(row.clear & numbers["breach"])]
    heard = numbers["breach"] | (numbers["ask"] if row.want == "not-judged" else set())
    wrong += [f"{rule} says nothing" for rule in sorted(row.breached - heard)]
    if row.want == "ready" and stopping:
        wrong.append(f"nothing stands against it, and {stopping} do")
    if row.want in {"blocked", "refuse-basis"} and not stopping:
        wrong.append("something stands against it, and nothing stops it")
    return wrong


def test_each_case_gets_the_findings_that_the_texts_give(shared: Path) -> None:
    folder, library, wrong = shared / "law" / "cases", shipped(), {}
    wanted = {row.file: row for row in rows(folder)}
    assert {path.name for path in folder.glob("*.toml")} == set(wanted)
    for name, row in wanted.items():
        case: dict[str, Any] = tomllib.loads((folder / name).read_text("utf-8"))
        found = judged(library, case, all_verified=True).findings
        if (told := faults(row, found)) and name not in REGISTER:
            wrong[name] = told
    assert not wrong
    assert wanted


@pytest.mark.parametrize(
    ("want", "breached", "clear", "told"),
    [
        ("ready", (), (), ["nothing stands against it"]),
        ("blocked", ("B-030",), (), ["B-030 says nothing"]),
        ("blocked", (), ("B-012",), ["B-012 is breached"]),
    ],
)
def test_a_wrong_finding_is_named(
    want: str, breached: tuple[str, ...], clear: tuple[str, ...], told: list[str]
) -> None:
    case = tomllib.loads(
        (Path(__file__).parent / "coe-preservation-nothing-follows.toml").read_text("utf-8")
    )
    found = judged(shipped(), case, all_verified=True).findings
    wrong = faults(Row("", want, frozenset(breached), frozenset(clear)), found)
    assert [one[: len(said)] for one, said in zip(wrong, told, strict=True)] == told
