"""What many pages show alike: signs, proof marks, urgency, status steps, and counts in the menu."""

from collections.abc import Iterable
from typing import Any, Final

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from comity.node.evidence.labels import PROVEN
from comity.node.web.labels import PROOF
from comity.node.web.menu import counted, counts_alone

register = template.Library()
TURNED: Final = frozenset({"arrow"})
"""Signs that point the other way in a script that runs from right to left."""
PROVEN_SIGN: Final = {
    "proved": "proved",
    "attested": "attested",
    "claimed": "claimed",
    "not-proved": "contradicted",
    "contradicted": "contradicted",
}
"""Which mark a word about proof has; what is not here is not known."""
URGENCY_SIGN: Final = {"emergency": "tri", "urgent": "up", "normal": "dot"}
SIGNS: Final = {"contradicted": "contra"}
"""What a sign is called in the sprite, where that is not the name of the mark."""


@register.simple_tag
def sign(name: str) -> SafeString:
    """Return a sign of the sprite; a word beside it, seen or hidden, says the same."""
    return format_html(
        '<svg class="i{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        " flip" if name in TURNED else "",
        static("desk/icons.svg"),
        name,
    )


@register.simple_tag
def mark(code: str, said: str = "") -> SafeString:
    """Return the mark of how far a claim is proved: a shape, and the word beside it.

    Args:
        code: of the proof, as pages and checks name it.
        said: other words than the usual ones.
    """
    kind = PROVEN_SIGN.get(code, "unknown")
    word = said or PROOF.get(code) or PROVEN.get(code, code)
    return format_html(
        '<span class="mark {}">{}<span>{}</span></span>', kind, sign(SIGNS.get(kind, kind)), word
    )


@register.simple_tag
def urgency(code: str, said: str) -> SafeString:
    """Return the tag of an urgency (emergency, urgent, normal), in words of the page."""
    return format_html(
        '<span class="tag {}">{} {}</span>', code, sign(URGENCY_SIGN.get(code, "dot")), said
    )


@register.inclusion_tag("web/parts/steps.html")
def steps(ways: Iterable[tuple[str, Any, Any]]) -> dict[str, Any]:
    """Return how far a thing has come: steps of which each is `done`, `now` or `next`.

    Args:
        ways: how each stands, what it is called, and a small line below it, or empty.
    """
    told = {"done": _("done"), "now": _("current step"), "next": _("not yet")}
    rows = list(ways)
    named = _named([how for how, _title, _small in rows])
    return {
        "steps": [
            (how, told[how], title, small, at == named)
            for at, (how, title, small) in enumerate(rows)
        ]
    }


def _named(hows: list[str]) -> int:
    """Return which step keeps its name where there is room for one: the one that is on or due.

    Where all are done it is the last.
    """
    due = (hows.index(how) for how in ("now", "next") if how in hows)
    return next(due, len(hows) - 1)


@register.simple_tag
def counts(html: str, head: Any) -> SafeString:
    """Return the menu or the tabs with what waits; of a visitor, without."""
    return counted(html, head.counts, head.hot) if head else counted(html, {})


@register.simple_tag(takes_context=True)
def counts_now(context: Any) -> SafeString:
    """Return what waits on each page, for the menu and the tabs of a page that is open."""
    return counts(counts_alone(context["menu"] + context["entry_tabs"]), context["head"])
