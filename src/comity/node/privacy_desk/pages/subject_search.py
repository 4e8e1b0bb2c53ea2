"""What is held on a person: words are asked for by a form, and stand in no address and no log."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from comity.node.actions.action_form import done_by_page
from comity.node.cases.broken_rules import RULE, placed
from comity.node.cases.privacy_errors import PrivacyUnfitError
from comity.node.docket import labels
from comity.node.evidence import labels as evidence_words
from comity.node.models import Mark
from comity.node.people.permissions import Right
from comity.node.privacy.subject_search import MAX_WORDS, MIN_CHARS, Found, Holding
from comity.node.privacy_desk.actions import FIND_HOLDINGS
from comity.node.privacy_desk.pages import labels as privacy_desk_labels
from comity.node.privacy_desk.schemas import WordsIn
from comity.node.sensitive import marks
from comity.node.web import form_fields as f
from comity.node.web import labels as desk_words
from comity.node.web.permissions import only
from comity.node.web.render import page
from comity.node.web.section_form import wrong_fields

HELP: Final = (
    _("Enter a name, number or address. Records that contain all words are listed."),
    _("Case and accents are ignored. Sealed evidence is not searched; this node cannot read it."),
    _("The search is recorded, its words are not."),
)


class WordsForm(forms.Form):
    """What to look for."""

    words = f.short(_("Words"), hint=_("Names, numbers, addresses; at most eight words."))


@only(Right.HOLDINGS, "GET", "HEAD", "POST")
def held(request: HttpRequest) -> HttpResponse:
    """Look for what is held on a person."""
    form = WordsForm(request.POST or None, use_required_attribute=False)
    found: Found | None = None
    wrong = ""
    if request.method == "POST" and form.is_valid():
        try:
            told = WordsIn(words=form.cleaned_data["words"].split())
            found = done_by_page(request, FIND_HOLDINGS, told)
        except PrivacyUnfitError as fault:
            wrong = placed(fault, [form])
        except ValidationError:  # too many words, or one too long
            form.add_error("words", RULE["search-words"] % {"most": MAX_WORDS, "least": MIN_CHARS})
    context = {
        "help": HELP,
        "form": form,
        "found": found,
        "lines": _lines(found.holdings) if found else [],
        "wrong": wrong,
        "wrong_fields": wrong_fields([form]),
    }
    status = 422 if wrong or form.errors else 200
    return page(request, "privacy_desk/held.html", context, status=status)


def _lines(found: Iterable[Holding]) -> list[dict[str, Any]]:
    rows = list(found)
    papers = [one.subject.partition(":")[2] for one in rows if not one.what]
    marked = marks.of(Mark.Kind.ORIGINAL, papers) if papers else {}
    return [_line(one, marked) for one in rows]


def _line(one: Holding, marked: Mapping[str, tuple[Mark, ...]]) -> dict[str, Any]:
    sort, _colon, key = one.subject.partition(":")
    if sort == "item":
        what = labels.KIND.get(one.what, one.what)
    elif sort == "case":
        what = _("Subject of the case")
    elif sort == "original":
        what = one.what or evidence_words.marked(marked.get(key, ()))
    else:
        what = desk_words.DONE.get(one.what, one.what)
    return {
        "one": one,
        "sort": sort,
        "key": key,
        "sort_word": privacy_desk_labels.SORT[sort],
        "what": what,
    }
