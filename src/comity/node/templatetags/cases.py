"""Rows of the list of cases, written by a function: a template would take half of a page's time.

Source: ADR 0053.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comity.node.case_file.listing import CaseRow
from comity.node.templatetags.desk import countdown, word
from comity.node.templatetags.looks import sign, urgency
from comity.node.web.date_format import moment_html
from comity.node.web.story_names import state_text
from comity.node.web.text_format import shown

register = template.Library()
_ROW: Final = (
    '<li class="item{grave}"><div class="what"><a href="{href}">{subject}</a><p class="meta">{tag}'
    '<span class="nowrap">{states}</span> <span>{asked}</span> <bdi dir="ltr">{case}</bdi>'
    '{reference}{wrong}</p></div>\n<p class="due {how}">{due}</p>'
    '<p class="whose">{whose}</p>\n<p class="small"><span class="state">{stands}</span></p></li>'
)


@register.simple_tag
def case_rows(rows: Iterable[CaseRow]) -> SafeString:
    """Return the rows of the list of cases; what somebody wrote is escaped and isolated."""
    told: dict[tuple[str, str], str] = {}
    tags = {
        "emergency": urgency("emergency", _("Emergency")),
        "urgent": urgency("urgent", pgettext("urgency", "Urgent")),
    }

    def say(code: str, vocabulary: str) -> str:
        if (code, vocabulary) not in told:
            told[code, vocabulary] = escape(word(code, vocabulary))
        return told[code, vocabulary]

    return mark_safe(  # noqa: S308 - every piece is escaped here or by what made it
        "".join(
            _ROW.format(
                grave=" critical" if row.urgency == "emergency" else "",
                href=escape(reverse("case", args=[row.line.case])),
                subject=shown(str(row.subject)),
                tag=tags.get(row.urgency, ""),
                states=_states(row),
                asked=say(row.lead.measure or row.lead.type, "asked"),
                case=escape(row.line.case),
                reference=f" {shown(row.line.reference)}" if row.line.reference else "",
                wrong=_wrong(row),
                how=row.deadline.how if row.deadline else "",
                due=_due(row),
                whose=_whose(row),
                stands=say(row.lead.main, "state"),
            )
            for row in rows
        )
    )


def _states(row: CaseRow) -> str:
    opener = row.lead.opener
    others = [escape(state_text(one)) for one in row.lead.members if one != opener]
    to = f'<span class="vh">{escape(pgettext("States", "to"))}</span>'
    return f"{escape(state_text(opener))} {sign('arrow')}{to} {' '.join(others)}"


def _wrong(row: CaseRow) -> str:
    if not row.line.double_speak:
        return ""
    said = escape(_("The partner authority signed two different messages under one number."))
    return f' <span class="late">{said}</span>'


def _due(row: CaseRow) -> str:
    due = row.deadline
    if due is None:
        moved = moment_html(row.line.moved_at)
        return f'<span class="small">{escape(_("Last activity"))} {moved}</span>'
    mark = sign({"late": "late", "soon": "soon"}.get(due.how, "clock"))
    rule = f"{escape(due.rule)} · " if due.is_target else ""
    left = escape(countdown(due.at))
    return (
        f'<b>{mark} {escape(due.name)} <span class="nowrap">{left}</span></b>'
        f'<span class="small">{rule}{moment_html(due.at)}</span>'
    )


def _whose(row: CaseRow) -> str:
    if row.owner:
        return f"{sign('person')} <span>{shown(row.owner)}</span>"
    if row.lead.main == "closed":
        return ""
    return f"{sign('unknown')} <span>{escape(_('Unassigned'))}</span>"
