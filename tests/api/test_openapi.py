"""The document that describes the API is good OpenAPI 3.1, and says of each call what it may."""

import json
from collections import Counter
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from tests.api.test_rights import OPERATIONS, right_of
from tests.walks import every

from comity.exchange.bodies import SECTIONS
from comity.node.site.openapi import PARTS, api
from comity.node.web.api_permissions import Session
from comity.node.web.schemas import Closed

DOCUMENT: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
CALLS = [(method, path) for path, operations in DOCUMENT["paths"].items() for method in operations]
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def judge(document: dict[str, Any]) -> None:
    """Let schemathesis hold a document to the schema of OpenAPI that the initiative publishes."""
    schemathesis.openapi.from_dict(document).validate()


def test_the_document_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    judge(DOCUMENT)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["info"].pop("title"),
        lambda d: d["paths"]["/api/v1/me"]["get"].update(responses=[]),
        lambda d: d["paths"]["/api/v1/me"]["get"].update(parameters=[{"name": "x"}]),
        lambda d: d["components"]["securitySchemes"]["Token"].pop("type"),
        lambda d: d["paths"].update(me={}),
    ],
)
def test_the_judge_notices_a_document_that_is_not(spoil: Any) -> None:
    spoilt = json.loads(json.dumps(DOCUMENT))
    spoil(spoilt)
    with pytest.raises(jsonschema_rs.ValidationError):
        judge(spoilt)


def test_it_is_the_same_whenever_it_is_asked_for() -> None:
    assert json.loads(json.dumps(api.make_document())) == DOCUMENT


def test_every_schema_in_it_is_a_schema_and_every_reference_leads_somewhere() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema_rs.meta.validate(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        )
    for ref in set(_references(DOCUMENT)):
        place: Any = DOCUMENT
        for part in ref.removeprefix("#/").split("/"):
            place = place[part]


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [one for part in value.values() for one in _references(part)]
    if isinstance(value, list):
        return [one for part in value for one in _references(part)]
    return []


@every(("method", "path"), CALLS)
def test_a_call_says_what_it_does_who_may_and_how_it_is_refused(method: str, path: str) -> None:
    call = DOCUMENT["paths"][path][method]
    assert call["summary"]
    assert call["description"].strip().endswith((".", ")")) or "." in call["description"]
    assert call["security"]
    assert all(name in {"Token", "Session"} for way in call["security"] for name in way)
    for status in ("400", "401", "403", "404", "409", "413", "422", "503", "507"):
        assert call["responses"][status]["content"] == PROBLEM
    assert any(status.startswith(("2", "3")) for status in call["responses"])


@every(("method", "path"), OPERATIONS)
def test_a_call_names_the_right_that_a_token_needs(method: str, path: str) -> None:
    call = DOCUMENT["paths"][f"/api/v1{path}"][method.lower()]
    assert call["x-right"] == right_of(method, path)


def test_no_two_calls_share_a_name() -> None:
    names = [DOCUMENT["paths"][path][method]["operationId"] for method, path in CALLS]
    assert len(set(names)) == len(names)
    assert {"get_cases_case", "post_mail_item_set_aside"} <= set(names)
    assert not [name for name in names if "comity" in name or "api" in name]  # of no module of ours


def test_an_address_is_not_hidden_by_one_before_it_that_takes_anything() -> None:
    """``/shifts/{item}`` before ``/shifts/hand-over`` made the second answer 405."""
    paths = [path for _, path in OPERATIONS]
    for number, path in enumerate(paths):
        for earlier in paths[:number]:
            assert not _hides(earlier, path), f"{earlier} hides {path}"


def _hides(earlier: str, path: str) -> bool:
    one, two = earlier.split("/"), path.split("/")
    same = len(one) == len(two) and earlier != path
    return same and all(
        a == b or (a.startswith("{") and "{" not in b) for a, b in zip(one, two, strict=True)
    )


def test_a_session_is_a_way_in_wherever_a_browser_may_be_one() -> None:
    assert Session.param_name == DOCUMENT["components"]["securitySchemes"]["Session"]["name"]


def test_each_shape_has_a_name_of_its_own() -> None:
    """The document holds shapes by name: of two with one name it would tell the last only."""
    shapes = {
        shape
        for part in PARTS
        for module in (part, *shape_modules(part))
        for shape in vars(module).values()
        if isinstance(shape, type) and issubclass(shape, Closed) and shape is not Closed
    }
    names = Counter(shape.__name__ for shape in shapes)
    assert [name for name, number in names.items() if number > 1] == []


def shape_modules(part: ModuleType) -> Iterator[ModuleType]:
    """Yield the modules of shapes that a part of the API takes whole."""
    for one in vars(part).values():
        if isinstance(one, ModuleType) and "schemas" in one.__name__:
            yield one


def test_what_sections_may_say_is_what_their_models_say() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for taker in ("DraftIn", "TranscriptIn"):
        sections = schemas[taker]["properties"]["sections"]
        assert sections["properties"].keys() == SECTIONS.keys()
        assert sections["additionalProperties"] is False
        for name, model in SECTIONS.items():
            ref = sections["properties"][name]["$ref"]
            component = ref.rpartition("/")[2]
            made = model.model_json_schema(ref_template=f"{ref}/$defs/{{model}}")
            if component.endswith("OnPaper"):  # a letter may name no basis
                assert (name, taker) == ("request", "TranscriptIn")
                assert made["properties"]["basis"].pop("minItems") == 1
            assert schemas[component] == made
