"""Which rules of the specification each vector names, and the member that says so.

The makers of vectors call `named` before they write; `python -m tests.spec.named` writes the member
into the files of `vectors/ledger`, which no maker writes.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY

from comity.spec.claims import requirements

VECTORS = REPOSITORY / "vectors"
TABLE = Path(__file__).with_name("named.toml")
KEPT_BY_HAND = "ledger"


@cache
def table() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return the rules by file, by verdict and by the beginning of the name."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


@cache
def places() -> dict[str, int]:
    """Return the order of the rules in the documents."""
    return {one.id: number for number, one in enumerate(requirements(REPOSITORY / "spec"))}


def verdicts(vector: dict[str, Any]) -> list[str]:
    """Return what a vector expects, as the table names it: a verdict, or a code and a status."""
    expect = vector["expect"]
    if isinstance(expect, str):
        return [expect]
    return [expect["code"], f"exit {expect['exit']}"]


def rules(file: str, vector: dict[str, Any]) -> list[str]:
    """Return the rules that a vector of a file names, in the order of the documents."""
    rows = table().get(file)
    if rows is None:
        return []
    found = {rule for one in verdicts(vector) for rule in rows.get("expect", {}).get(one, ())}
    for expression, more in rows.get("names", {}).items():
        if re.match(expression, vector["name"]):
            found |= set(more)
    return sorted(found, key=places().__getitem__)


def named(file: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a vector file with the member `requirements` in its vectors.

    Args:
        file: its path below `vectors`, such as ``envelope/jws.json``.
        content: with `vectors`, or without, which stays as it is.
    """
    if "vectors" not in content:
        return content
    vectors = [
        {**{key: value for key, value in vector.items() if key != "requirements"}, **member}
        for vector in content["vectors"]
        for found in [rules(file, vector)]
        for member in [{"requirements": found} if found else {}]
    ]
    return {**content, "vectors": vectors}


def files() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each vector file: its path below `vectors`, and what it holds."""
    for path in sorted(VECTORS.glob("*/*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        if "vectors" in content:
            yield path.relative_to(VECTORS).as_posix(), content


def main() -> None:
    """Write the member into the files that no maker writes."""
    for file, content in files():
        if file.startswith(f"{KEPT_BY_HAND}/"):
            text = json.dumps(named(file, content), indent=1, ensure_ascii=False) + "\n"
            (VECTORS / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
