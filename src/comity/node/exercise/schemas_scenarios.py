"""What the API takes and gives of scenarios."""

from typing import Annotated

from pydantic import Field, StringConstraints

from comity.drills.reading import MAX_BYTES, MAX_FILES
from comity.node.web.schemas import Closed

FileName = Annotated[str, StringConstraints(max_length=128)]
FileText = Annotated[str, StringConstraints(max_length=MAX_BYTES)]


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
