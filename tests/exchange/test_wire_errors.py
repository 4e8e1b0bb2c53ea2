"""The table of the wire: it knows every code that a partner's bytes can meet, each once."""

import importlib
import pkgutil

import pytest
from scripts.errors import error_classes

import comity.canonical
import comity.exchange
import comity.keys
import comity.ledger
from comity.canonical import ComityError, MisuseError, OperationError, PeerError
from comity.exchange.wire_errors import WIRE_ERRORS, status_retryable, wire_error
from comity.node.web.problem_codes import ANSWERS

_ROOTS = {"comity", "peer"}
_ABOVE = "comity.keys.bech32"
"""Errors of age files, which packages above open; a key of an entry is refused with the entry."""


def below(kind: type[ComityError]) -> set[type[ComityError]]:
    """Return a class of errors with all that is derived from it."""
    return {kind}.union(*(below(one) for one in kind.__subclasses__()))


def test_each_error_that_received_bytes_can_cause_is_in_the_table() -> None:
    packages = (comity.canonical, comity.keys, comity.exchange, comity.ledger)
    for package in packages:
        for one in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(one.name)
    names = tuple(f"{package.__name__}." for package in packages)
    found = {one for one in below(PeerError) if f"{one.__module__}.".startswith(names)}
    codes = {one.code for one in found if one.__module__ != _ABOVE}
    assert sorted(codes - _ROOTS - set(WIRE_ERRORS)) == []


def test_the_table_names_no_code_that_nothing_raises() -> None:
    known = {one.code for one in error_classes()} | set(ANSWERS)
    assert sorted(set(WIRE_ERRORS) - known) == []


def test_a_code_that_is_not_in_the_table_is_answered_by_whose_fault_it_is() -> None:
    found = {kind: wire_error("x", kind) for kind in (PeerError, MisuseError, OperationError)}
    told = {kind: (int(one.status), one.retryable) for kind, one in found.items()}
    assert told == {
        PeerError: (400, False),
        MisuseError: (404, False),
        OperationError: (503, True),
    }


@pytest.mark.parametrize("status", [200, 204, 308, 408, 425, 429, 500, 503, 507, 599])
def test_what_does_not_say_so_and_may_pass_is_tried_again(status: int) -> None:
    assert status_retryable(status)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 499])
def test_what_does_not_say_so_and_cannot_pass_is_not_tried_again(status: int) -> None:
    assert not status_retryable(status)


def test_a_witness_refuses_with_the_statuses_of_its_protocol() -> None:
    from comity.node.site.server.application import CODES

    theirs = {"old-size-larger": 400, "origin-differs": 400, "origin-unknown": 404}
    theirs |= {"proof-bad": 422, "signature-unknown": 403}
    assert {code: int(WIRE_ERRORS[f"witness-{code}"].status) for code in theirs} == theirs
    assert {WIRE_ERRORS[code].status: code for code in CODES.values()} == dict(CODES)
