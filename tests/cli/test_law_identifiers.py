"""Identifiers in a file of facts: errors by code and place, warnings, on paper and in JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lawful import law, told

HEAD = 'instrument = "un-2024"\nmeasure = "stored-data"\nstep = "draft"\n[facts.request]\n'


def written(folder: Path, *rows: str) -> Path:
    path = folder / "facts.toml"
    path.write_text(f"{HEAD}identifiers = [{', '.join(rows)}]\n", "utf-8")
    return path


GOOD = '{type = "other", value = "badge 17"}'


@pytest.mark.parametrize("command", ["check", "ask"])
@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("ip", "203.0.113.900", "identifier-ip"),
        ("iban", "DE89 3704 0044 0532 0130 01", "identifier-iban"),
        ("account", "secret-4711", "identifier-field"),
        ("e-mail", "secret-4711", "identifier-type"),
        ("person", "Ann\\nSmith", "identifier-text"),
    ],
)
def test_what_has_not_the_form_of_its_type_is_not_judged(
    tmp_path: Path, command: str, kind: str, value: str, code: str
) -> None:
    path = written(tmp_path, GOOD, f'{{type = "{kind}", value = "{value}"}}')
    done = law(command, path)
    assert done.exit_code == 2
    assert f"error [{code}]: request.identifiers[1]: " in done.output
    assert value not in done.output
    error: Any = json.loads(law(command, path, "--json").stdout)["error"]
    assert error["code"] == code
    assert error["detail"].startswith("request.identifiers[1]: ")


@pytest.mark.parametrize("command", ["check", "ask"])
def test_warnings_are_told_with_their_place(tmp_path: Path, command: str) -> None:
    path = written(
        tmp_path,
        GOOD,
        '{type = "ip", value = "10.0.0.1"}',
        '{type = "account", value = "social.example:\u0410lice"}',
        '{value = "without a type"}',
    )
    shown = law(command, path).stdout
    for code in ("ip-private", "ip-port-missing", "ip-time-missing"):
        assert f"request.identifiers[1] (ip) [{code}]: " in shown
    assert "request.identifiers[2] (account) [text-lookalike]: " in shown
    assert "request.identifiers[0]" not in shown
    found = told(command, path)["identifiers"]
    assert [one["place"][-3:] for one in found] == ["[0]", "[1]", "[2]"]
    assert "text-lookalike" in [notice["code"] for notice in found[2]["warnings"]]
    assert "\u27e8U+0410\u27e9" in found[2]["display"]
