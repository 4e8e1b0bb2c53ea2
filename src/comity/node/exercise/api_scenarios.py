"""Scenarios over the API: listed, read, kept, dropped, and what is to mend in them."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import Field, StringConstraints

from comity.drills import Finding
from comity.drills.reading import MAX_BYTES, MAX_FILES, edition
from comity.files.drills import shipped_names
from comity.node.core.clock import now
from comity.node.exercise import mode, scenario_editing, scenario_library
from comity.node.exercise.errors import ScenarioUnknownError
from comity.node.people.permissions import Right
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only
from comity.node.web.schemas import Closed

router = Router(tags=["scenarios"])
Name = Annotated[str, Path(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=64)]
FileName = Annotated[str, StringConstraints(max_length=128)]
FileText = Annotated[str, StringConstraints(max_length=MAX_BYTES)]
_ENGLISH = "en"


class ScenarioOut(Closed):
    """A scenario of the library."""

    name: str
    title: str = Field(description="in English; empty if it cannot be read")
    minutes: int
    roles: list[str]
    languages: list[str]
    faults: int = Field(description="how many things are to mend; 0: it can be played")
    own: bool
    shipped: bool


class ScenariosOut(Closed):
    """The library, by name."""

    scenarios: list[ScenarioOut]


class ScenarioFinding(Closed):
    """One thing to mend; a warning keeps nobody from playing: English stands in for the text."""

    file: str
    key: str
    code: str
    text: str
    next: str
    warning: bool


class ScenarioOne(ScenarioOut):
    """A scenario with its files, as text, and the edition that a change has to name."""

    edition: str
    files: dict[str, str]
    findings: list[ScenarioFinding]


class FilesIn(Closed):
    """All files of a scenario, as they shall be.

    ``edition`` is that of the scenario as it was read; null for one that is new.
    """

    files: Annotated[dict[FileName, FileText], Field(max_length=MAX_FILES)]
    edition: Annotated[str, StringConstraints(max_length=71)] | None


class LintIn(Closed):
    """Files that are only looked at."""

    name: Annotated[str, StringConstraints(max_length=64)]
    files: Annotated[dict[FileName, FileText], Field(max_length=MAX_FILES)]


class LintOut(Closed):
    """Everything that is to mend; with nothing but warnings it can be played."""

    findings: list[ScenarioFinding]


class DroppedOut(Closed):
    """Whether a shipped scenario of the name is shown now."""

    shipped: bool


@router.get("/scenarios", auth=only(Right.TRAIN), response=ScenariosOut)
def listed(request: HttpRequest) -> dict[str, Any]:
    """List the library: shipped scenarios, and the office's own."""
    return {"scenarios": [_summary(one) for one in scenario_editing.summaries(_ENGLISH)]}


@router.post("/scenarios/lint", auth=only(Right.TRAIN), response=LintOut)
def lint(request: HttpRequest, given: LintIn) -> dict[str, Any]:
    """Name what is to mend in files that are sent; nothing is kept."""
    mode.require()
    found = scenario_library.findings(given.name, _bytes(given.files))
    return {"findings": [_finding(one) for one in found]}


@router.get("/scenarios/{scenario}", auth=only(Right.TRAIN), response=ScenarioOne)
def one(request: HttpRequest, scenario: Name) -> dict[str, Any]:
    """Give a scenario with its files, its edition and what is to mend."""
    return _one(scenario)


@router.put("/scenarios/{scenario}", auth=only(Right.TRAIN), response=ScenarioOne)
def keep(request: HttpRequest, scenario: Name, given: FilesIn) -> dict[str, Any]:
    """Keep a changed scenario if it is still what was read, or a new one; audited.

    It need not be sound: only a sound one is played.
    """
    by, files = caller(request).user.get_username(), _bytes(given.files)
    if given.edition is None:
        scenario_editing.take_in(scenario, files, at=now(), by=by)
    else:
        try:
            scenario_editing.change(scenario, files, began=given.edition, at=now(), by=by)
        except ScenarioUnknownError as fault:
            raise NotHere from fault
    return _one(scenario)


@router.delete("/scenarios/{scenario}", auth=only(Right.TRAIN), response={200: DroppedOut})
def drop(request: HttpRequest, scenario: Name) -> Status[dict[str, Any]]:
    """Drop the office's own edition of a name; the shipped one is shown again; audited."""
    mode.require()
    try:
        scenario_library.drop(scenario, at=now(), by=caller(request).user.get_username())
    except ScenarioUnknownError as fault:
        raise NotHere from fault
    return Status(200, {"shipped": scenario in shipped_names()})


def _one(name: str) -> dict[str, Any]:
    mode.require()
    try:
        files = scenario_library.files_of(name)
    except ScenarioUnknownError as fault:
        raise NotHere from fault
    return {
        **_summary(scenario_editing.summary(name, _ENGLISH)),
        "edition": edition(files),
        "files": {path: data.decode() for path, data in files.items()},
        "findings": [_finding(one) for one in scenario_editing.findings(name, files)],
    }


def _summary(one: scenario_editing.Summary) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ScenarioOut.model_fields}


def _finding(one: Finding) -> dict[str, Any]:
    names = ScenarioFinding.model_fields.keys() - {"warning"}
    return {name: getattr(one, name) for name in names} | {"warning": one.is_warning}


def _bytes(files: dict[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in files.items()}
