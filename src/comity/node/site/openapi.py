"""The API as one thing, with the OpenAPI document that describes it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError, ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from comity.node.accounts import api as accounts_api
from comity.node.assistance import api as assistance_api
from comity.node.assistance import api_round_tables, api_solutions
from comity.node.cases import api as cases_api
from comity.node.compose import api as compose_api
from comity.node.compose import api_approvals, api_law
from comity.node.court import api as court_api
from comity.node.docket import api as docket_api
from comity.node.docket import api_translations
from comity.node.duty import api as duty_api
from comity.node.evidence import api_exhibits, api_inspections, api_packages, api_uploads
from comity.node.exercise import api as exercise_api
from comity.node.exercise import api_room, api_scenarios
from comity.node.integrations import api_token_calls, api_webhooks
from comity.node.mail import api as mail_api
from comity.node.mail import api_letters
from comity.node.my_work import api as my_work_api
from comity.node.operations import api as operations_api
from comity.node.operations import api_backups
from comity.node.privacy_desk import api as privacy_desk_api
from comity.node.search import api as search_api
from comity.node.sensitive import api as sensitive_api
from comity.node.statistics import api as statistics_api
from comity.node.watch import api as watch_api
from comity.node.web import api_errors, json_bodies, malformed_requests
from comity.node.web.api_permissions import NOBODY
from comity.node.web.idempotency import HEADER, METHODS, STREAMED
from comity.node.web.problem_schemas import Problem
from comity.node.web.section_schemas import name_sections, section_schemas

PARTS: Final = (
    accounts_api,
    api_approvals,
    assistance_api,
    api_backups,
    cases_api,
    docket_api,
    compose_api,
    duty_api,
    exercise_api,
    api_room,
    api_exhibits,
    court_api,
    api_webhooks,
    api_inspections,
    api_law,
    api_letters,
    mail_api,
    operations_api,
    api_packages,
    privacy_desk_api,
    statistics_api,
    api_scenarios,
    search_api,
    sensitive_api,
    api_solutions,
    api_round_tables,
    api_token_calls,
    api_translations,
    api_uploads,
    watch_api,
    my_work_api,
)
_FAULTS: Final = {
    "400": "The request, or its Idempotency-Key, cannot be read",
    "401": "No token or session that is in use",
    "403": "The role may not do this, or the CSRF token is missing",
    "404": "There is no such thing here",
    "409": "Not in this state, or the first call with this Idempotency-Key has no answer yet",
    "413": "The body is too large",
    "415": "The body is a form where JSON is expected",
    "422": "A member is wrong, what was signed does not hold, or a key came with another call",
    "503": "The world refused; try again",
    "429": "Too much was tried from this address, or too many uploads are under way",
    "507": "The disk is full",
}

_KEY: Final = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "A new one for each new call: the same call sent again is done once.",
    "schema": {"type": "string", "pattern": '^"[0-9A-Za-z-]{16,128}"$'},
}


class StrictParser(Parser):
    """Bodies are JSON by the protocol's rules: no fraction, no member twice, no deep nesting."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body's value."""
        value: dict[str, Any] = json_bodies.read_body(request)
        return value


class SchemaNameError(RuntimeError):
    """Two things of the document have one name; the second would take the place of the first."""


class Document(OpenAPISchema):
    """Ninja's document, in which one name means one thing."""

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Add schemas by name.

        Raises:
            SchemaNameError: a name has another schema already.
        """
        for name, schema in definitions.items():
            if self.schemas.setdefault(name, schema) != schema:
                raise SchemaNameError(f"two schemas are called {name}: rename one")


class Api(NinjaAPI):
    """Ninja's API whose document tells the errors too."""

    _document: OpenAPISchema | None = None
    _queries: Mapping[tuple[str, str], frozenset[str]] | None = None

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Begin an answer, which ninja does before it reads what was sent.

        Raises:
            ValidationError: the query has a parameter that the operation does not take.
        """
        route = request.resolver_match.route if request.resolver_match else ""
        known = self.queries().get((request.method or "", route))
        if known is not None and (unknown := request.GET.keys() - known):
            raise ValidationError(
                malformed_requests.unknown_parameters(sorted(unknown), sorted(known))
            )
        return super().create_temporal_response(request)

    def queries(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """Return method and route of each operation, as Django has them, with its parameters."""
        if self._queries is None:
            self._queries = dict(self._query_names())
        return self._queries

    def _query_names(self) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
        root = self.get_root_path({}).strip("/")
        for router in self._get_bound_routers():
            for path, view in router.path_operations.items():
                route = (root + path).replace("{", "<").replace("}", ">")
                for operation in view.operations:
                    names: frozenset[str] = frozenset().union(
                        *(
                            model.__ninja_flatten_map__
                            for model in operation.models
                            if model.__ninja_param_source__ == "query"
                        )
                    )
                    yield from (((method, route), names) for method in operation.methods)

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """Return what is wrong, each by the caller's own name for it."""
        return ValidationError(malformed_requests.located(error_contexts))

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """Return the OpenAPI 3.1 document, made once: it is the same for everybody."""
        if self._document is None:
            self._document = self.make_document()
        return self._document

    def make_document(self) -> OpenAPISchema:
        """Make the document anew, which takes a third of a second."""
        schema = Document(self, self.get_root_path({}))
        made = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.add_schema_definitions({**made.pop("$defs"), "Problem": made})
        name_sections(schema.schemas)
        schema.add_schema_definitions(section_schemas())
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        rights = dict(self._rights())
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                operation["operationId"] = _identifier(method, path)
                operation["x-right"] = rights[method.upper(), path]
                if method.upper() in METHODS and STREAMED not in _taken(operation):
                    operation["parameters"] = [*operation.get("parameters", []), _KEY]
                # ninja's keys are numbers: beside our texts JSON would hold the same key twice
                told = {str(status): what for status, what in operation["responses"].items()}
                for status, why in _FAULTS.items():
                    told.setdefault(status, {"description": why, "content": content})
                operation["responses"] = told
        return schema

    def _rights(self) -> Iterator[tuple[tuple[str, str], str]]:
        """Yield method and address of each operation with the right that it names."""
        root = self.get_root_path({}).rstrip("/")
        for router in self._get_bound_routers():
            for path, view in router.path_operations.items():
                for operation in view.operations:
                    way: Any = operation.auth_callbacks[0]
                    yield from (((one, root + path), str(way.right)) for one in operation.methods)


def _identifier(method: str, path: str) -> str:
    """Return the name of an operation in generated clients: method and address, nothing of ours.

    ``get_cases_case`` is GET of ``/api/v1/cases/{case}``: as stable as the address.
    """
    parts = path.removeprefix("/api/v1/").translate(str.maketrans("/-", "__", "{}"))
    return f"{method}_{parts}"


def _taken(operation: dict[str, Any]) -> Iterable[str]:
    """Return the content types that an operation takes."""
    content: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    return content.keys()


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
    api_errors.install(made)
    return made


api: Final = _make()
__all__ = ["api"]
