"""The API keeps to its own OpenAPI document, whatever it is sent (schemathesis)."""

import json
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.nodes import Pair

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
    case.call_and_validate(base_url=pair.asking.url, headers=headers, checks=CHECKS, timeout=30)
