"""A few operations of the API keep to its document, at each change; test_document.py asks all."""

from collections import Counter
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from tests.api import test_document as whole
from tests.api.nodes import Pair
from tests.api.things import Things

pair, callers, there, number = whole.pair, whole.callers, whole.there, whole.number

SAMPLE = {
    "GET /api/v1/cases/{case}",
    "GET /api/v1/search",
    "GET /api/v1/numbers",
    "POST /api/v1/drafts",
    "POST /api/v1/mail",
    "POST /api/v1/shifts/{item}/end",
    "PUT /api/v1/settings/{name}",
    "PATCH /api/v1/uploads/{identifier}",
    "DELETE /api/v1/strays/{root}",
}
"""Of each method one or more: a list, a page of a list, JSON, bytes, a part of a path."""
FEW = whole.schema.include(lambda found: found.operation.label in SAMPLE)


@FEW.parametrize()
@settings(
    max_examples=1,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_generated_request_breaks_the_document(
    case: schemathesis.Case[Any],
    pair: Pair,
    callers: whole.Callers,
    there: Things,
    number: Counter[str],
) -> None:
    whole.ask(case, pair, callers, there, number)


def test_each_operation_of_the_sample_is_there() -> None:
    made = {
        f"{method.upper()} {path}"
        for path, told in whole.DOCUMENT["paths"].items()
        for method in told
    }
    assert made >= SAMPLE
