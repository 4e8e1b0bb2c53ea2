"""The API keeps to its own OpenAPI document, whatever it is sent (schemathesis)."""

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.nodes import Pair, user_command

from comity.node.api.site import api

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
# As the node gives it: through JSON, so that nothing of Python's types is left in it.
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))


@pytest.fixture(scope="module")
def held(pair: Pair) -> dict[str, str]:
    """Return tokens of people of their own: what is generated may well revoke one."""
    return {role: _token(pair, role, "add", "--role", role) for role in ("case", "approver")}


def _token(pair: Pair, role: str, *command: str) -> str:
    name, folder = f"generated-{role}", str(pair.asking.process.folder)
    word, *more = command
    if word == "add":
        more += ["--password-file", "-", "--token"]
    return user_command(word, folder, name, *more).splitlines()[-1]


@schema.parametrize()
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_generated_request_breaks_the_document(
    case: schemathesis.Case[Any], pair: Pair, held: dict[str, str]
) -> None:
    who = "approver" if case.path.endswith(("approvals", "people", "settings")) else "case"
    headers = {"Authorization": f"Bearer {held[who]}"}
    case.call_and_validate(base_url=pair.asking.url, headers=headers, checks=CHECKS, timeout=60)
    if case.path.endswith("/tokens/{token}"):
        held[who] = _token(pair, who, "token")
