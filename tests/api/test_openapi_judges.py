"""The OpenAPI document, in the very bytes that a node serves, before other people's tools.

What is judged are bytes: a document that went through a parser of ours has lost the keys that stood
in it twice.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.api.nodes import Pair
from tests.conftest import needs
from tests.judges.npm_judge import OPENAPI, installed


@pytest.fixture(scope="module")
def served(pair: Pair) -> bytes:
    """The document as a client fetches it."""
    answer = pair.asking.call("author", "GET", "/openapi.json")
    assert answer.status_code == 200
    return answer.content


def twice(data: bytes) -> list[str]:
    """Return the keys that an object of a JSON text holds more than once."""
    found: list[str] = []

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in members]
        found.extend(name for name in set(names) if names.count(name) > 1)
        return dict(members)

    json.loads(data, object_pairs_hook=pairs)
    return found


def test_no_key_stands_twice_and_every_parameter_has_a_name(served: bytes) -> None:
    assert twice(served) == []
    unnamed = [
        f"{method} {path}"
        for path, operations in json.loads(served)["paths"].items()
        for method, operation in operations.items()
        for parameter in operation.get("parameters", ())
        if not parameter["name"]
    ]
    assert unnamed == []


def test_a_key_that_stands_twice_is_seen() -> None:
    assert twice(b'{"responses": {"404": 1, "404": 2}}') == ["404"]


def spoil(document: dict[str, Any]) -> None:
    """Let an answer be of a shape that the document does not have."""
    answer = document["paths"]["/api/v1/me"]["get"]["responses"]["200"]
    answer["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/Nowhere"}


def test_the_validator_of_the_initiative_takes_it_and_refuses_it_spoilt(served: bytes) -> None:
    document = json.loads(served)
    assert [str(fault.message) for fault in OpenAPIV31SpecValidator(document).iter_errors()] == []
    del document["info"]["title"]
    assert list(OpenAPIV31SpecValidator(document).iter_errors())


def redocly(path: Path) -> list[str]:
    rules = path.with_name("redocly.yaml")
    rules.write_text("extends:\n  - minimal\n", "utf-8")
    program = installed(OPENAPI) / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"
    return [os.fspath(program), "lint", os.fspath(path), "--config", os.fspath(rules)]


def typescript(path: Path) -> list[str]:
    program = installed(OPENAPI) / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    return [os.fspath(program), os.fspath(path), "-o", os.fspath(path.with_suffix(".d.ts"))]


@pytest.mark.full
@pytest.mark.parametrize("judge", [redocly, typescript])
def test_tools_of_other_people_take_it_and_refuse_it_spoilt(
    served: bytes, judge: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    node = needs("node")

    def verdict(data: bytes, name: str) -> int:
        path = tmp_path / name
        path.write_bytes(data)
        told = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
        done = subprocess.run([node, *judge(path)], capture_output=True, env=told, check=False)
        return done.returncode

    assert verdict(served, "served.json") == 0
    document = json.loads(served)
    spoil(document)
    assert verdict(json.dumps(document).encode(), "spoilt.json") != 0


def test_a_client_that_a_generator_wrote_takes_in_mail(
    served: bytes, pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = tmp_path / "openapi.json"
    described.write_bytes(served)
    made = tmp_path / "generated"
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    command += ["--path", str(described), "--output-path", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    clients = importlib.import_module("generated")
    take_in = importlib.import_module("generated.api.mail.post_mail")
    models = importlib.import_module("generated.models")
    types = importlib.import_module("generated.types")
    client = clients.AuthenticatedClient(
        base_url=pair.asking.url, token=pair.asking.tokens["author"]
    )
    letter = b"From: prosecutor@example.org\r\nSubject: Logs\r\n\r\nPlease preserve.\r\n"
    with client, (tmp_path / "letter.eml").open("w+b") as file:
        file.write(letter)
        file.seek(0)
        found = take_in.sync(
            client=client,
            body=types.File(payload=file, file_name="letter.eml"),
            name="letter.eml",
            channel=models.PostMailChannel("e-mail"),
            sender="prosecutor@example.org",
        )
    assert found.name == "letter.eml"
    assert found.size_bytes == len(letter)
