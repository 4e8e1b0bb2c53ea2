"""Reading scenarios over the API, and what is to mend in them.

Keeping and dropping stand in `actions`.
"""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router

from comity.node.actions.mount import mount
from comity.node.exercise import mode, scenario_library
from comity.node.exercise.actions import DROP_SCENARIO, KEEP_SCENARIO
from comity.node.exercise.answers import (
    file_bytes,
    finding_value,
    scenario_value,
    summary_values,
)
from comity.node.exercise.schemas_scenarios import LintIn, LintOut, ScenarioOne, ScenariosOut
from comity.node.people.permissions import Right
from comity.node.web.api_permissions import only

router = Router(tags=["scenarios"])
Name = Annotated[str, Path(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=64)]


@router.get("/scenarios", auth=only(Right.TRAIN), response=ScenariosOut)
def listed(request: HttpRequest) -> dict[str, Any]:
    """List the library: shipped scenarios, and the office's own."""
    return {"scenarios": summary_values()}


@router.post("/scenarios/lint", auth=only(Right.TRAIN), response=LintOut)
def lint(request: HttpRequest, given: LintIn) -> dict[str, Any]:
    """Name what is to mend in files that are sent; nothing is stored."""
    mode.require()
    found = scenario_library.findings(given.name, file_bytes(given.files))
    return {"findings": [finding_value(one) for one in found]}


@router.get("/scenarios/{scenario}", auth=only(Right.TRAIN), response=ScenarioOne)
def one(request: HttpRequest, scenario: Name) -> dict[str, Any]:
    """Give a scenario with its files, its edition and what is to mend."""
    return scenario_value(scenario)


mount(router, KEEP_SCENARIO, DROP_SCENARIO)
