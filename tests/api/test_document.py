"""The API keeps to its own OpenAPI document, whatever it is sent (schemathesis)."""

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.nodes import Pair

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="session")
def api_schema(pair: Pair) -> schemathesis.BaseSchema:
    document = httpx.get(f"{pair.asking.url}/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=pair.asking.url)
    return schema


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_generated_request_breaks_the_document(case: schemathesis.Case[Any], pair: Pair) -> None:
    who = "approver" if case.path.endswith("approvals") else "author"
    headers = {"Authorization": f"Bearer {pair.asking.tokens[who]}"}
    case.call_and_validate(headers=headers, checks=CHECKS, timeout=30)
