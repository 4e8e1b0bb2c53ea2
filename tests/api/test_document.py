"""The API keeps to its own OpenAPI document, whatever it is sent (schemathesis).

Whoever calls has the right that the call names, and two of three calls name what exists: else
nearly all of them would be answered 403 or 404, and nothing behind that was asked.
"""

import json
from collections import Counter
from collections.abc import Iterator
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
from tests.api.nodes import Pair, start_pair, user_command
from tests.api.things import Things, things
from tests.security.conftest import role_with

from comity.node.site.openapi import api

pytestmark = pytest.mark.full  # at each change test_document_sample.py asks a few operations

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
GENERATED_PATH = 3
"""Every so many calls of an operation keep the path that was generated."""
NOT_MADE = {
    "identifier": "of an upload: it ends with its package",
    "backup": "no backup key is set",
    "row": "nothing was given up",
    "number": "nothing is overdue",
    "notice": "no case was opened in need",
    "hook": "no host of a webhook is set",
    "delivery": "no host of a webhook is set",
    "token": "it would end the caller's own",
    "name": "of an exhibit of a story: no team asked for one",
}
"""Parts of paths that name nothing in some or all calls, and why."""


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
# As the node gives it: through JSON, so that nothing of Python's types is left in it.
DOCUMENT: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
schema = schemathesis.openapi.from_dict(DOCUMENT)


class Callers:
    """People of their own, made when one is needed: what is generated may revoke a token."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.held = {"trainee": pair.asking.tokens["trainee"]}  # no command makes one

    def token(self, role: str) -> str:
        """Return the token of a role's caller."""
        if role not in self.held:
            self.held[role] = self._made(role, "add", "--role", role)
        return self.held[role]

    def again(self, role: str) -> None:
        """Make a new token: the last may be revoked."""
        self.held[role] = self._made(role, "token")

    def identifier(self, role: str) -> str:
        """Return the identifier of a role's caller."""
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        return str(self.pair.asking.call("author", "GET", "/me", headers=headers).json()["officer"])

    def _made(self, role: str, word: str, *more: str) -> str:
        told = (*more, "--password-file", "-", "--token") if word == "add" else more
        folder = str(self.pair.asking.process.folder)
        return user_command(word, folder, f"generated-{role}", *told).splitlines()[-1]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two offices of its own: calls that are made up close exercises, and try many bad tokens."""
    made = start_pair(tmp_path_factory.mktemp("document") / "world")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def callers(pair: Pair) -> Callers:
    return Callers(pair)


@pytest.fixture(scope="module")
def there(pair: Pair, callers: Callers, tmp_path_factory: pytest.TempPathFactory) -> Things:
    return things(pair, tmp_path_factory.mktemp("things"), callers.identifier)


@pytest.fixture(scope="module")
def number() -> Counter[str]:
    """Return how often each operation was called."""
    return Counter()


def named(path: str, part: str, there: Things) -> str | None:
    """Return what exists under a part of a path, or None."""
    group = path.removeprefix("/api/v1/").split("/")
    own = "ladders" if "ladders" in group else group[0]
    if part == "identifier" and own == "uploads":
        return None
    return there.get(f"{own} {part}") or there.get(part)


@schema.parametrize()
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_generated_request_breaks_the_document(
    case: schemathesis.Case[Any],
    pair: Pair,
    callers: Callers,
    there: Things,
    number: Counter[str],
) -> None:
    ask(case, pair, callers, there, number)


def ask(
    case: schemathesis.Case[Any],
    pair: Pair,
    callers: Callers,
    there: Things,
    number: Counter[str],
) -> None:
    """Make one generated call, and compare its answer with the document."""
    operation = DOCUMENT["paths"][case.path][case.operation.method.lower()]
    who = role_with(operation["x-right"])
    number[f"{case.method} {case.path}"] += 1
    if number[f"{case.method} {case.path}"] % GENERATED_PATH:
        for part in case.path_parameters:
            case.path_parameters[part] = named(case.path, part, there) or case.path_parameters[part]
    headers = {"Authorization": f"Bearer {callers.token(who)}"}
    case.call_and_validate(base_url=pair.asking.url, headers=headers, checks=CHECKS, timeout=60)
    if case.path.endswith("/tokens/{token}"):
        callers.again(who)


def test_each_operation_can_be_called_by_somebody() -> None:
    rights = {one["x-right"] for path in DOCUMENT["paths"].values() for one in path.values()}
    assert [right for right in sorted(rights) if not role_with(right)] == []


def test_each_part_of_a_path_names_what_exists_or_says_why_not(there: Things) -> None:
    unnamed = {
        one["name"]
        for path, operations in DOCUMENT["paths"].items()
        for told in operations.values()
        for one in told.get("parameters", ())
        if one["in"] == "path" and named(path, one["name"], there) is None
    }
    assert unnamed == set(NOT_MADE)
