"""What a page that answers a round table shows of it."""

from comity.node.assistance import round_tables as assistance_round_tables
from comity.node.assistance.table_forms import ActionReportForm, MinutesForm
from comity.node.models import Conversation
from comity.node.web.section_form import SectionForm


def inform(parts: dict[str, SectionForm], row: Conversation, about: str) -> None:
    """Let the forms of a move at a round table know its agenda, its members and our actions."""
    minutes, report = parts.get("minutes"), parts.get("action-report")
    if not isinstance(minutes, MinutesForm) and not isinstance(report, ActionReportForm):
        return
    found = assistance_round_tables.read(row)
    if isinstance(minutes, MinutesForm):
        minutes.know(found.opening.get("agenda", ()), row.members)
    if isinstance(report, ActionReportForm):
        chosen = next((one for one in found.table.minutes if one.by == about), None)
        actions = chosen.actions if chosen else ()
        report.know((one.number, one.what) for one in actions if one.party == found.us)
