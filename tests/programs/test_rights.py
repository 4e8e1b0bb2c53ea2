"""Pages and calls about programs are for roles that have their right, and for nobody else."""

from typing import Any

from django.test import Client
from tests.api.test_rights import OPERATIONS, filled, right_of
from tests.desk.test_rights import PAGES
from tests.security.conftest import Desk, config, desk, inside, staff

from comity.node.models import Officer
from comity.node.people.permissions import RIGHTS

__all__ = ["config", "desk", "inside", "staff"]
CALLS = [one for one in OPERATIONS if one[1].startswith(("/tokens", "/hooks", "/compartments"))]
NAMES = sorted(n for n in PAGES if n.startswith(("hook", "token-")) or n == "programs")


def test_each_role_reaches_what_it_may_and_nothing_else(desk: Desk) -> None:
    assert len(CALLS) >= 9
    assert len(NAMES) == 7
    wrong: dict[Any, int] = {}
    for role in map(str, Officer.Role.values):
        for method, path in CALLS:
            answer = Client().generic(
                method, f"/api/v1{filled(path)}", b"{}", "application/json",
                headers=desk.token(role),
            )  # fmt: skip
            allowed = right_of(method, path) in RIGHTS[role]
            if (answer.status_code == 403) == allowed or answer.status_code in {401, 500}:
                wrong[role, method, path] = answer.status_code
        for name in NAMES:
            answer = desk.browser(role).get(desk.path(name))
            allowed = PAGES[name][1].right in RIGHTS[role]
            if (answer.status_code == 403) == allowed or answer.status_code >= 500:
                wrong[role, name] = answer.status_code
    assert wrong == {}
