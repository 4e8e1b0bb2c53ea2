"""The API as one thing, with the OpenAPI document that describes it."""

from typing import Any, Final

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from comity.canonical import decode_loose
from comity.node.api import (
    access,
    approvals,
    cases,
    docket,
    drafts,
    duty,
    exhibits,
    exports,
    faults,
    inspections,
    laws,
    letters,
    mail,
    office,
    operation,
    packages,
    reports,
    sensitive,
    translations,
    uploads,
    watch,
)
from comity.node.api.guard import NOBODY, check_body
from comity.node.api.shapes import Problem

MAX_BODY_BYTES: Final = 4 * 1024 * 1024
PARTS: Final = (
    access,
    approvals,
    cases,
    docket,
    drafts,
    duty,
    exhibits,
    exports,
    inspections,
    laws,
    letters,
    mail,
    office,
    operation,
    packages,
    reports,
    sensitive,
    translations,
    uploads,
    watch,
)
_FAULTS: Final = {
    "400": "The request cannot be read",
    "401": "No token or session that is in use",
    "403": "The role may not do this, or the CSRF token is missing",
    "404": "There is no such thing here",
    "409": "Not in this state",
    "413": "The body is too large",
    "422": "A member is wrong, or what was signed does not hold",
    "503": "The world refused; try again",
    "507": "The disk is full",
}


class StrictParser(Parser):
    """Bodies are JSON by the protocol's rules: no fraction, no member twice, no deep nesting.

    They name nothing that the caller may not see.
    """

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body's value."""
        value: dict[str, Any] = decode_loose(request.body, max_bytes=MAX_BODY_BYTES)
        check_body(request, value)
        return value


class Api(NinjaAPI):
    """Ninja's API whose document tells the errors too."""

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """Return the OpenAPI 3.1 document."""
        schema = super().get_openapi_schema(**more)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in schema["paths"].values():
            for one in operations.values():
                told = one["responses"]
                for status, why in _FAULTS.items():
                    told.setdefault(status, {"description": why, "content": content})
        return schema


def _make() -> Api:
    made = Api(
        title="Comity node",
        version="1",
        description="What the pages do, for programs. Times are UTC; digests name their hash.",
        urls_namespace="api",
        docs_url=None,
        auth=NOBODY,
        parser=StrictParser(),
    )
    for part in PARTS:
        made.add_router("", part.router)
    faults.install(made)
    return made


api: Final = _make()
__all__ = ["api"]
