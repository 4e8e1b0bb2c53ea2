"""Lines of a list of finds, written by a function as those of the register are.

Source: ADR 0053.
"""

from collections.abc import Iterable
from html import escape
from typing import Any, Final

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from comity.node.search.result_rows import Found
from comity.node.templatetags.desk import clock, overdue, word
from comity.node.web.date_format import moment_html
from comity.node.web.story_names import party_html
from comity.node.web.text_format import shown

register = template.Library()
_LINE: Final = (
    '<li class="item"><div class="what">{title}<p class="meta"><span class="state">{label}</span>'
    '{case}{who}</p></div>\n<p class="due">{state}<span class="small">{when}</span></p></li>'
)
_STANDS: Final = {"case": "state", "exhibit": "stage", "mail": "mail"}
"""Vocabulary of a find's state by its kind; else an item's."""


@register.simple_tag(takes_context=True)
def find_lines(context: Any, lines: Iterable[tuple[Found, Any, str]]) -> SafeString:
    """Return the rows of the list of finds; what others wrote is escaped and isolated.

    Args:
        context: of the page, for the right to see what is marked.
        lines: a find, what its kind is called, and the address of its page or nothing.
    """
    return mark_safe(  # noqa: S308 - every piece is escaped below or by what made it
        "".join(
            _LINE.format(
                label=escape(str(label)),
                title=_linked(one, href) + _beneath(one) + _marked(context, one),
                case=_case(one),
                who="".join(f" <span>{party_html(name)}</span>" for name in one.parties),
                state=_state(one),
                when=moment_html(one.at),
            )
            for one, label, href in lines
        )
    )


def _latin(text: str) -> str:
    return f'<bdi dir="ltr">{escape(text)}</bdi>'


def _linked(one: Found, href: str) -> str:
    return f'<a href="{escape(href)}">{_title(one)}</a>' if href else f"<b>{_title(one)}</b>"


def _title(one: Found) -> str:
    if one.kind == "message":
        return escape(word(one.detail, "done"))
    if one.kind == "item":
        kind = escape(word(one.detail, "kind"))
        return f"{kind}: {shown(one.title)}" if one.title else kind
    if one.title:
        return shown(one.title)
    return _latin({"case": one.case, "exhibit": one.exhibit}.get(one.kind, one.subject))


def _beneath(one: Found) -> str:
    told = {"message": one.title, "case": one.detail}.get(one.kind, "")
    return (
        f'<p class="plain">{shown(told)}</p>'
        if told and (one.kind, told) != ("case", one.title)
        else ""
    )


def _marked(context: Any, one: Found) -> str:
    if not one.marks:
        return ""
    told = {"marks": one.marks, "can": context.get("can") if one.kind == "exhibit" else None}
    about = {"kind": "exhibit", "subject": one.exhibit}
    return render_to_string("evidence/marked.html", told | about)


def _case(one: Found) -> str:
    asked = "".join(f" <span>{escape(word(name, 'measure'))}</span>" for name in one.measures)
    if not one.case:
        return asked
    link = f'<a href="{escape(reverse("case", args=[one.case]))}">{_latin(one.case)}</a>'
    return f" <span>{escape(_('Case'))} {link}</span>{asked}"


def _state(one: Found) -> str:
    vocabulary = _STANDS.get(one.kind, "item_state")
    stands = "".join(
        f'<span class="state">{escape(word(code, vocabulary))}</span> ' for code in one.stands
    )
    if one.due_at is None:
        return stands
    kind = "late" if overdue(one.due_at) else "soon"
    return f'{stands}<b class="{kind}">{escape(clock(one.due_at))}</b>'
