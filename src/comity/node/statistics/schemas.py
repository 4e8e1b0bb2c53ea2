"""Figures, authorities, treaties and settings as the API gives them."""

from datetime import date, datetime

from pydantic import Field

from comity.node.web.schemas import Closed


class CountsOut(Closed):
    """A row: received, sent, and both where a total stands; null: hidden."""

    code: str
    counts: list[int | None]


class SpreadOut(Closed):
    """Durations in seconds, in brief."""

    count: int
    median_s: int | None
    p90_s: int | None
    within: int
    goal_s: int


class TimedOut(Closed):
    """How long one step took, for requests to us and for our own."""

    step: str
    received: SpreadOut
    sent: SpreadOut


class MonthSpreadOut(Closed):
    """How long a step took in requests of one month, for requests to us and for our own."""

    month: str
    received: SpreadOut
    sent: SpreadOut


class MonthTimesOut(Closed):
    """Times of one step in requests of one urgency, month by month."""

    step: str
    urgency: str
    months: list[MonthSpreadOut]


class VolumeOut(Closed):
    """Sealed evidence."""

    packages: int
    size_bytes: int


class OpenWorkOut(Closed):
    """Work items that wait for this office now, of all cases."""

    critical: int
    high: int
    normal: int
    low: int
    overdue: int
    unassigned: int


class FiguresOut(Closed):
    """All figures of a period, nothing hidden."""

    period: str
    received: int
    sent: int
    on_paper: int
    splits: dict[str, list[CountsOut]]
    times: list[TimedOut]
    times_by_month: list[MonthTimesOut]
    refusals: list[CountsOut]
    evidence_in: VolumeOut
    evidence_out: VolumeOut
    translations_asked: int
    translations_delivered: int
    open_work: OpenWorkOut


class TimeOut(Closed):
    """How long a step took, as it may leave the office; null: too few cases."""

    step: str
    incoming: bool
    median_s: int | None
    p90_s: int | None
    percent: int | None
    goal_s: int


class MonthTimeOut(Closed):
    """How long a step took in one month, as it may leave the office; null: too few, or none."""

    step: str
    urgency: str
    month: str
    incoming: bool
    median_s: int | None
    p90_s: int | None


class PublishedOut(Closed):
    """The figures that may leave the office."""

    party: str
    office: str
    period: str
    threshold: int
    splits: dict[str, list[CountsOut]]
    times: list[TimeOut]
    times_by_month: list[MonthTimeOut]
    refusals: list[CountsOut]


class KeyOut(Closed):
    """A key in use, and whether it ends."""

    use: str
    kid: str
    until: datetime
    standing: str


class ReachOut(Closed):
    """How a node was reached."""

    answered_at: datetime | None
    silent_since: datetime | None
    fault: str


class AuthorityOut(Closed):
    """One authority."""

    party: str
    state: str
    kind: str
    name: str
    functions: list[str]
    languages: list[str]
    phone: str
    contacts: list[tuple[str, str]]
    as_of: datetime
    expires_at: datetime | None
    old: bool
    signed_by: list[str]
    version: int
    keys: list[KeyOut]
    reach: ReachOut
    reached: str
    item: str


class AuthorityList(Closed):
    """Every authority, and how old the directory is."""

    age_s: int | None
    old: bool
    authorities: list[AuthorityOut]


class StateOut(Closed):
    """A State under a treaty."""

    state: str
    name: str
    between: str
    value: str
    reason: str
    since: date | None
    confirmed: bool
    contradictions: list[str]


class TreatyOut(Closed):
    """A treaty over all States."""

    instrument: str
    on: date
    complete: bool
    as_of: date
    states: list[StateOut]


class SettingIn(Closed):
    """A new value."""

    value: str = Field(description="new value; blanks around it do not count")


class SettingOut(Closed):
    """A setting of the office."""

    name: str
    text: str
    changed_at: datetime | None
    changed_by: str


class SettingList(Closed):
    """All settings of the office."""

    settings: list[SettingOut]
