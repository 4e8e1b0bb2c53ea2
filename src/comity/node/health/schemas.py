"""How the API tells how this node is: its log, its partners' logs, what partners refused."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from comity.node.web.schemas import Closed


class LogOut(Closed):
    """This node's log."""

    origin: str
    epoch: int
    tree_size: int
    checkpoint: str
    cosigned_size: int


class PartnerLogOut(Closed):
    """A partner's log as we last saw it."""

    party: str
    origin: str
    tree_size: int
    seen_at: datetime | None
    agrees: bool
    linked: bool


class StampingOut(Closed):
    """How a time-stamp authority answers."""

    address: str
    tree_size: int
    stamped_at: datetime | None
    fault: str


class CheckOut(Closed):
    """One thing that was looked at: good, soon, bad or unknown, and why."""

    key: str
    stands: str
    found: str = Field(description="what was found, in English")
    do: str = Field(description="what to do now, in English; empty if nothing is to be done")
    facts: dict[str, Any] = Field(description="numbers, moments and names that `found` tells")


class RefusalOut(Closed):
    """What a partner refused for good besides messages; it is asked again on a person's word."""

    id: int
    job: str = Field(
        description="what was asked for: `poll`, `receipt`, `upload`, `witness`, `link`, "
        "`epochs`, `snapshot`, `recovery`; `returned`: what it gave back could not be entered"
    )
    party: str
    subject: str = Field(description="a package, a record, the origin of a log; or empty")
    fault: str
    since: datetime


class HealthOut(Closed):
    """How this node is."""

    good: bool
    state: Literal["ok", "needs-attention", "critical"] = Field(
        description="the worst of what was checked; `because` names the checks"
    )
    because: list[str]
    log: LogOut
    partners: list[PartnerLogOut]
    stampings: list[StampingOut]
    directory_age_s: int | None
    directory_old: bool
    queued: int
    dead_letters: int
    checks: list[CheckOut]
    refusals: list[RefusalOut]
    standing: list[str] = Field(
        description="what stands still: `deliver`, `clocks`, `duty`, `notices`, "
        "`log`, `clock`; `unconfirmed`: the log, since nobody answered a restored node; "
        "`superseded`: all, since a newer copy of the node is at work"
    )
    disk_free_bytes: int
    disk_total_bytes: int
