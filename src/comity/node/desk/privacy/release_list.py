"""The list of a release: one record a line, proposed from what its case holds."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.desk import words as desk_words
from comity.node.desk.docket_recording import recorded
from comity.node.desk.forms import wrong_fields
from comity.node.desk.guard import only
from comity.node.desk.pages import page
from comity.node.models import DocketItem
from comity.node.privacy import code_words, releases
from comity.node.privacy.grounds import exemptions
from comity.node.roles import Right

MAX_CHARS = 200_000


class ListForm(forms.Form):
    """The lines."""

    lines = forms.CharField(
        label=_("Records, one a line"),
        max_length=MAX_CHARS,
        help_text=_(
            "Record | what it is | released, part or withheld | codes | remark. A code says why "
            "something is withheld; what is released has none."
        ),
        widget=forms.Textarea(
            attrs={"class": "form-control", "rows": 16, "dir": "auto", "spellcheck": "false"}
        ),
    )


def release_or_404(item_id: str) -> Item:
    """Return a release, or answer that nothing is here."""
    try:
        return releases.release_named(item_id)
    except DocketItem.DoesNotExist as fault:
        raise Http404 from fault


@only(Right.DOCKET, "GET", "HEAD", "POST")
def edit(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show the lines of a release, or record them as its list."""
    found = release_or_404(item_id)
    lines = releases.lines_of(found) or (releases.proposed(found.case) if found.case else "")
    form = ListForm(
        request.POST if request.method == "POST" else None,
        initial={"lines": lines},
        use_required_attribute=False,
    )
    wrong = ""
    if request.method == "POST" and form.is_valid():
        answer, wrong = _recorded(request, found, form)
        if answer is not None:
            return answer
    context = {
        "item": found,
        "form": form,
        "wrong": wrong,
        "wrong_fields": wrong_fields([form]),
        **_codes(),
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "privacy/release_list.html", context, status=status)


def _codes() -> dict[str, Any]:
    try:
        return {"codes": [(one, code_words.exemption(one)) for one in exemptions().values()]}
    except ComityError as fault:
        return {"codes": [], "codes_wrong": desk_words.fault(fault.code)}


def _recorded(request: HttpRequest, found: Item, form: ListForm) -> tuple[HttpResponse | None, str]:
    try:
        rows = releases.read_lines(form.cleaned_data["lines"])
    except releases.ReleaseLineError as fault:
        place = gettext("Line %(line)s") % {"line": fault.facts["line"]}
        return None, f"{place}: {desk_words.fault(fault.code)}"
    return recorded(
        request,
        "release.listed",
        {"records": rows},
        found=found,
        case=found.case,
        done=gettext("The list is recorded. Another officer has to approve it."),
    )
