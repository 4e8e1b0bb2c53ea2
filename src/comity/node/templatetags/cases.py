"""Lines of the register, written by a function: a template would take half of a page's time.

Source: ADR 0053.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from comity.node.cases.queries import CaseLine
from comity.node.core.clock import now
from comity.node.core.formats import comma
from comity.node.models import Conversation
from comity.node.templatetags.desk import clock, word
from comity.node.web.date_format import moment_html
from comity.node.web.story_names import party_html
from comity.node.web.text_format import shown

register = template.Library()
_LINE: Final = (
    '<tr>\n<td data-label="{due_label}">{due}</td>\n'
    '<th scope="row"><a href="{href}"><bdi dir="ltr">{case}</bdi></a></th>\n'
    "<td>{reference}</td>\n<td>{partners}</td>\n<td>{asked}</td>\n"
    '<td data-label="{label}">{moved}</td></tr>'
)


@register.simple_tag
def case_lines(lines: Iterable[CaseLine]) -> SafeString:
    """Return the rows of the table of cases; what a partner wrote is escaped and isolated."""
    told: dict[tuple[str, str], str] = {}
    at, label, due_label = now(), escape(_("Last movement")), escape(_("Due"))

    def say(code: str, vocabulary: str) -> str:
        if (code, vocabulary) not in told:
            told[code, vocabulary] = escape(word(code, vocabulary))
        return told[code, vocabulary]

    def asked(thread: Conversation) -> str:
        what, stands = say(thread.measure or thread.type, "asked"), say(thread.main, "state")
        tag = f' <span class="state">{stands}</span>' if stands != what else ""
        return f"<div>{what}{tag}</div>"

    def due(line: CaseLine) -> str:
        if line.due_at is None:
            return ""
        kind = "late" if line.due_at < at else "soon"
        left, moment = escape(clock(line.due_at)), moment_html(line.due_at)
        return f'<span class="{kind}">{left}</span><br><span class="quiet">{moment}</span>'

    def two_things(line: CaseLine) -> str:
        if not line.double_speak:
            return ""
        said = escape(_("The other side said two different things"))
        return f'<div class="late">{said}</div>'

    return mark_safe(  # noqa: S308 - every piece is escaped above or by what made it
        "".join(
            _LINE.format(
                due_label=due_label,
                due=due(line),
                href=escape(reverse("case", args=[line.case])),
                case=escape(line.case),
                reference=shown(line.reference),
                partners=comma().join(party_html(p) for p in line.partners),
                asked="".join(asked(thread) for thread in line.threads) + two_things(line),
                label=label,
                moved=moment_html(line.moved_at),
            )
            for line in lines
        )
    )
